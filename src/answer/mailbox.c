/* SPDX-License-Identifier: MIT */

/* JavaScript to thread (tsfn/mailbox.h).

     loop thread    post      the struct moves into a message; it is posted
     any thread     receive   the first message; the struct moves to the thread
                    serve     the same, and the message's operation is called
     whoever closes           hands back what is there

   A mailbox has references: its owner's, its function's until that has ended,
   and one of each `post` that JavaScript has. A message is malloc's, since it
   is made on one thread and freed on another. Its promise is a deferred, which
   any thread settles; so no message needs the loop thread at its end. */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/letters.h"
#include "answer/mailbox.h"
#include "core/memory.h"
#include "function/function.h"
#include "function/send.h"
#include "node/exception.h"
#include "node/failure.h"
#include "node/thread.h"
#include "record/record.h"

struct tsfn_mailbox {
  struct tsfn__letters letters;
  const char *name;
  const tsfn_record *record; /* NULL: calls */
  tsfn_full full;
  uintptr_t loop_thread;
  tsfn_options callbacks;  /* of the functions that are made of callbacks */
  tsfn_function *function; /* loop thread; NULL: it has ended */
  atomic_int references;
};

struct message {
  struct tsfn__letter letter; /* first: it is cast back to this; its room is a
                                 deferred */
  const tsfn_record *type;
  tsfn_deferred *promise; /* of a call; NULL: of a record */
  tsfn_serve serve;
  const struct tsfn__argument_ops *ops; /* NULL: the record knows all */
  uint64_t words[];                     /* the struct */
};

/* What a function keeps of its mailbox. */
struct belonging {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;
  tsfn_mailbox *mailbox;
};

static void
unreference_mailbox(tsfn_mailbox *self) {
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) !=
      1)
    return;
  tsfn_mailbox_close(self);
  tsfn__letters_destroy(&self->letters);
  free(self);
}

/* Whether its record is this one. */
static bool
is_record_of(const tsfn_mailbox *self, const tsfn_record *type) {
  return self->record != NULL && tsfn__record_same(self->record, type);
}

/* --- messages ------------------------------------------------------------ */

/* Rejects a promise by a status that is a failure, and drops its deferred,
   which rejects it where nobody has settled it. NULL: there is none. */
static void
drop_promise_by(tsfn_deferred *promise, tsfn_status status) {
  if (promise == NULL) return;
  if (status != TSFN_OK) (void)tsfn_reject_error(promise, status, NULL);
  tsfn_deferred_drop(promise);
}

/* Tells a post that has waited for room that there is some. NULL: it has not
   waited. */
static void
grant_room(tsfn_deferred *room) {
  if (room == NULL) return;
  (void)tsfn_resolve(room, NULL, NULL);
  tsfn_deferred_drop(room);
}

static void
free_message(struct message *self) {
  if (self->ops != NULL) self->ops->release(self->type, self->words);
  tsfn_record_clear(self->type, self->words);
  free(self);
}

/* Nobody has received it. */
static void
hand_back_message(struct message *self) {
  drop_promise_by(self->promise, TSFN_CLOSING);
  drop_promise_by(self->letter.room, TSFN_CLOSING);
  free_message(self);
}

/* Moves the struct into a message. NULL: out of memory. */
static struct message *
make_message(const tsfn_record *type, const void *value) {
  struct message *self = malloc(sizeof *self + type->size);
  if (self == NULL) return NULL;
  memset(self, 0, sizeof *self);
  self->type = type;
  memcpy(self->words, value, type->size);
  return self;
}

/* --- the loop thread ----------------------------------------------------- */

static napi_value
refuse_post(napi_env env, const tsfn_mailbox *self, tsfn_status status,
            const char *what) {
  (void)tsfn__exception_throw(env, self->name, status, "%s", what);
  return NULL;
}

/* An argument is NULL. */
static napi_value
refuse_null(napi_env env) {
  (void)tsfn__exception_throw(env, "mailbox", TSFN_INVALID,
                              "an argument of the call is NULL");
  return NULL;
}

/* Whether messages of this type can be posted here at all. An exception is
   pending otherwise. */
static bool
can_post(napi_env env, const tsfn_mailbox *self, bool is_call,
         const tsfn_record *type) {
  if (tsfn__os_thread_self() != self->loop_thread) {
    refuse_post(env, self, TSFN_WRONG_THREAD,
                "it belongs to the environment of another thread");
    return false;
  }
  if (is_call ? self->record == NULL : is_record_of(self, type)) return true;
  refuse_post(env, self, TSFN_WRONG_TYPE,
              self->record != NULL ? "it takes another record"
                                   : "it takes calls of exported functions");
  return false;
}

