/* SPDX-License-Identifier: MIT */

/* A promise that any thread settles (tsfn/deferred.h).

   A deferred is open, and then settled: by one thread, which alone writes the
   content. It has two references: the owner's, given back by the drop, and the
   hub's, given back when the promise has what it was settled with. A value is
   copied before the deferred is pushed, so that on the loop thread only the
   host can fail. */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "answer/hub.h"
#include "core/memory.h"
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
  napi_value text;
  if (self->content == CONTENT_DROPPED)
    return tsfn__exception_create(
        env, "TSFN_DROPPED",
        "nobody will settle the promise: its deferred was dropped");
  const char *message = self->body.texts;
  const char *code = message + strlen(message) + 1;
  const char *name = code + strlen(code) + 1;
  napi_value error =
      tsfn__exception_create(env, code[0] != '\0' ? code : NULL, message);
  if (error != NULL && name[0] != '\0' &&
      napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &text) == napi_ok)
    (void)napi_set_named_property(env, error, "name", text);
  return error;
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
  if (is_error)
    value = make_error(env, self);
  else if (!tsfn__exception_take(env, &value))
    value = tsfn__exception_create(env, tsfn_status_name(TSFN_FAILURE),
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

/* Whether a thread can make a value of that type: what only exported functions
   have belongs to the loop thread. */
static bool
can_be_sent(const tsfn_record *type) {
  unsigned exported = TSFN__ARGUMENT_ONLY | TSFN__RESULT_ONLY | TSFN__EXPORTED;
  return type == NULL || (type->traits & exported) == 0;
}

tsfn_status
tsfn_deferred_create(napi_env env, const tsfn_record *type, tsfn_deferred **out,
                     napi_value *promise) {
  struct tsfn__hub *hub;
  if (out != NULL) *out = NULL;
  if (promise != NULL) *promise = NULL;
  if (env == NULL) return TSFN_INVALID;
  if (out == NULL || promise == NULL)
    return tsfn__exception_throw(env, "promise", TSFN_INVALID,
                                 "a place for the deferred or for the promise "
                                 "is NULL");
  type = without_void(type);
  if (!can_be_sent(type))
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

/* Gives it up again: nothing was settled. */
static tsfn_status
unclaim(tsfn_deferred *self, tsfn_status status) {
  self->content = CONTENT_UNDEFINED;
  atomic_store_explicit(&self->is_settled, false, memory_order_release);
  return status;
}

/* Lets the promise be, which nobody can settle any more. */
static tsfn_status
leave_open(tsfn_deferred *self) {
  self->content = CONTENT_UNDEFINED;
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_CLOSING;
}

/* Copies the value to a slot. What it owns moves when nothing can fail any
   more. */
static tsfn_status
copy_value(tsfn_deferred *self, const void *value) {
  void *copies;
  tsfn_status status =
      tsfn__record_gather(self->type, &tsfn__memory_default, value, &copies);
  if (status != TSFN_OK) return status;
  if (!is_small(self->type)) {
    self->body.slot = malloc(tsfn__record_slot_size(self->type));
    if (self->body.slot == NULL) {
      tsfn__record_discard(self->type, &tsfn__memory_default, copies);
      return TSFN_NO_MEMORY;
    }
  }
  tsfn__record_place(self->type, value_slot_of(self), value, copies);
  self->content = CONTENT_RECORD;
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
  if (!claim_deferred(self)) return TSFN_CLOSING;
  if (tsfn__hub_is_closed(self->hub)) return leave_open(self);
  tsfn_status status = type != NULL ? copy_value(self, value) : TSFN_OK;
  if (status != TSFN_OK) return unclaim(self, status);
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_OK;
}

/* Appends a text and its NUL; answers where they end. */
static char *
append_text(char *end, const char *text) {
  size_t size = strlen(text) + 1;
  memcpy(end, text, size);
  return end + size;
}

static tsfn_status
reject(tsfn_deferred *self, const char *name, const char *code,
       const char *message) {
  if (!claim_deferred(self)) return TSFN_CLOSING;
  if (tsfn__hub_is_closed(self->hub)) return leave_open(self);
  char *texts = malloc(strlen(message) + strlen(code) + strlen(name) + 3);
  if (texts == NULL) return unclaim(self, TSFN_NO_MEMORY);
  (void)append_text(append_text(append_text(texts, message), code), name);
  self->body.texts = texts;
  self->content = CONTENT_ERROR;
  tsfn__hub_push(self->hub, &self->node);
  return TSFN_OK;
}

tsfn_status
tsfn_reject(tsfn_deferred *self, const char *code, const char *message) {
  if (self == NULL || message == NULL) return TSFN_INVALID;
  return reject(self, "", code != NULL ? code : "", message);
}

tsfn_status
tsfn_reject_error(tsfn_deferred *self, tsfn_status status,
                  const tsfn_error *error) {
  if (self == NULL) return TSFN_INVALID;
  return status == TSFN_THREW && error != NULL
             ? reject(self, error->name, error->code, error->message)
             : reject(self, "", tsfn_status_name(status),
                      tsfn_status_message(status));
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
