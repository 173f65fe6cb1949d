/* SPDX-License-Identifier: MIT */

/* The host's thread-safe functions for JavaScript, one operation each, so that
   a scenario is written once. The same file is built against the host's own
   functions and against ours. What happens where JavaScript cannot see it is
   said on standard output, by one write a line. */

#define _GNU_SOURCE
#include <inttypes.h>
#include <node_api.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "../../support/say.h"
#include "../../support/threads.h"

#ifdef OURS
#include <tsfn/dropin.h>
#endif

#define THREADS_MAX 16
#define THREAD_ITEMS 1000000 /* an item is thread * this + number */

struct subject {
  napi_threadsafe_function function;
  char context[8];
  napi_ref ended; /* called by the finalizer; NULL: nothing is */

  /* What the threads do: set before they start. */
  pthread_t threads[THREADS_MAX];
  size_t thread_count;
  size_t items; /* each; 0: until they hear of the close */
  size_t quit;  /* thread 0 aborts after so many; 0: none does */
  napi_threadsafe_function_call_mode mode;
  napi_threadsafe_function_release_mode release;
  atomic_size_t next_thread;
  atomic_size_t running;

  /* What happened. */
  atomic_size_t accepted;
  atomic_size_t undelivered;
  atomic_size_t refused; /* threads that heard of the close */
  bool is_quiet;         /* undelivered items are counted only */
  bool releases_in_finalizer;
  bool has_hook;  /* of its own, until the finalizer, as NAPI-RS has */
  bool uses_env;  /* call_js makes a value of an undelivered item, by ... */
  napi_env maker; /* ... the env that made the function */
  size_t late_calls;
  bool is_finalized;
};

/* --- the loop thread's side ---------------------------------------------- */

static void
call_js(napi_env env, napi_value callback, void *context, void *data) {
  struct subject *self =
      (struct subject *)((char *)context - offsetof(struct subject, context));
  napi_value undefined, number;
  bool is_pending = false, was_called = false;
  if (env != NULL && napi_get_undefined(env, &undefined) == napi_ok &&
      napi_create_double(env, (double)(uintptr_t)data, &number) == napi_ok &&
      callback != NULL)
    was_called = napi_call_function(env, undefined, callback, 1, &number,
                                    NULL) == napi_ok;
  if (env != NULL && !was_called) napi_is_exception_pending(env, &is_pending);
  if (env != NULL && callback == NULL) {
    say("no callback %" PRIuPTR, (uintptr_t)data);
    return;
  }
  if (was_called || is_pending) return;
  atomic_fetch_add(&self->undelivered, 1);
  if (!self->is_quiet) say("undelivered %" PRIuPTR, (uintptr_t)data);
  if (self->uses_env)
    say("env %s, a value %d", env == NULL ? "NULL" : "set",
        napi_create_double(self->maker, 1, &number));
}

static void
on_env_end(void *data) {
  const struct subject *self = data;
  if (self->is_finalized) say("the hook of what was finalized");
}

static void
finalize(napi_env env, void *data, void *context) {
  struct subject *self = data;
  if (self->has_hook)
    say("hook %d",
        env == NULL ? -1
                    : (int)napi_remove_env_cleanup_hook(env, on_env_end, self));
  if (context != self->context) say("a wrong context");
  for (size_t i = 0; i < self->thread_count; i++)
    pthread_join(self->threads[i], NULL);
  if (self->releases_in_finalizer)
    say("release %d",
        napi_release_threadsafe_function(self->function, napi_tsfn_release));
  self->is_finalized = true;
  if (!self->is_quiet) say("finalize");
  napi_value ended, undefined;
  if (env != NULL && self->ended != NULL &&
      napi_get_reference_value(env, self->ended, &ended) == napi_ok &&
      napi_get_undefined(env, &undefined) == napi_ok)
    napi_call_function(env, undefined, ended, 0, NULL, NULL);
}

/* --- producers ----------------------------------------------------------- */

static void *
produce(void *data) {
  struct subject *self = data;
  size_t thread = atomic_fetch_add(&self->next_thread, 1);
  napi_status status = napi_ok;
  atomic_fetch_add(&self->running, 1);
  for (size_t n = 0; self->items == 0 || n < self->items; n++) {
    if (self->quit != 0 && n == self->quit && thread == 0) break;
    do {
      status = napi_call_threadsafe_function(
          self->function, (void *)(uintptr_t)(thread * THREAD_ITEMS + n),
          self->mode);
      if (status == napi_queue_full) sched_yield();
    } while (status == napi_queue_full);
    if (status != napi_ok) break;
    atomic_fetch_add(&self->accepted, 1);
  }
  if (status == napi_closing) {
    atomic_fetch_add(&self->refused, 1);
  } else if (status != napi_ok) {
    say("a thread was answered %d", status);
  } else {
    status = napi_release_threadsafe_function(
        self->function, thread == 0 ? self->release : napi_tsfn_release);
    if (status != napi_ok) say("a release was answered %d", status);
  }
  return NULL;
}