/* TSFN_OK: a message may be posted now; *is_full: it has to wait for room. */
static tsfn_status
ask_room(tsfn_mailbox *self, bool *is_full) {
  tsfn_status status = tsfn__letters_check(&self->letters);
  *is_full = status == TSFN_QUEUE_FULL;
  return *is_full && self->full == TSFN_FULL_WAITS ? TSFN_OK : status;
}

static const char *
say_why(tsfn_status status) {
  return status == TSFN_CLOSING ? "it is closed" : "it is full";
}

/* Whether a record may be posted now, with *is_full as above. An exception is
   pending otherwise. */
static bool
may_post(napi_env env, tsfn_mailbox *self, const tsfn_record *type,
         bool *is_full) {
  if (!can_post(env, self, false, type)) return false;
  tsfn_status status = ask_room(self, is_full);
  if (status != TSFN_OK) refuse_post(env, self, status, say_why(status));
  return status == TSFN_OK;
}

/* The promise of a call that cannot be posted now. */
static napi_value
make_refusal(napi_env env, const tsfn_mailbox *self, tsfn_status status) {
  tsfn_deferred *deferred;
  napi_value promise;
  char message[160];
  if (tsfn_deferred_create(env, NULL, &deferred, &promise) != TSFN_OK)
    return NULL;
  snprintf(message, sizeof message, "%s: %s", self->name, say_why(status));
  (void)tsfn_reject(deferred, tsfn_status_name(status), message);
  tsfn_deferred_drop(deferred);
  return promise;
}

static napi_value
get_undefined(napi_env env) {
  napi_value undefined;
  return napi_get_undefined(env, &undefined) == napi_ok ? undefined : NULL;
}

/* Posts a message whose struct was moved. It may have been closed meanwhile, by
   another thread: then the message is handed back, as any that is there. */
static void
post_message(tsfn_mailbox *self, struct message *message) {
  bool has_room;
  tsfn_deferred *room = message->letter.room;
  if (!tsfn__letters_post(&self->letters, &message->letter, &has_room))
    hand_back_message(message);
  else if (has_room)
    grant_room(room);
}

napi_value
tsfn_mailbox_post(napi_env env, tsfn_mailbox *self, const tsfn_record *type,
                  void *record) {
  napi_value answer = NULL;
  tsfn_deferred *room = NULL;
  bool is_full;
  if (env == NULL || tsfn__environment_is_foreign(env)) return NULL;
  if (self == NULL || type == NULL || record == NULL) return refuse_null(env);
  if (!may_post(env, self, type, &is_full)) return NULL;
  struct message *message = make_message(type, record);
  if (message == NULL)
    return refuse_post(env, self, TSFN_NO_MEMORY, "out of memory");
  if (is_full && tsfn_deferred_create(env, NULL, &room, &answer) != TSFN_OK) {
    free(message);
    return NULL;
  }
  message->letter.room = room;
  memset(record, 0, type->size);
  post_message(self, message);
  return answer != NULL ? answer : get_undefined(env);
}

napi_value
tsfn__mailbox_call(napi_env env, tsfn_mailbox *self, const tsfn_record *type,
                   void *arguments, const tsfn_record *result, tsfn_serve serve,
                   const struct tsfn__argument_ops *ops, const void *data) {
  napi_value promise;
  bool is_full;
  if (env == NULL || tsfn__environment_is_foreign(env)) return NULL;
  if (self == NULL || type == NULL || arguments == NULL || serve == NULL)
    return refuse_null(env);
  if (!can_post(env, self, true, type)) return NULL;
  tsfn_status status = ask_room(self, &is_full);
  if (status != TSFN_OK) {
    promise = make_refusal(env, self, status);
    if (promise != NULL) tsfn_record_clear(type, arguments);
    return promise;
  }
  struct message *message = make_message(type, arguments);
  if (message == NULL)
    return refuse_post(env, self, TSFN_NO_MEMORY, "out of memory");
  message->serve = serve;
  if (ops != NULL && !ops->prepare(env, self, data, message->words)) {
    free(message);
    return NULL;
  }
  message->ops = ops;
  if (tsfn_deferred_create(env, result, &message->promise, &promise) !=
      TSFN_OK) {
    if (ops != NULL) ops->release(type, message->words);
    free(message);
    return NULL;
  }
  memset(arguments, 0, type->size);
  post_message(self, message);
  return promise;
}

