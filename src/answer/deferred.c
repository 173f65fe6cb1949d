/* SPDX-License-Identifier: MIT */

/* A promise that any thread settles (tsfn/deferred.h).

   A deferred is open, and then settled: by one thread, which alone writes the
   content. It has two references: the owner's, given back by the drop, and the
   hub's, given back when the promise has what it was settled with. A value is
   copied before the deferred is pushed, so that on the loop thread only the
   host can fail. */

#include <stdatomic.h>
#include <stdlib.h>

#include "answer/hub.h"
#include "answer/words.h"
#include "core/memory.h"
#include "node/environment.h"
#include "node/exception.h"
#include "record/record.h"

/* What the promise will be. */
enum content {
  CONTENT_UNDEFINED,
  CONTENT_RECORD,
  CONTENT_ERROR,
  CONTENT_DROPPED /* an Error whose texts are static */
};

/* The content's memory. There may be very many open promises, so a deferred has
   room for one of these, and what is larger is allocated when it is settled. */
union body {
  void *slot;     /* of a record that is not small */
  uint64_t small; /* the slot itself: is_small */
  char *texts;    /* of an Error: message, code and name, each with its NUL;
                     an empty code or name is none */
};

struct tsfn_deferred {
  struct tsfn__hub_node node; /* first: it is cast back to this */
  atomic_int references;      /* the owner, and the hub: 2 to 0 */
  atomic_bool is_settled;     /* whoever turns it to true has the content */
  unsigned char content;      /* enum content */
  struct tsfn__hub *hub;      /* until it has finished */
  const tsfn_record *type;    /* NULL: undefined */
  napi_deferred promise;      /* loop thread */
  union body body;
};

static void
unreference(tsfn_deferred *self) {
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) ==
      1)
    free(self);
}

static bool
is_small(const tsfn_record *type) {
  return tsfn__record_slot_size(type) <= sizeof(union body);
}

static void *
value_slot_of(tsfn_deferred *self) {
  return is_small(self->type) ? &self->body.small : self->body.slot;
}

/* Frees what the promise has not got. */
static void
free_content(tsfn_deferred *self) {
  if (self->content == CONTENT_RECORD) {
    tsfn__record_destroy(self->type, &tsfn__memory_default,
                         value_slot_of(self));
    if (!is_small(self->type)) free(self->body.slot);
  } else if (self->content == CONTENT_ERROR) {
    free(self->body.texts);
  }
}

/* --- the loop thread ----------------------------------------------------- */

static napi_status
make_settled_value(napi_env env, tsfn_deferred *self, napi_value *out) {
  if (self->content == CONTENT_UNDEFINED) return napi_get_undefined(env, out);
  return tsfn__record_settle_value(env, self->type, value_slot_of(self), out);
}

/* Makes the Error. NULL: JavaScript cannot run. */
static napi_value
make_error(napi_env env, const tsfn_deferred *self) {
  return self->content == CONTENT_DROPPED
             ? tsfn__exception_create(env, "TSFN_DROPPED",
                                      "nobody will settle the promise: its "
                                      "deferred was dropped")
             : tsfn__words_error(env, self->body.texts);
}

/* A value that cannot be made rejects the promise: with what the host has
   thrown, or an Error of ours. */
static void
settle(tsfn_deferred *self, napi_env env) {
  bool is_error = self->content >= CONTENT_ERROR;
  napi_value value = NULL;
  if (!is_error && make_settled_value(env, self, &value) == napi_ok) {
    (void)napi_resolve_deferred(env, self->promise, value);
    return;
  }
  value = is_error
              ? make_error(env, self)
              : tsfn__exception_take_or(env, TSFN_FAILURE,
                                        "promise: its value cannot be made");
  if (value != NULL) (void)napi_reject_deferred(env, self->promise, value);
}

static void
finish_deferred(struct tsfn__hub_node *node, napi_env env) {
  tsfn_deferred *self = (tsfn_deferred *)node;
  if (env != NULL) settle(self, env);
  free_content(self);
  unreference(self);
}

/* The result of a declared function may be nothing. */
static const tsfn_record *
without_void(const tsfn_record *type) {
  return type != NULL && type->fields[0].kind == TSFN_KIND_void ? NULL : type;
}