/* --- what JavaScript calls ----------------------------------------------- */

static napi_value
number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

static size_t
get_size(napi_env env, napi_value object, const char *name) {
  napi_value value;
  int64_t result = 0;
  napi_valuetype type;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) return 0;
  napi_typeof(env, value, &type);
  if (type == napi_number) napi_get_value_int64(env, value, &result);
  return (size_t)result;
}

/* NULL where the property is undefined or null. */
static napi_value
get_value(napi_env env, napi_value object, const char *name) {
  napi_value value;
  napi_valuetype type;
  napi_get_named_property(env, object, name, &value);
  napi_typeof(env, value, &type);
  return type == napi_undefined || type == napi_null ? NULL : value;
}

struct call {
  napi_value arguments[3];
  struct subject *subject; /* the first argument, if it is one */
  size_t extra;            /* the second and third, if they are numbers */
  size_t more;
};

static struct call
arguments_of(napi_env env, napi_callback_info info) {
  struct call call = {.subject = NULL};
  size_t count = 3;
  int64_t value = 0;
  napi_get_cb_info(env, info, &count, call.arguments, NULL, NULL);
  (void)napi_get_value_external(env, call.arguments[0], (void **)&call.subject);
  if (napi_get_value_int64(env, call.arguments[1], &value) == napi_ok)
    call.extra = (size_t)value;
  if (napi_get_value_int64(env, call.arguments[2], &value) == napi_ok)
    call.more = (size_t)value;
  return call;
}

/* create({callback, resource, name, bound, uses, plain, quiet, ...}): a handle,
   or the status as a number. */
static napi_value
create(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  napi_value options = call.arguments[0], result;
  struct subject *self = calloc(1, sizeof *self);
  self->is_quiet = get_size(env, options, "quiet") != 0;
  self->releases_in_finalizer = get_size(env, options, "releases") != 0;
  self->has_hook = get_size(env, options, "hook") != 0;
  self->uses_env = get_size(env, options, "usesEnv") != 0;
  self->maker = env;
  if (self->has_hook) napi_add_env_cleanup_hook(env, on_env_end, self);
  napi_value ended = get_value(env, options, "ended");
  if (ended != NULL) napi_create_reference(env, ended, 1, &self->ended);
  napi_status status = napi_create_threadsafe_function(
      env, get_value(env, options, "callback"),
      get_value(env, options, "resource"), get_value(env, options, "name"),
      get_size(env, options, "bound"), get_size(env, options, "uses"), self,
      finalize, self->context,
      get_size(env, options, "plain") != 0 ? NULL : call_js, &self->function);
  if (status != napi_ok) return number(env, status);
  /* Kept for ever: what a scenario asks of it may come late. */
  napi_create_external(env, self, NULL, NULL, &result);
  return result;
}

/* call(f, data, blocking) */
static napi_value
call(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  return number(
      env, napi_call_threadsafe_function(
               call.subject->function, (void *)(uintptr_t)call.extra,
               call.more != 0 ? napi_tsfn_blocking : napi_tsfn_nonblocking));
}

static napi_value
acquire(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  return number(env, napi_acquire_threadsafe_function(call.subject->function));
}

/* release(f, abort) */
static napi_value
release(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  return number(env, napi_release_threadsafe_function(call.subject->function,
                                                      call.extra != 0
                                                          ? napi_tsfn_abort
                                                          : napi_tsfn_release));
}

static napi_value
ref(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  return number(env, napi_ref_threadsafe_function(env, call.subject->function));
}

static napi_value
unref(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  return number(env,
                napi_unref_threadsafe_function(env, call.subject->function));
}

/* has_context(f): whether the context is the one that was given. */
static napi_value
has_context(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  void *context = NULL;
  napi_value result;
  napi_get_threadsafe_function_context(call.subject->function, &context);
  napi_get_boolean(env, context == call.subject->context, &result);
  return result;
}

/* produce(f, {threads, items, blocking, quit, abort}): each thread has a use,
   which is the caller's so far. */
static napi_value
start(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  struct subject *self = call.subject;
  napi_value options = call.arguments[1];
  self->items = get_size(env, options, "items");
  self->quit = get_size(env, options, "quit");
  self->mode = get_size(env, options, "blocking") != 0 ? napi_tsfn_blocking
                                                       : napi_tsfn_nonblocking;
  self->release = get_size(env, options, "abort") != 0 ? napi_tsfn_abort
                                                       : napi_tsfn_release;
  self->thread_count = get_size(env, options, "threads");
  for (size_t i = 0; i < self->thread_count; i++)
    if (pthread_create(&self->threads[i], NULL, produce, self) != 0) abort();
  return NULL;
}

