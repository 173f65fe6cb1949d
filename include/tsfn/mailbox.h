/* SPDX-License-Identifier: MIT */
#ifndef TSFN_MAILBOX_H
#define TSFN_MAILBOX_H

/* The other direction: JavaScript posts, and threads receive, in order.

   A mailbox belongs to a function, and closes with it: so a thread that waits
   for messages is never stuck. There are two kinds.

   A mailbox of records has what JavaScript posts to it, converted:

     #define COMMAND(FIELD) FIELD(string, name) FIELD(f64, value)
     TSFN_RECORD(command, COMMAND)
     TSFN_MAILBOX(command)

     loop thread    tsfn_mailbox_create(env, fn, &options, &mailbox);
                    tsfn_mailbox_function(env, mailbox, &post);
     JavaScript     post({ name: 'gain', value: 0.5 });
     any thread     while (command_receive(mailbox, &command, TSFN_BLOCKING) ==
                           TSFN_OK) {
                      ...
                      command_clear(&command);
                    }

   A mailbox without a record has the calls of exported functions (export.h)
   that a thread serves: their arguments are the message, and their promise is
   what the thread answers.

     #define RUN(ARGUMENT) ARGUMENT(nonnull(string), sql)
     TSFN_METHOD(database, run, "Runs a statement.", RUN, promise(u32))
     TSFN_SERVE(database, database_run)

     static napi_value
     database_run(napi_env env, database *self, database_run_arguments *args) {
       return database_run_post(env, self->mailbox, args);
     }

     static tsfn_status                                       on the thread
     database_run_serve(database *self, database_run_arguments *args,
                        tsfn_deferred **promise) {
       uint32_t changes;
       if (sqlite3_exec(self->db, args->sql, ...) != SQLITE_OK)
         return tsfn_reject(*promise, "E_SQL", sqlite3_errmsg(self->db));
       changes = sqlite3_changes(self->db);
       return database_run_resolve(*promise, &changes);
     }

     any thread     while (tsfn_mailbox_serve(mailbox, database,
                                              TSFN_BLOCKING) == TSFN_OK)
                      continue;

   A serving thread begins and ends so, where `self->fn` is a function of
   tsfn_create(env, NULL, &options, &self->fn), which need not be called: its
   options.call_js is tsfn_call_nothing.

     tsfn_mailbox_create(env, self->fn, NULL, &self->mailbox);
     tsfn_spawn(self->fn, run, self);             run: the loop above
     ...
     tsfn_mailbox_end(self->mailbox);             the thread ends
     tsfn_release(self->fn);                      and the function, with the
                                                  last of the two uses
     tsfn_mailbox_drop(self->mailbox);            in options.free_context

   A method that only posts is one line: TSFN_SERVE_METHOD(database, run,
   mailbox) stands for TSFN_SERVE and the first function.

   A callback belongs to JavaScript, and goes to no thread. So a function is
   made of each callback argument when the call is posted, as its kind says and
   options.callbacks:

     #define QUERY(ARGUMENT)                                                   \
       ARGUMENT(nonnull(string), sql) ARGUMENT(callback(row, batch), each)
     TSFN_METHOD(database, query, "Calls back with rows.", QUERY, promise(void))
     TSFN_SERVE_METHOD(database, query, mailbox)

     static tsfn_status                                       on the thread
     database_query_serve(database *self, database_query_arguments *args,
                          tsfn_deferred **promise) {
       tsfn_function *each = tsfn_served_function(args->each);
       ... row_call(each, &row, TSFN_BLOCKING) ...

   The call has a use of it, which is given back when name_serve has returned; a
   thread that keeps the function takes it by tsfn_served_take. All that are
   still there close when the mailbox's function has: what was called before is
   delivered, and a thread that asks, or waits for room, hears of it. So after
   an abort of that function, or at the end of the environment, no thread is
   stuck. A release does not close that function while a thread serves, since
   the thread has a use; so a thread that asks for an answer which may never
   come should give a deadline. Calls of a function and a promise have no order
   between them: a promise that is resolved behind the calls may be settled
   before JavaScript has seen the last of them. A thread that wants the order
   asks instead of its last call (TSFN_ASK of void, ask.h), or for each batch,
   and so waits until the callback has returned.

   The mailbox is bounded by max_size. A post to a full mailbox throws an Error
   of code TSFN_QUEUE_FULL or, by TSFN_FULL_WAITS, is in the mailbox all the
   same: `post` then returns a promise, which is fulfilled once there is room,
   and the program should await it before it posts more. A call to a full
   mailbox is a promise that rejects with that code; by TSFN_FULL_WAITS it is in
   the mailbox all the same, and its own promise is all that there is to await.

   It ends once. tsfn_mailbox_end lets threads receive what is there, and then
   answers TSFN_CLOSING. tsfn_mailbox_close hands back what was not received:
   its promises are rejected with an Error of code TSFN_CLOSING, and its memory
   is freed, on whichever thread closes, memory of kind owned by its `free`. The
   end of the function closes the mailbox. An abort does so in the loop's next
   turn: a thread that must not serve one message more is stopped by
   tsfn_mailbox_close. A release does so once no thread has a use, so threads
   that serve are ended by tsfn_mailbox_end. Later posts throw an Error of that
   code, later calls reject with it; one that another thread closes at the same
   moment is handed back. */