tsfn_status
tsfn_deferred_create(napi_env env, const tsfn_record *type, tsfn_deferred **out,
                     napi_value *promise) {
  struct tsfn__hub *hub;
  if (out != NULL) *out = NULL;
  if (promise != NULL) *promise = NULL;
  if (env == NULL) return TSFN_INVALID;
  if (tsfn__environment_is_foreign(env)) return TSFN_WRONG_THREAD;
  if (out == NULL || promise == NULL)
    return tsfn__exception_throw(env, "promise", TSFN_INVALID,
                                 "a place for the deferred or for the promise "
                                 "is NULL");
  type = without_void(type);
  if (type != NULL && !tsfn__record_can_be_sent(type))
    return tsfn__exception_throw(env, "promise", TSFN_INVALID,
                                 "no thread can make a value of its kind");
  tsfn_deferred *self = calloc(1, sizeof *self);
  if (self == NULL)
    return tsfn__exception_throw(env, "promise", TSFN_NO_MEMORY,
                                 "out of memory");
  tsfn_status status = tsfn__hub_get(env, &hub);
  if (status == TSFN_OK &&
      napi_create_promise(env, &self->promise, promise) != napi_ok) {
    tsfn__hub_release(hub);
    status = tsfn__exception_throw(env, "promise", TSFN_FAILURE,
                                   "the host made none");
  }
  if (status != TSFN_OK) {
    free(self);
    *promise = NULL;
    return status;
  }
  self->node.finish = finish_deferred;
  self->hub = hub;
  self->type = type;
  atomic_init(&self->references, 2);
  atomic_init(&self->is_settled, false);
  *out = self;
  return TSFN_OK;
}

/* --- any thread ---------------------------------------------------------- */

/* Whether this thread is the one that settles. */
static bool
claim_deferred(tsfn_deferred *self) {
  return !atomic_exchange_explicit(&self->is_settled, true,
                                   memory_order_acq_rel);
}

/* Lets the promise be, which nobody can settle any more. */
static tsfn_status
leave_open(tsfn_deferred *self) {
  self->content = CONTENT_UNDEFINED;
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_CLOSING;
}

/* Makes room for the value's slot, and copies what it borrows: all that can
   fail. */
static tsfn_status
prepare_value(const tsfn_record *type, const void *value, void **slot,
              void **copies) {
  *slot = NULL;
  tsfn_status status =
      tsfn__record_gather(type, &tsfn__memory_default, value, copies);
  if (status != TSFN_OK || is_small(type)) return status;
  *slot = malloc(tsfn__record_slot_size(type));
  if (*slot != NULL) return TSFN_OK;
  tsfn__record_discard(type, &tsfn__memory_default, *copies);
  return TSFN_NO_MEMORY;
}

/* A value is prepared before the claim, so that a claim is never given up
   again: a thread that is refused may rely on it. What the value owns moves
   behind the claim, when nothing can fail any more. */
static tsfn_status
resolve_value(tsfn_deferred *self, const void *value) {
  void *slot, *copies;
  tsfn_status status = prepare_value(self->type, value, &slot, &copies);
  if (status != TSFN_OK) return status;
  bool is_mine = claim_deferred(self);
  if (!is_mine || tsfn__hub_is_closed(self->hub)) {
    tsfn__record_discard(self->type, &tsfn__memory_default, copies);
    free(slot);
    return is_mine ? leave_open(self) : TSFN_CLOSING;
  }
  self->body.slot = slot;
  tsfn__record_place(self->type, value_slot_of(self), value, copies);
  self->content = CONTENT_RECORD;
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_OK;
}

tsfn_status
tsfn_resolve(tsfn_deferred *self, const tsfn_record *type, const void *value) {
  if (self == NULL) return TSFN_INVALID;
  type = without_void(type);
  if (type != NULL && value == NULL) return TSFN_INVALID;
  if ((type == NULL) != (self->type == NULL) ||
      (type != NULL && !tsfn__record_same(self->type, type)))
    return TSFN_WRONG_TYPE;
  if (type != NULL) return resolve_value(self, value);
  if (!claim_deferred(self)) return TSFN_CLOSING;
  if (tsfn__hub_is_closed(self->hub)) return leave_open(self);
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_OK;
}

static tsfn_status
reject(tsfn_deferred *self, struct tsfn__words words) {
  char *texts = tsfn__words_copy(&words, 0);
  if (texts == NULL) return TSFN_NO_MEMORY;
  bool is_mine = claim_deferred(self);
  if (!is_mine || tsfn__hub_is_closed(self->hub)) {
    free(texts);
    return is_mine ? leave_open(self) : TSFN_CLOSING;
  }
  self->body.texts = texts;
  self->content = CONTENT_ERROR;
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_OK;
}

tsfn_status
tsfn_reject(tsfn_deferred *self, const char *code, const char *message) {
  if (self == NULL || message == NULL) return TSFN_INVALID;
  struct tsfn__words words = {"", code != NULL ? code : "", message};
  return reject(self, words);
}

tsfn_status
tsfn_reject_error(tsfn_deferred *self, tsfn_status status,
                  const tsfn_error *error) {
  return self != NULL ? reject(self, tsfn__words_of(status, error))
                      : TSFN_INVALID;
}

void
tsfn_deferred_drop(tsfn_deferred *self) {
  if (self == NULL) return;
  if (claim_deferred(self)) {
    self->content = CONTENT_DROPPED;
    tsfn__hub_push(self->hub, &self->node);
  }
  unreference(self);
}
