/* SPDX-License-Identifier: MIT */
#ifndef TSFN_H
#define TSFN_H

/* libtsfn: call a JavaScript function from any thread.

   Words. A function (`tsfn_function *`) is a JavaScript function plus a queue
   that any thread may call. The loop thread is the one that owns the
   function's napi_env. A producer is a thread that calls. An item is one
   queued call's data, copied into the queue. A use is one thread's right to
   call: taken by tsfn_create, tsfn_acquire or tsfn_spawn, given back once.

   Every function below answers a tsfn_status. Where a napi_env is passed (and
   in tsfn_spawn) a failure also leaves a JavaScript exception pending that
   says what was wrong and names the function (options->name), unless env itself
   is NULL, of another thread, or can no longer run JavaScript; so `return NULL`
   is right there. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsfn/allocator.h"
#include "tsfn/ask.h"
#include "tsfn/deferred.h"
#include "tsfn/export.h"
#include "tsfn/mailbox.h"
#include "tsfn/promise.h"
#include "tsfn/record.h"
#include "tsfn/schema.h"
#include "tsfn/status.h"
#include "tsfn/version.h"
#include "tsfn/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tsfn_arguments tsfn_arguments;

/* --- what the author gives ----------------------------------------------- */

/* Loop thread. Calls JavaScript for one item; runs exactly once for each
   accepted item. Where the item is delivered, `env` is the function's, and
   `callback` too unless the function has none. Where the item is handed back
   both are NULL: the function was aborted, its environment is gone, or
   JavaScript can no longer run; free what the item owns and return. `item` is
   the queued copy, valid during the call (for tsfn_call_pointer: the pointer
   itself; for a call without an item: NULL). The signature is that of
   napi_threadsafe_function_call_js. */
typedef void (*tsfn_call_js)(napi_env env, napi_value callback, void *context,
                             void *item);

/* Loop thread. Maps an item to the callback's arguments, any number of them,
   by tsfn_push. A status other than TSFN_OK, or an exception left pending,
   arrives as the callback's error. */
typedef tsfn_status (*tsfn_convert)(napi_env env, void *context,
                                    const void *item, tsfn_arguments *out);

/* Loop thread, after the item ended (or the run of items that it was delivered
   with), in order, once for each accepted item; never for one that was not
   accepted. Must not call JavaScript. `item` is the queued
   copy (NULL for an error or for a call without an item) of `size` bytes
   (0 for a pointer). */
typedef void (*tsfn_complete)(void *context, const void *item, size_t size,
                              tsfn_completion how);

/* A native thread. What it returns is its result: see tsfn_start. */
typedef tsfn_status (*tsfn_thread)(tsfn_function *fn, size_t index, void *data);

/* Error-first: callback(err, ...) with err null for an item. Values-only:
   callback(...), and an error becomes an uncaughtException. A function without
   values (neither record, convert nor call_js) calls callback() for an item in
   both, so that err is undefined there and not null. */
typedef enum { TSFN_ERROR_FIRST = 0, TSFN_VALUES_ONLY = 1 } tsfn_errors;

/* What one call of the callback carries: the address of one of the library's
   tables, so that an addon links the modes that it names and no other. Errors,
   pointers and per-call callbacks keep their place in the order: they end a
   batch. An array or columns are as many items as earlier calls did within
   budget_microseconds (the first: at most 512), since nothing can cut a call
   short. */
#define TSFN_HAS_DELIVERY_MODES 1
typedef struct tsfn_delivery tsfn_delivery;
extern const tsfn_delivery tsfn_delivery_batch;
extern const tsfn_delivery tsfn_delivery_columns;
extern const tsfn_delivery tsfn_delivery_packed_columns;
extern const tsfn_delivery tsfn_delivery_latest;

/* One item. */
#define TSFN_EACH ((const tsfn_delivery *)NULL)
/* Records: an array of all that a drain brings. */
#define TSFN_BATCH (&tsfn_delivery_batch)
/* Records: an object with a typed array for each field (an Array of values for
   fields that are no numbers), and how many; or each column by itself, and how
   many. */