/* wait(f, accepted): until the threads run and so many items were accepted. */
static napi_value
wait_for(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  (void)env;
  while (atomic_load(&call.subject->running) < call.subject->thread_count ||
         atomic_load(&call.subject->accepted) < call.extra)
    sched_yield();
  return NULL;
}

static void *
use_and_release(void *data) {
  struct subject *self = data;
  say("acquire %d", napi_acquire_threadsafe_function(self->function));
  for (size_t i = 0; i < self->late_calls; i++)
    say("call %d", napi_call_threadsafe_function(self->function, NULL,
                                                 napi_tsfn_nonblocking));
  return NULL;
}

/* late(f as a number, calls): acquires and calls on a thread of its own, and
   waits for it. For a function whose environment is gone. */
static napi_value
late(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  pthread_t thread;
  uint64_t address = 0;
  bool lossless;
  napi_get_value_bigint_uint64(env, call.arguments[0], &address, &lossless);
  struct subject *self = (struct subject *)(uintptr_t)address;
  self->late_calls = call.extra;
  if (pthread_create(&thread, NULL, use_and_release, self) != 0) abort();
  pthread_join(thread, NULL);
  return NULL;
}

static napi_value
address(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  napi_value result;
  napi_create_bigint_uint64(env, (uintptr_t)call.subject, &result);
  return result;
}

struct creation {
  napi_env env;
  napi_value name;
};

static void *
create_on_thread(void *data) {
  const struct creation *self = data;
  napi_threadsafe_function function;
  say("create %d",
      napi_create_threadsafe_function(self->env, NULL, NULL, self->name, 0, 1,
                                      NULL, NULL, NULL, call_js, &function));
  return NULL;
}

/* createElsewhere(name): on a thread of its own, with the env of this one. */
static napi_value
create_elsewhere(napi_env env, napi_callback_info info) {
  struct creation self = {env, arguments_of(env, info).arguments[0]};
  pthread_t thread;
  if (pthread_create(&thread, NULL, create_on_thread, &self) != 0) abort();
  pthread_join(thread, NULL);
  return NULL;
}

/* The address of a function that the host's program exports, or NULL. */
static void *
find_in_host(const char *name) {
#if defined(_WIN32)
  return (void *)(uintptr_t)GetProcAddress(GetModuleHandleW(NULL), name);
#else
  return dlsym(RTLD_DEFAULT, name);
#endif
}

/* runLoop(): one turn of the event loop inside of a callback, as packages that
   wait for a promise do. False where the host has no uv_run. */
static napi_value
run_loop(napi_env env, napi_callback_info info) {
  enum { RUN_NOWAIT = 2 };
  struct uv_loop_s *loop = NULL;
  int (*uv_run)(struct uv_loop_s *, int);
  void *symbol = find_in_host("uv_run");
  napi_value result;
  (void)info;
  memcpy(&uv_run, &symbol, sizeof uv_run); /* ISO C has no cast for it */
  bool can_run =
      symbol != NULL && napi_get_uv_event_loop(env, &loop) == napi_ok;
  if (can_run) uv_run(loop, RUN_NOWAIT);
  napi_get_boolean(env, can_run, &result);
  return result;
}

/* numbers(f): { accepted, undelivered, refused, finalized } */
static napi_value
numbers(napi_env env, napi_callback_info info) {
  struct call call = arguments_of(env, info);
  struct subject *self = call.subject;
  napi_value result;
  napi_create_object(env, &result);
  napi_set_named_property(env, result, "accepted",
                          number(env, (double)self->accepted));
  napi_set_named_property(env, result, "undelivered",
                          number(env, (double)self->undelivered));
  napi_set_named_property(env, result, "refused",
                          number(env, (double)self->refused));
  napi_set_named_property(env, result, "finalized",
                          number(env, self->is_finalized));
  return result;
}

static napi_value
active(napi_env env, napi_callback_info info) {
  napi_value result;
  (void)info;
#ifdef OURS
  napi_get_boolean(env, tsfn_dropin_active(), &result);
#else
  napi_get_boolean(env, false, &result);
#endif
  return result;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {
      {"create", create},    {"call", call},
      {"acquire", acquire},  {"release", release},
      {"ref", ref},          {"unref", unref},
      {"start", start},      {"hasContext", has_context},
      {"wait", wait_for},    {"late", late},
      {"numbers", numbers},  {"address", address},
      {"active", active},    {"createElsewhere", create_elsewhere},
      {"runLoop", run_loop},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
                         functions[i].callback, NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  return exports;
}