#include "deferred.h"
#include "export.h"
#include "record.h"
#include "wait.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tsfn_mailbox tsfn_mailbox;

/* What becomes of a post to a full mailbox. */
typedef enum { TSFN_FULL_THROWS = 0, TSFN_FULL_WAITS = 1 } tsfn_full;

/* Every zero is a useful default. `name` and `record` must outlive the
   mailbox. */
typedef struct tsfn_mailbox_options {
  const char *name;          /* in messages; NULL: "mailbox" */
  const tsfn_record *record; /* x_record() of what is posted; NULL: the calls of
                                exported functions */
  size_t max_size;           /* messages that are not received; 0: no bound */
  tsfn_full full;            /* 0: TSFN_FULL_THROWS */

  /* What the functions are that are made of callback arguments: max_queue_size,
     weak, microtasks, throws, budgets, context, complete, on_close. What the
     callback's kind says, and values of JavaScript, are not looked at. It is
     copied. NULL: weak, and else all zero. */
  const struct tsfn_options *callbacks;
} tsfn_mailbox_options;

/* Serves one message: what TSFN_SERVE makes of name_serve. */
typedef tsfn_status (*tsfn_serve)(void *context, void *arguments,
                                  tsfn_deferred **promise);

/* Loop thread. Makes a mailbox of the function, for which the caller holds a
   use, and which is of that environment. `options` may be NULL. On a failure
   *out is NULL, and an exception is pending, but for a NULL env (TSFN_INVALID)
   and TSFN_WRONG_THREAD. */
tsfn_status tsfn_mailbox_create(napi_env env, tsfn_function *fn,
                                const tsfn_mailbox_options *options,
                                tsfn_mailbox **out);

/* Loop thread. Makes the function of JavaScript's that posts: post(value),
   where the value is what x_from takes. It returns undefined, or a promise (see
   above). */
tsfn_status tsfn_mailbox_function(napi_env env, tsfn_mailbox *self,
                                  napi_value *out);

/* Loop thread. What x_post of a TSFN_MAILBOX(x) calls: for an exported function
   that posts one of its arguments. `record` has what x_from has copied, which
   is the mailbox's from here on: it is all zero afterwards. Answers undefined
   or a promise, as post does; NULL: an exception is pending, and the record is
   still the caller's. */
napi_value tsfn_mailbox_post(napi_env env, tsfn_mailbox *self,
                             const tsfn_record *type, void *record);

/* Loop thread. What name_post of a TSFN_SERVE calls: the same for the arguments
   of a call. `result`: of what the promise resolves with; NULL: undefined.
   Answers the promise; where the mailbox is full or closed it is rejected, and
   the arguments are freed. NULL: an exception is pending, and the arguments are
   still the caller's. */
napi_value tsfn_mailbox_call(napi_env env, tsfn_mailbox *self,
                             const tsfn_record *type, void *arguments,
                             const tsfn_record *result, tsfn_serve serve);

/* Loop thread. The same for an exported function with callbacks among its
   arguments. */
napi_value tsfn_mailbox_call_export(napi_env env, tsfn_mailbox *self,
                                    const tsfn_export *callee, void *arguments,
                                    tsfn_serve serve);

/* The thread that serves. The function of a callback argument, args->each.
   NULL: an optional one that was not given. It is the call's, and valid until
   name_serve returns. */
static inline tsfn_function *
tsfn_served_function(napi_value argument) {
  return (tsfn_function *)(void *)argument;
}

/* The same, which is the caller's from here on: it releases the function. */
static inline tsfn_function *
tsfn_served_take(napi_value *argument) {
  tsfn_function *function = tsfn_served_function(*argument);
  *argument = NULL;
  return function;
}

/* The call_js of a function that is never called, as that of a mailbox may
   be. */
void tsfn_call_nothing(napi_env env, napi_value callback, void *context,
                       void *item);

/* Any thread. What x_receive and x_receive_many of a TSFN_MAILBOX(x) call.
   Waits for one message until `wait` has passed, and takes up to `most` that
   are there; *count is how many, on every status, and no more are written. What
   they point to is the thread's: x_clear frees it. TSFN_TIMED_OUT.
   TSFN_CLOSING: the mailbox has ended, and nothing is left. TSFN_WRONG_TYPE:
   the mailbox's record is another one. TSFN_WOULD_DEADLOCK: this is a loop
   thread that the library knows, and nothing is there. TSFN_INVALID: a NULL
   argument, or `most` is 0. */