#define TSFN_COLUMNS (&tsfn_delivery_columns)
/* The same, but a column of bytes, buffers or text (text, string, slice) is an
   object { data, offsets, validity } in the layout of Apache Arrow: a
   Uint8Array with all of its bytes, UTF-8 for text; a Uint32Array with one
   offset more than there are records, so that value i is
   data.subarray(offsets[i], offsets[i + 1]); and a Uint8Array with a bit for
   each record, the lowest first, 0 for NULL, or null where none is NULL. Text
   is the bytes that were sent, also where they are no UTF-8. Up to 2 GiB the
   offsets are Arrow's too, as new Int32Array(offsets.buffer,
   offsets.byteOffset, offsets.length). A call has 64 MiB of such data at the
   most, or one record, of less than 4 GiB in each column: one that has more
   arrives as an error. */
#define TSFN_PACKED_COLUMNS (&tsfn_delivery_packed_columns)
/* One item, the newest of a drain; the others complete as dropped. Nothing is
   dropped before the drain: while JavaScript is busy, all that was accepted
   stays in memory (100 frames of 8 MB: 800 MB). options->max_queue_size limits
   that. A call that finds the queue full waits or is refused, as in every mode,
   though its item is the newest. */
#define TSFN_LATEST (&tsfn_delivery_latest)

/* What a throw of the callback does, and an error in a values-only function:
   the address of one of the library's tables. */
#define TSFN_HAS_THROWS 1
typedef struct tsfn_throws tsfn_throws;
extern const tsfn_throws tsfn_throws_end;
/* options->on_error gets it, or it is an uncaughtException; the function goes
   on. */
#define TSFN_THROW_REPORTS ((const tsfn_throws *)NULL)
/* It aborts the function, and rejects the promise of tsfn_start or tsfn_promise
   (promise.h). A function without a promise is aborted, and the throw is an
   uncaughtException. Not together with options->on_error. What an ask hears
   (ask.h) is the thread's, and ends nothing. */
#define TSFN_THROW_ENDS (&tsfn_throws_end)

/* When nextTick and promise callbacks run; and whether what a callback sets by
   AsyncLocalStorage.enterWith is seen by the next one. After each drain: yes,
   until the drain ends, as with a stream's 'data' events. After each call: no,
   each callback starts in the context of the function's creation. There Node 18
   to 22 are the exception: they keep what was set for all later callbacks of
   that function, whatever the policy. */
typedef enum {
  TSFN_MICROTASKS_PER_DRAIN = 0, /* after each turn of the queue */
  TSFN_MICROTASKS_PER_CALL = 1   /* after each call of the callback */
} tsfn_microtasks;

/* How a record is passed. */
typedef enum {
  TSFN_AS_OBJECT = 0,   /* callback(err, { path, line }) */
  TSFN_AS_ARGUMENTS = 1 /* callback(err, path, line) */
} tsfn_passing;

/* Every zero is a useful default. Read during tsfn_create / tsfn_start only;
   `name`, `record` and `allocator` must outlive the function (string literals,
   x_record() and static tables do), the rest is copied. */