napi_value
tsfn_mailbox_call(napi_env env, tsfn_mailbox *self, const tsfn_record *type,
                  void *arguments, const tsfn_record *result,
                  tsfn_serve serve) {
  return tsfn__mailbox_call(env, self, type, arguments, result, serve, NULL,
                            NULL);
}

/* --- the function of JavaScript's ---------------------------------------- */

static napi_value
call_post(napi_env env, napi_callback_info info) {
  napi_value value, answer = NULL;
  size_t count = 1;
  bool is_full;
  void *data;
  if (napi_get_cb_info(env, info, &count, &value, NULL, &data) != napi_ok)
    return NULL;
  tsfn_mailbox *self = data;
  /* A value is not converted for a post that would be refused. */
  if (!may_post(env, self, self->record, &is_full)) return NULL;
  void *record = malloc(self->record->size);
  if (record == NULL)
    return refuse_post(env, self, TSFN_NO_MEMORY, "out of memory");
  if (tsfn_record_from(env, self->record, value, record) == TSFN_OK) {
    answer = tsfn_mailbox_post(env, self, self->record, record);
    if (answer == NULL) tsfn_record_clear(self->record, record);
  }
  free(record);
  return answer;
}

static void
free_post(napi_env env, void *mailbox, void *hint) {
  (void)env, (void)hint;
  unreference_mailbox(mailbox);
}

tsfn_status
tsfn_mailbox_function(napi_env env, tsfn_mailbox *self, napi_value *out) {
  if (out != NULL) *out = NULL;
  if (env == NULL || self == NULL) return TSFN_INVALID;
  if (tsfn__environment_is_foreign(env)) return TSFN_WRONG_THREAD;
  if (out == NULL || self->record == NULL)
    return tsfn__exception_throw(env, self->name, TSFN_INVALID,
                                 out == NULL
                                     ? "a place for the function is NULL"
                                     : "it takes calls of exported functions");
  napi_value function;
  if (napi_create_function(env, "post", NAPI_AUTO_LENGTH, call_post, self,
                           &function) != napi_ok)
    return tsfn__failure_status(env);
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
  if (napi_add_finalizer(env, function, self, free_post, NULL, NULL) !=
      napi_ok) {
    unreference_mailbox(self);
    return tsfn__failure_status(env);
  }
  *out = function;
  return TSFN_OK;
}

/* --- the function that it belongs to ------------------------------------- */

/* The attachment's `stop`. */
static void
stop_belonging(struct tsfn__attachment *attachment) {
  tsfn_mailbox_close(((struct belonging *)attachment)->mailbox);
}

