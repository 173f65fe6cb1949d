/* SPDX-License-Identifier: MIT */

/* tsfn_spawn and tsfn_start: functions whose threads are the library's
   (threads.h). Loop thread; neither blocks. */

#include "stream/start.h"
#include "function/ending.h"
#include "node/exception.h"
#include "record/record.h"
#include "stream/threads.h"

/* The order of the checks matters. On another thread nothing of the environment
   may be touched, so there is no exception. A function that is closing is no
   mistake of the caller's, so there is none for it either. */
tsfn_status
tsfn_spawn(tsfn_function *fn, tsfn_thread run, void *data) {
  if (fn == NULL) return TSFN_INVALID;
  if (tsfn__os_thread_self() != fn->outlet.channel.loop_thread)
    return TSFN_WRONG_THREAD;
  if (fn->environment->realm.is_gone) return TSFN_CLOSING;
  napi_env env = fn->environment->realm.env;
  if (run == NULL)
    return tsfn__exception_throw(env, fn->name, TSFN_INVALID, "run is NULL");
  if (tsfn__lifecycle_is_closing(&fn->outlet.channel.lifecycle))
    return TSFN_CLOSING;
  struct tsfn__threads *threads = tsfn__threads_get(fn);
  tsfn_status status = threads == NULL
                           ? TSFN_NO_MEMORY
                           : tsfn__threads_start(threads, 0, run, data);
  if (status == TSFN_OK || status == TSFN_CLOSING) return status;
  return tsfn__exception_throw(env, fn->name, status,
                               "a thread was not started: %s",
                               tsfn_status_message(status));
}

/* Starts `count` threads with the indices from 0 on; stops at the first that
   cannot be started. Those before it run, and hear of the abort that
   follows. */
static tsfn_status
start_threads(tsfn_function *fn, size_t count, tsfn_thread run, void *data) {
  tsfn_status status = TSFN_OK;
  for (size_t i = 0; i < count && status == TSFN_OK; i++)
    status = tsfn__threads_start(tsfn__threads_get(fn), i, run, data);
  return status;
}

/* Ends tsfn_start where the function exists and something after it failed:
   throws, aborts the function, and gives back the use. What options.finalize
   and free_context have to do happens at the function's end, as always. */
static napi_value
end_made(tsfn_function *fn, tsfn_status status, const char *what) {
  tsfn__exception_throw(fn->environment->realm.env, fn->name, status, "%s: %s",
                        what, tsfn_status_message(status));
  tsfn_abort(fn);
  tsfn_release(fn);
  return NULL;
}

/* Ends tsfn_start where no function was made: calls what would have been called
   at the function's end, since `data` may be theirs to free. */
static napi_value
end_unmade(const tsfn_options *options) {
  if (options->finalize != NULL)
    options->finalize(NULL, options->finalize_data, options->context);
  if (options->free_context != NULL) options->free_context(options->context);
  return NULL;
}

/* The caller's one use keeps the function open until all threads have started;
   each of them has its own. When the last thread gives its use back the
   function closes. */
TSFN__OS_COLD napi_value
tsfn__start(napi_env env, napi_value callback, const tsfn_options *options,
            tsfn_thread run, void *data,
            tsfn_status (*prepare)(tsfn_function *fn)) {
  tsfn_function *fn;
  napi_value promise;
  tsfn_options mine = *options;
  mine.uses = 1;
  if (env == NULL || tsfn__environment_is_foreign(env))
    return end_unmade(&mine);
  if (run == NULL) {
    tsfn__exception_throw(env, mine.name, TSFN_INVALID, "run is NULL");
    return end_unmade(&mine);
  }
  if (mine.result != NULL && !tsfn__record_can_be_sent(mine.result)) {
    tsfn__exception_throw(env, mine.name, TSFN_INVALID,
                          "no thread can make a result of its kind");
    return end_unmade(&mine);
  }
  if (tsfn_create(env, callback, &mine, &fn) != TSFN_OK)
    return end_unmade(&mine);
  tsfn_status status = prepare != NULL ? prepare(fn) : TSFN_OK;
  if (status != TSFN_OK || tsfn__threads_get(fn) == NULL)
    return end_made(fn, TSFN_NO_MEMORY, "no threads");
  status = tsfn__ending_make(fn, mine.result, &promise);
  if (status != TSFN_OK) return end_made(fn, status, "no promise");
  status = start_threads(fn, mine.threads != 0 ? mine.threads : 1, run, data);
  /* TSFN_CLOSING: the signal was aborted before, and no thread runs; or a
     thread that runs already has aborted the function. The promise is rejected.
     */
  if (status != TSFN_OK && status != TSFN_CLOSING) {
    tsfn__ending_forget(fn);
    return end_made(fn, status, "a thread was not started");
  }
  tsfn_release(fn);
  return promise;
}

napi_value
tsfn_start(napi_env env, napi_value callback, const tsfn_options *options,
           tsfn_thread run, void *data) {
  static const tsfn_options none;
  return tsfn__start(env, callback, options != NULL ? options : &none, run,
                     data, NULL);
}