typedef struct tsfn_options {
  const char *name;    /* of the async resource, in messages; NULL: "tsfn" */
  napi_value resource; /* object for async_hooks; NULL: a new one */

  /* What an item is: at most one of these three. None: the callback is called
     without values, and items carry none (or are pointers). */
  const tsfn_record *record; /* x_record() of a TSFN_RECORD(x, ...) */
  tsfn_convert convert;
  tsfn_call_js call_js;
  size_t item_size; /* with convert or call_js: the size of every item; 0: any
                       size, up to 24 bytes without an allocation */

  size_t max_queue_size; /* items accepted and not yet taken by the loop; 0: no
                            bound but memory. A promise that the callback
                            returns is not awaited: a thread that is to wait for
                            it asks (TSFN_ASK of void, tsfn/ask.h) */
  size_t threads;        /* tsfn_start: how many; 0: 1 */
  size_t uses;           /* tsfn_create: uses the caller gets; 0: 1 */
  size_t stack_size;     /* of each thread of tsfn_start and tsfn_spawn, in
                            bytes; rounded up to pages, and to the least that
                            the system allows. 0: as Node's own threads, the
                            soft limit of RLIMIT_STACK when the thread starts
                            (8 MiB mostly; 2 MiB where there is no limit), also
                            where the C library gives less by itself (musl 128
                            KiB, macOS 512 KiB); on Windows what node.exe says.
                            A size that the system refuses is TSFN_NO_MEMORY
                            where a thread starts */

  const tsfn_record *result; /* tsfn_start: of what its promise resolves with,
                                by x_finish (promise.h); NULL: undefined */

  tsfn_errors errors;            /* 0: TSFN_ERROR_FIRST */
  const tsfn_throws *throws;     /* NULL: TSFN_THROW_REPORTS */
  const tsfn_delivery *delivery; /* NULL: TSFN_EACH */
  tsfn_microtasks microtasks;    /* 0: TSFN_MICROTASKS_PER_DRAIN */
  tsfn_passing passing;          /* 0: TSFN_AS_OBJECT */
  bool weak;                     /* true: does not keep the process alive */
  bool reuse_columns; /* with TSFN_COLUMNS and TSFN_PACKED_COLUMNS. true: the
                         same typed arrays at each call, valid until the
                         callback returns, with more entries than are told by
                         `how many`; what is behind those is undefined. One
                         whose buffer the callback has detached or transferred
                         is not written any more: a fresh one takes its place.
                         Arrays of values and packed columns are always
                         fresh */
  bool own_buffers;   /* true: each field of kind bytes or buffer arrives in an
                         ArrayBuffer of its own, which the callback may transfer
                         to another thread; see tsfn/record.h. Packed columns do
                         not change */

  uint32_t budget_items;        /* a turn's most items; 0: 4,096, and 6,000
                                   with TSFN_COLUMNS and TSFN_PACKED_COLUMNS */
  uint32_t budget_microseconds; /* a turn's most time, seen between two items;
                                   0: 2,000 */

  napi_value signal;   /* an AbortSignal that aborts the function; NULL,
                          undefined or null: none */
  napi_value on_error; /* function(err): gets what the callback throws, and
                          errors in values-only; NULL: uncaughtException */

  void *context;          /* tsfn_context, call_js, convert, complete */
  tsfn_complete complete; /* NULL: none */

  /* Tells threads that wait outside of the library that the function closes.
     Once, on whichever thread closes it: in the last tsfn_release, in
     tsfn_abort, on the loop thread when options->signal fires or the
     environment ends (a worker that is terminated or exits, the natural exit
     of a process whose functions are weak). From then on calls are answered
     TSFN_CLOSING; nothing is joined, finalized or freed before it returns. It
     may write to a pipe, shut a socket down, signal a condition, pthread_kill;
     it must not block, call JavaScript or end the process. Where the signal was
     aborted before, it runs inside of tsfn_create or tsfn_start. NULL: none. */
  void (*on_close)(void *context);

  /* (env, finalize_data, context), loop thread, once, after every item is
     complete and the library's threads have ended; env NULL: JavaScript cannot
     run. tsfn_is_aborted tells an abort from another end here. After an abort
     others may still hold uses: what they touch belongs to context and
     free_context. It may join the author's threads, if none of them can be
     waiting for this loop thread: one that waits for room in another function
     of the same environment would wait for ever, since the join keeps the loop
     from making room. Close that function first (tsfn_abort), or let its
     threads call with a deadline. */
  napi_finalize finalize;
  void *finalize_data;
  void (*free_context)(void *context); /* any thread, no env, after the last use
                                          and after finalize; nothing of the
                                          function is left, so `name`, `record`
                                          and `allocator` may go here (with
                                          TSFN_DEBUG the allocator's memory has
                                          to stay) */
  const tsfn_allocator *allocator;     /* NULL: malloc and free */
} tsfn_options;

/* Positions, not counters: exact on the loop thread, each a moment's value
   elsewhere. accepted == queued + the sum of completed[]. */
typedef struct tsfn_stats {
  uint64_t accepted; /* items that calls were answered TSFN_OK for */
  uint64_t queued;   /* of them: not yet complete */
  uint64_t completed[TSFN_COMPLETION_COUNT]; /* by tsfn_completion */
  size_t blocked;                            /* threads waiting for room */
  size_t uses;                               /* rights to call that are out */
  size_t memory;                             /* bytes of queue blocks */
} tsfn_stats;