static void
free_belonging(struct tsfn__attachment *attachment) {
  struct belonging *self = (struct belonging *)attachment;
  self->mailbox->function = NULL;
  unreference_mailbox(self->mailbox);
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

static const struct tsfn__attachment_ops belonging_ops = {
    .stop = stop_belonging, .free = free_belonging};

/* False: out of memory. */
static bool
attach_mailbox(tsfn_function *fn, tsfn_mailbox *mailbox) {
  struct belonging *self =
      tsfn__function_attach(fn, &belonging_ops, sizeof *self);
  if (self == NULL) return false;
  self->function = fn;
  self->mailbox = mailbox;
  return true;
}

/* Values of JavaScript are valid in the call alone, and the rest is one
   function's. */
static void
set_callbacks(tsfn_mailbox *self, const tsfn_options *options) {
  static const tsfn_options weak = {.weak = true};
  self->callbacks = options != NULL ? *options : weak;
  self->callbacks.resource = NULL;
  self->callbacks.signal = NULL;
  self->callbacks.on_error = NULL;
  self->callbacks.convert = NULL;
  self->callbacks.call_js = NULL;
  self->callbacks.result = NULL;
  self->callbacks.uses = 1;
}

tsfn_function *
tsfn__mailbox_owner(const tsfn_mailbox *self) {
  return self->function;
}

const tsfn_options *
tsfn__mailbox_callbacks(const tsfn_mailbox *self) {
  return &self->callbacks;
}

void
tsfn_call_nothing(napi_env env, napi_value callback, void *context,
                  void *item) {
  (void)env, (void)callback, (void)context, (void)item;
}

static tsfn_mailbox *
make_mailbox(tsfn_function *fn, const tsfn_mailbox_options *options) {
  tsfn_mailbox *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->name = options->name != NULL ? options->name : "mailbox";
  self->record = options->record;
  self->full = options->full;
  self->loop_thread = fn->outlet.channel.loop_thread;
  self->function = fn;
  set_callbacks(self, options->callbacks);
  atomic_init(&self->references, 2); /* the owner's, the function's */
  if (!tsfn__letters_init(&self->letters, options->max_size)) {
    free(self);
    return NULL;
  }
  if (attach_mailbox(fn, self)) return self;
  tsfn__letters_destroy(&self->letters);
  free(self);
  return NULL;
}

tsfn_status
tsfn_mailbox_create(napi_env env, tsfn_function *fn,
                    const tsfn_mailbox_options *options, tsfn_mailbox **out) {
  static const tsfn_mailbox_options none;
  if (out != NULL) *out = NULL;
  if (env == NULL) return TSFN_INVALID;
  if (tsfn__environment_is_foreign(env)) return TSFN_WRONG_THREAD;
  if (options == NULL) options = &none;
  const char *name = options->name != NULL ? options->name : "mailbox";
  if (fn == NULL || out == NULL)
    return tsfn__exception_throw(env, name, TSFN_INVALID,
                                 "the function or a place for the mailbox is "
                                 "NULL");
  if (fn->environment->realm.env != env)
    return tsfn__exception_throw(env, name, TSFN_INVALID,
                                 "its function is of another environment");
  if (options->full != TSFN_FULL_THROWS && options->full != TSFN_FULL_WAITS)
    return tsfn__exception_throw(env, name, TSFN_INVALID,
                                 "options.full is none of its values");
  /* A closed function may have let its attachments go already. */
  if (tsfn_is_closing(fn))
    return tsfn__exception_throw(env, name, TSFN_CLOSING,
                                 "its function is closing");
  *out = make_mailbox(fn, options);
  return *out != NULL ? TSFN_OK
                      : tsfn__exception_throw(env, name, TSFN_NO_MEMORY,
                                              "out of memory");
}

/* --- any thread ---------------------------------------------------------- */

/* Looks first: only a thread that would wait is asked whether it may. */
static tsfn_status
receive_message(tsfn_mailbox *self, uint64_t deadline, struct message **out) {
  struct tsfn__letter *letter;
  void *room;
  tsfn_status status =
      tsfn__letters_receive(&self->letters, TSFN__NO_WAIT, &letter, &room);
  if (status == TSFN_TIMED_OUT && deadline != TSFN__NO_WAIT)
    status =
        tsfn__thread_is_loop()
            ? TSFN_WOULD_DEADLOCK
            : tsfn__letters_receive(&self->letters, deadline, &letter, &room);
  grant_room(room);
  *out = (struct message *)letter;
  return status;
}

tsfn_status
tsfn_mailbox_receive(tsfn_mailbox *self, const tsfn_record *type, void *items,
                     size_t most, size_t *count, tsfn_wait wait) {
  uint64_t deadline = tsfn__send_deadline(wait);
  struct message *message;
  size_t ignored;
  if (count == NULL) count = &ignored;
  *count = 0;
  if (self == NULL || type == NULL || items == NULL || most == 0)
    return TSFN_INVALID;
  if (!is_record_of(self, type)) return TSFN_WRONG_TYPE;
  tsfn_status status = receive_message(self, deadline, &message);
  while (status == TSFN_OK) {
    memcpy((char *)items + *count * type->size, message->words, type->size);
    free(message);
    if (++*count == most) break;
    status = receive_message(self, TSFN__NO_WAIT, &message);
  }
  return *count != 0 ? TSFN_OK : status;
}

tsfn_status
tsfn_mailbox_serve(tsfn_mailbox *self, void *context, tsfn_wait wait) {
  uint64_t deadline = tsfn__send_deadline(wait);
  struct message *message;
  if (self == NULL) return TSFN_INVALID;
  if (self->record != NULL) return TSFN_WRONG_TYPE;
  tsfn_status status = receive_message(self, deadline, &message);
  if (status != TSFN_OK) return status;
  tsfn_status served =
      message->serve(context, message->words, &message->promise);
  drop_promise_by(message->promise, served);
  free_message(message);
  return TSFN_OK;
}

void
tsfn_mailbox_end(tsfn_mailbox *self) {
  if (self != NULL) tsfn__letters_end(&self->letters);
}

void
tsfn_mailbox_close(tsfn_mailbox *self) {
  if (self == NULL) return;
  struct tsfn__letter *letter = tsfn__letters_close(&self->letters);
  while (letter != NULL) {
    struct tsfn__letter *next = letter->next;
    hand_back_message((struct message *)letter);
    letter = next;
  }
}

void
tsfn_mailbox_drop(tsfn_mailbox *self) {
  if (self != NULL) unreference_mailbox(self);
}
