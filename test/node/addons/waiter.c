/* SPDX-License-Identifier: MIT */

/* Threads that wait outside of the library, in a read() of an empty pipe or for
   a condition, and the close hook that frees them.

     start(callback, options)   options.threads: 'start', 'spawn' or 'own' (a
                                pthread with an acquired use, which finalize
                                joins); options.wait: 'pipe' or 'condition';
                                options.weak, options.signal; options.hook:
                                false leaves options.on_close out. Answers
                                tsfn_start's promise, or undefined.
     release(), abort()         of the function that was made last
     elsewhere(what)            the same, 'release' or 'abort', from a thread
                                of its own, which is joined

   At its end each function writes a line to stdout, by free_context:

     closed 1 finalized 1 aborted 0 env 1 ended 2

   closed: calls of on_close that had returned when finalize began; aborted:
   what tsfn_is_aborted said in finalize; env: finalize had one; ended: threads
   that had come back from their wait then. The last two are those of finalize,
   too. */

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tsfn.h>

#include "support/exports.h"
#include "support/say.h"
#include "support/threads.h"

#if defined(_WIN32)
#include <io.h>
#define pipe(ends) _pipe(ends, 64, _O_BINARY)
#endif

#define THREADS 2

struct waiter {
  tsfn_function *fn;
  bool waits_in_pipe;
  int ends[2];
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_told; /* under the lock */
  pthread_t own[THREADS];
  bool has_own;
  atomic_int closed, finalized, aborted, env, ended;
};

static struct waiter *last;

/* --- threads ------------------------------------------------------------- */

static void
wait_for_close(struct waiter *self) {
  char byte;
  if (self->waits_in_pipe) {
    while (read(self->ends[0], &byte, 1) < 0)
      continue; /* interrupted */
  } else {
    pthread_mutex_lock(&self->lock);
    while (!self->is_told)
      pthread_cond_wait(&self->changed, &self->lock);
    pthread_mutex_unlock(&self->lock);
  }
  if (tsfn_call(self->fn, NULL, 0, TSFN_BLOCKING) != TSFN_CLOSING) abort();
  atomic_fetch_add(&self->ended, 1);
}

static tsfn_status
library_main(tsfn_function *fn, size_t index, void *data) {
  struct waiter *self = data;
  (void)index;
  if (self->fn != NULL && self->fn != fn) abort();
  self->fn = fn;
  wait_for_close(self);
  return TSFN_CLOSING;
}

static void *
own_main(void *data) {
  struct waiter *self = data;
  wait_for_close(self);
  if (tsfn_release(self->fn) != TSFN_OK) abort();
  return NULL;
}

/* --- what the library calls ---------------------------------------------- */

static void
on_close(void *context) {
  struct waiter *self = context;
  if (self->closed != 0 || self->finalized != 0) abort();
  if (self->waits_in_pipe) {
    if (write(self->ends[1], "xx", THREADS) != THREADS) abort();
  } else {
    pthread_mutex_lock(&self->lock);
    self->is_told = true;
    pthread_mutex_unlock(&self->lock);
    pthread_cond_broadcast(&self->changed);
  }
  atomic_fetch_add(&self->closed, 1);
}

static void
on_finalize(napi_env env, void *data, void *context) {
  struct waiter *self = context;
  (void)data;
  for (int i = 0; i < THREADS && self->has_own; i++)
    pthread_join(self->own[i], NULL);
  self->aborted = tsfn_is_aborted(self->fn);
  self->env = env != NULL;
  atomic_fetch_add(&self->finalized, 1);
}

static void
free_waiter(void *context) {
  struct waiter *self = context;
  say("closed %d finalized %d aborted %d env %d ended %d", self->closed,
      self->finalized, self->aborted, self->env, self->ended);
  close(self->ends[0]);
  close(self->ends[1]);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

/* --- exports ------------------------------------------------------------- */

static napi_value
get(napi_env env, napi_value object, const char *name) {
  napi_value value;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) abort();
  return value;
}

static bool
is_text(napi_env env, napi_value value, const char *wanted) {
  char text[16];
  size_t size;
  return napi_get_value_string_utf8(env, value, text, sizeof text, &size) ==
             napi_ok &&
         strcmp(text, wanted) == 0;
}

static bool
is_true(napi_env env, napi_value value) {
  bool result = false;
  return napi_get_value_bool(env, value, &result) == napi_ok && result;
}

static struct waiter *
make_waiter(napi_env env, napi_value options) {
  struct waiter *self = calloc(1, sizeof *self);
  if (self == NULL || pipe(self->ends) != 0) abort();
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->changed, NULL);
  self->waits_in_pipe = is_text(env, get(env, options, "wait"), "pipe");
  return self;
}

static void
start_own(struct waiter *self) {
  self->has_own = true;
  for (int i = 0; i < THREADS; i++)
    if (tsfn_acquire(self->fn) != TSFN_OK ||
        pthread_create(&self->own[i], NULL, own_main, self) != 0)
      abort();
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok)
    return NULL;
  napi_value threads = get(env, arguments[1], "threads");
  struct waiter *self = last = make_waiter(env, arguments[1]);
  tsfn_options options = {
      .name = "waiter",
      .signal = get(env, arguments[1], "signal"),
      .weak = is_true(env, get(env, arguments[1], "weak")),
      .threads = THREADS,
      .context = self,
      .on_close =
          is_true(env, get(env, arguments[1], "hook")) ? on_close : NULL,
      .finalize = on_finalize,
      .free_context = free_waiter,
  };
  if (is_text(env, threads, "start"))
    return tsfn_start(env, arguments[0], &options, library_main, self);
  if (tsfn_create(env, arguments[0], &options, &self->fn) != TSFN_OK)
    return NULL;
  if (is_text(env, threads, "own")) {
    start_own(self);
    return NULL;
  }
  for (int i = 0; i < THREADS; i++)
    if (tsfn_spawn(self->fn, library_main, self) != TSFN_OK) return NULL;
  return NULL;
}

static napi_value
release_last(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  if (tsfn_release(last->fn) != TSFN_OK) abort();
  return NULL;
}

static napi_value
abort_last(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  if (tsfn_abort(last->fn) != TSFN_OK) abort();
  return NULL;
}

static void *
abort_main(void *data) {
  if (tsfn_abort(data) != TSFN_OK) abort();
  return NULL;
}

static void *
release_main(void *data) {
  if (tsfn_release(data) != TSFN_OK) abort();
  return NULL;
}

static napi_value
elsewhere(napi_env env, napi_callback_info info) {
  napi_value what;
  size_t count = 1;
  pthread_t thread;
  if (napi_get_cb_info(env, info, &count, &what, NULL, NULL) != napi_ok)
    return NULL;
  bool aborts = is_text(env, what, "abort");
  if (pthread_create(&thread, NULL, aborts ? abort_main : release_main,
                     last->fn) != 0)
    abort();
  pthread_join(thread, NULL);
  return NULL;
}

EXPORTS(METHOD("start", start), METHOD("release", release_last),
        METHOD("abort", abort_last), METHOD("elsewhere", elsewhere))