/* --- the whole life in one call (loop thread) ---------------------------- */

/* Creates a function for `callback`, runs `run(fn, index, data)` on
   options->threads threads (each has a use, given back for it), joins them,
   delivers every item and only then settles the promise that it returns: with
   undefined, or the result that a thread has given by x_finish; or with the
   failure that a thread has told by tsfn_fail (promise.h); or, aborted, with
   the signal's reason, or with an Error of code TSFN_CLOSING; or with an Error
   (code, message) of the first thread, in the order they ended, that answered
   neither TSFN_OK nor TSFN_CLOSING (one that hears of the close was stopped,
   and has not failed). What the callback throws rejects it with options->throws
   = TSFN_THROW_ENDS, and else does not: with options->on_error that function
   gets it and the rest goes on; without it the throw is an uncaughtException,
   which ends the process where nobody handles it. With options->weak the
   process may end before the promise settles; Node then exits with code 13
   where a module awaits it at its top level. On failure: NULL, an exception is
   pending (not for an env that is NULL or of another thread), and nothing runs
   or it has been told to close. options->finalize and free_context run exactly
   once whatever happens, so `data` can be theirs to free: where no function
   could be made, before tsfn_start returns, with env NULL. Never blocks. */
napi_value tsfn_start(napi_env env, napi_value callback,
                      const tsfn_options *options, tsfn_thread run, void *data);

/* A job that can be cancelled: tsfn_start, whose promise does not wait once it
   was aborted. An abort rejects the promise at the loop's next turn, with the
   signal's reason, while the threads still run: they hear of it by
   tsfn_is_closing, or by the status of a call, and what they own is freed in
   options->free_context, after their end. The process, or a worker's end, still
   waits for them: one that waits elsewhere is freed by options->on_close. A
   result that comes after the abort is freed: memory of kind owned by its
   `free`. A signal that was aborted before starts no thread. The signal stays
   as it was found: listeners are added, and removed at the end. `progress`
   NULL: nobody wants the items; with options->delivery = TSFN_LATEST it gets
   the newest only. Else as tsfn_start. */
napi_value tsfn_task_start(napi_env env, napi_value progress,
                           const tsfn_options *options, tsfn_thread run,
                           void *data);

/* --- the parts (loop thread) --------------------------------------------- */

/* Makes *out, with options->uses uses for the caller. `callback` may be NULL
   only with options->call_js. On failure nothing is made, neither finalize nor
   free_context will run, *out is NULL.
   The first function that an addon makes keeps the addon in memory until the
   process ends. Without one, an addon that only workers have loaded is unloaded
   when the last of them ends, also while a thread of its own runs its code,
   which is then a crash (SIGSEGV). So make a function before you start such a
   thread, or keep the addon in memory yourself (dlopen with RTLD_NODELETE). */
tsfn_status tsfn_create(napi_env env, napi_value callback,
                        const tsfn_options *options, tsfn_function **out);

/* Runs `run(fn, 0, data)` on a new thread with a use of its own, given back for
   it. The library joins the thread soon after it has ended, and in any case
   before finalize. Its status counts where the function has a promise (see
   tsfn_start). The caller must hold a use. TSFN_CLOSING (the function was
   aborted, perhaps by its signal, or its environment ends): no thread was
   started, and no exception is pending, since the caller made no mistake.
   TSFN_NO_MEMORY: the system had no memory or no thread left. */
tsfn_status tsfn_spawn(tsfn_function *fn, tsfn_thread run, void *data);

/* Appends one argument; in a tsfn_convert only. TSFN_NO_MEMORY: nothing was
   appended. */
tsfn_status tsfn_push(tsfn_arguments *out, napi_value value);

/* --- any thread that holds a use ----------------------------------------- */

/* The calls copy the item into the queue and return; JavaScript runs later, on
   the loop thread, in the order of each producer's calls. On any status but
   TSFN_OK nothing was queued and what the item owns stays the caller's.
   TSFN_CLOSING does not take the caller's use: release it all the same.

   TSFN_QUEUE_FULL, TSFN_TIMED_OUT: by `wait`. TSFN_WOULD_DEADLOCK: the queue is
   full, the wait is not zero and this is the loop thread. TSFN_WRONG_TYPE: the
   item's size or record is not the function's. TSFN_NO_MEMORY. They block only
   for room, and only as long as `wait` says. */

