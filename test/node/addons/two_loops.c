/* SPDX-License-Identifier: MIT */

/* Two functions, of two loops of one process, each full: what happens where the
   threads of both loops wait for room in the other's.

     make(index)                 makes function 0 or 1, with room for one item
     fill(index)                 that item; from the loop that made it
     call(index, milliseconds)   the status's name; -1 blocks
     watch()                     a thread that waits until a call waits in each
                                 of the two, says so, and aborts function 0
     release(index)              the use that make took

   With hosts(index), hostCalls(index) the same by the host's own functions;
   hosts makes and fills. */

#include <stdlib.h>

#include <tsfn.h>

#include "support/exports.h"
#include "support/say.h"
#include "support/threads.h"

static tsfn_function *_Atomic functions[2];
static napi_threadsafe_function _Atomic hosts[2];

/* The arguments as numbers. */
static void
get_numbers(napi_env env, napi_callback_info info, size_t count, int *out) {
  napi_value arguments[2];
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok)
    abort();
  for (size_t i = 0; i < count; i++)
    if (napi_get_value_int32(env, arguments[i], &out[i]) != napi_ok) abort();
}

static napi_value
to_text(napi_env env, const char *text) {
  napi_value value;
  if (napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) != napi_ok)
    abort();
  return value;
}

static void
ignore_item(napi_env env, napi_value callback, void *context, void *item) {
  (void)env;
  (void)callback;
  (void)context;
  (void)item;
}

/* --- ours ---------------------------------------------------------------- */

static napi_value
make(napi_env env, napi_callback_info info) {
  int index;
  tsfn_function *fn;
  tsfn_options options = {.call_js = ignore_item, .max_queue_size = 1};
  get_numbers(env, info, 1, &index);
  if (tsfn_create(env, NULL, &options, &fn) != TSFN_OK) abort();
  functions[index] = fn;
  return NULL;
}

static napi_value
fill(napi_env env, napi_callback_info info) {
  int index;
  get_numbers(env, info, 1, &index);
  if (tsfn_call(functions[index], NULL, 0, TSFN_NONBLOCKING) != TSFN_OK)
    abort();
  return NULL;
}

static napi_value
call(napi_env env, napi_callback_info info) {
  int numbers[2];
  get_numbers(env, info, 2, numbers);
  tsfn_wait wait =
      numbers[1] < 0 ? TSFN_BLOCKING : tsfn_ms((uint64_t)numbers[1]);
  return to_text(
      env, tsfn_status_name(tsfn_call(functions[numbers[0]], NULL, 0, wait)));
}

static void *
watch_main(void *data) {
  tsfn_stats stats[2] = {0};
  (void)data;
  while (stats[0].blocked == 0 || stats[1].blocked == 0) {
    for (int i = 0; i < 2; i++)
      if (tsfn_get_stats(functions[i], &stats[i]) != TSFN_OK) abort();
    sched_yield();
  }
  say("each waits for the other");
  if (tsfn_abort(functions[0]) != TSFN_OK) abort();
  return NULL;
}

static napi_value
watch(napi_env env, napi_callback_info info) {
  pthread_t thread;
  (void)env;
  (void)info;
  if (pthread_create(&thread, NULL, watch_main, NULL) != 0) abort();
  pthread_detach(thread);
  return NULL;
}

static napi_value
release(napi_env env, napi_callback_info info) {
  int index;
  get_numbers(env, info, 1, &index);
  if (tsfn_release(functions[index]) != TSFN_OK) abort();
  return NULL;
}

/* --- the host's ---------------------------------------------------------- */

static napi_value
host(napi_env env, napi_callback_info info) {
  int index;
  napi_threadsafe_function fn;
  get_numbers(env, info, 1, &index);
  if (napi_create_threadsafe_function(env, NULL, NULL, to_text(env, "host"), 1,
                                      1, NULL, NULL, NULL, ignore_item,
                                      &fn) != napi_ok ||
      napi_call_threadsafe_function(fn, NULL, napi_tsfn_nonblocking) != napi_ok)
    abort();
  hosts[index] = fn;
  return NULL;
}

static napi_value
host_calls(napi_env env, napi_callback_info info) {
  int index;
  get_numbers(env, info, 1, &index);
  napi_call_threadsafe_function(hosts[index], NULL, napi_tsfn_blocking);
  return NULL;
}

EXPORTS(METHOD("make", make), METHOD("fill", fill), METHOD("call", call),
        METHOD("watch", watch), METHOD("release", release),
        METHOD("host", host), METHOD("hostCalls", host_calls))