tsfn_status tsfn_mailbox_receive(tsfn_mailbox *self, const tsfn_record *type,
                                 void *items, size_t most, size_t *count,
                                 tsfn_wait wait);

/* Any thread. Waits for one message, calls its name_serve with `context`, and
   frees the arguments. What name_serve has not settled is rejected: by its
   status where that is not TSFN_OK, else as by tsfn_deferred_drop. Where it
   sets *promise to NULL it has kept the deferred, and drops it itself.
   TSFN_OK: one was served, whatever name_serve answered. Other statuses: as
   above. */
tsfn_status tsfn_mailbox_serve(tsfn_mailbox *self, void *context,
                               tsfn_wait wait);

/* Any thread; never blocks. No more can be posted. */
void tsfn_mailbox_end(tsfn_mailbox *self);

/* Any thread; never blocks. The same, and what is there is handed back. */
void tsfn_mailbox_close(tsfn_mailbox *self);

/* Any thread; never blocks. Lets it go, when no thread of the caller's uses it
   any more, say in options.free_context; NULL is fine. It closes with its
   function, not here. */
void tsfn_mailbox_drop(tsfn_mailbox *self);

#ifdef __cplusplus
}
#endif

#define TSFN_MAILBOX(name)                                                     \
  TSFN__ASSERT(TSFN__IS_DECLARED(struct tsfn__declared_record_##name),         \
               "mailbox " #name ": the record is not declared above")          \
  TSFN__MAYBE_UNUSED static inline napi_value name##_post(                     \
      napi_env tsfn__env, tsfn_mailbox *tsfn__self,                            \
      struct name *tsfn__record) {                                             \
    return tsfn_mailbox_post(tsfn__env, tsfn__self, name##_record(),           \
                             tsfn__record);                                    \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_receive(                 \
      tsfn_mailbox *tsfn__self, struct name *tsfn__item,                       \
      tsfn_wait tsfn__wait) {                                                  \
    size_t tsfn__count;                                                        \
    return tsfn_mailbox_receive(tsfn__self, name##_record(), tsfn__item, 1,    \
                                &tsfn__count, tsfn__wait);                     \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_receive_many(            \
      tsfn_mailbox *tsfn__self, struct name *tsfn__items, size_t tsfn__most,   \
      size_t *tsfn__count, tsfn_wait tsfn__wait) {                             \
    return tsfn_mailbox_receive(tsfn__self, name##_record(), tsfn__items,      \
                                tsfn__most, tsfn__count, tsfn__wait);          \
  }

/* Behind the TSFN_EXPORT, or the TSFN_METHOD (then object_name), of that name,
   whose result is a promise(kind), and none of whose arguments is a signal, a
   value or an object. */
#define TSFN_SERVE(context, name)                                              \
  TSFN__ASSERT((tsfn__argument_traits_of_##name &                              \
                (TSFN__ARGUMENT_ONLY | TSFN__EXPORTED)) == 0,                  \
               "serve " #name ": a signal, a value or an object among its "    \
               "arguments belongs to JavaScript")                              \
  TSFN__ASSERT((int)tsfn__way_of_##name == (int)TSFN_WAY_PROMISE,              \
               "serve " #name ": its result is no promise(kind)")              \
  static tsfn_status name##_serve(context *, name##_arguments *,               \
                                  tsfn_deferred **);                           \
  static tsfn_status tsfn__serve_##name(void *tsfn__context,                   \
                                        void *tsfn__arguments,                 \
                                        tsfn_deferred **tsfn__promise) {       \
    return name##_serve((context *)tsfn__context,                              \
                        (name##_arguments *)tsfn__arguments, tsfn__promise);   \
  }                                                                            \
  TSFN__MAYBE_UNUSED static inline napi_value name##_post(                     \
      napi_env tsfn__env, tsfn_mailbox *tsfn__self,                            \
      name##_arguments *tsfn__arguments) {                                     \
    return (tsfn__argument_traits_of_##name & TSFN__CALLED) != 0               \
               ? tsfn_mailbox_call_export(tsfn__env, tsfn__self,               \
                                          &tsfn__export_##name,                \
                                          tsfn__arguments, tsfn__serve_##name) \
               : tsfn_mailbox_call(tsfn__env, tsfn__self,                      \
                                   tsfn__arguments_of_##name(),                \
                                   tsfn__arguments, tsfn__result_of_##name(),  \
                                   tsfn__serve_##name);                        \
  }

/* For a method that does nothing else on the loop thread: the same, and the
   function, which posts the call to self->member. */
#define TSFN_SERVE_METHOD(object, name, member)                                \
  TSFN_SERVE(struct object, object##_##name)                                   \
  static napi_value object##_##name(                                           \
      napi_env tsfn__env, struct object *tsfn__self,                           \
      object##_##name##_arguments *tsfn__arguments) {                          \
    return object##_##name##_post(tsfn__env, tsfn__self->member,               \
                                  tsfn__arguments);                            \
  }

#endif