/* One item of `size` bytes; NULL and 0: a call without an item. */
tsfn_status tsfn_call(tsfn_function *fn, const void *item, size_t size,
                      tsfn_wait wait);

/* `count` items of `size` bytes each, in order, as one run where there is room.
   *accepted (may be NULL) is written on every status: a prefix of that length
   was queued. TSFN_OK: all of them. */
tsfn_status tsfn_call_many(tsfn_function *fn, const void *items, size_t size,
                           size_t count, tsfn_wait wait, size_t *accepted);

/* One pointer; call_js or convert gets it as `item`. On TSFN_OK it is theirs.
   */
tsfn_status tsfn_call_pointer(tsfn_function *fn, void *pointer, tsfn_wait wait);

/* One item of any size with a callback of its own instead of options->call_js;
   for every kind of function. */
tsfn_status tsfn_call_with(tsfn_function *fn, tsfn_call_js call_js,
                           const void *item, size_t size, tsfn_wait wait);

/* An Error in the item's place: callback(err) with err.code and err.message,
   or in values-only an uncaughtException. Both strings are UTF-8 and copied;
   `code` may be NULL (no code). TSFN_INVALID also for a text that no string of
   JavaScript can hold on every host: of a quarter of a gigabyte. */
tsfn_status tsfn_call_error(tsfn_function *fn, const char *code,
                            const char *message, tsfn_wait wait);

/* Takes one more use. TSFN_CLOSING: none was taken. Never blocks. */
tsfn_status tsfn_acquire(tsfn_function *fn);

/* Gives a use back; the last one closes the function, which delivers what is
   queued first. TSFN_INVALID: there was no use to give back (answered while
   something keeps the handle: a use, an environment that has not finalized
   the function, or a TSFN_DEBUG build). Never blocks. */
tsfn_status tsfn_release(tsfn_function *fn);

/* Closes at once: what is queued completes as aborted, blocked callers hear
   TSFN_CLOSING. A call of the callback that is under way is not interrupted;
   where the loop thread aborts it is the last one. Where another thread aborts,
   the loop thread ends what it has begun: that one call or, of a function of
   records with TSFN_EACH, up to 256 calls in all, since it looks for an abort
   once in so many while the callback is fast. Their items complete as ever. The
   caller still releases its use. Again: TSFN_OK. */
tsfn_status tsfn_abort(tsfn_function *fn);

/* True from the moment that calls are answered TSFN_CLOSING: for threads that
   compute for long between two calls. Never blocks. */
bool tsfn_is_closing(const tsfn_function *fn);

/* Whether the function keeps the process alive. Not counted: ref, ref, unref is
   unref. A ref of any thread holds when it returns. TSFN_CLOSING, on another
   thread than the loop's: it was too late, the event loop has run out and the
   process (or worker) ends. An unref from another thread counts from the next
   drain on. On a function that is closing both answer TSFN_OK, and its end does
   not wait for them. Neither blocks. */
tsfn_status tsfn_ref(tsfn_function *fn);
tsfn_status tsfn_unref(tsfn_function *fn);

/* True after tsfn_abort or an AbortSignal; false where the last release or the
   environment's end closed the function. For whoever holds a use, and valid in
   options->finalize, where the handle may be in the context. Never blocks. */
bool tsfn_is_aborted(const tsfn_function *fn);

/* options->context; NULL for a NULL function. */
void *tsfn_context(tsfn_function *fn);

/* Never blocks, never waits for the loop. */
tsfn_status tsfn_get_stats(tsfn_function *fn, tsfn_stats *out);

/* What TSFN_OPTIONS of export.h calls: the options for the callback that is the
   argument at that offset of the struct of arguments. */
tsfn_options tsfn_export_options(const tsfn_export *self, size_t offset);

/* Used by the functions that TSFN_RECORD makes. */
tsfn_status tsfn_call_record(tsfn_function *fn, const tsfn_record *type,
                             const void *items, size_t count, tsfn_wait wait,
                             size_t *accepted);

#ifdef __cplusplus
}
#endif
#endif
