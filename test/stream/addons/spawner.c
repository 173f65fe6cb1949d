/* SPDX-License-Identifier: MIT */

/* Threads that end at once, one after another, on one function.

     open(callback)   makes the function
     spawn(count)     so many tsfn_spawn in a row; while more than RUNNING of
                      the threads have not ended it waits for some to end
     close()          its last release */

#include <stdatomic.h>
#include <stdlib.h>

#include <tsfn.h>

#include "support/exports.h"
#include "support/threads.h"

#define RUNNING 8

static tsfn_function *fn;
static atomic_uint running;

static tsfn_status
end_at_once(tsfn_function *self, size_t index, void *data) {
  (void)self;
  (void)index;
  (void)data;
  atomic_fetch_sub(&running, 1);
  return TSFN_OK;
}

static napi_value
open_function(napi_env env, napi_callback_info info) {
  napi_value callback;
  size_t count = 1;
  tsfn_options options = {.name = "spawner"};
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) == napi_ok)
    tsfn_create(env, callback, &options, &fn);
  return NULL;
}

static napi_value
spawn(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t arguments = 1;
  uint32_t count;
  if (napi_get_cb_info(env, info, &arguments, &argument, NULL, NULL) !=
          napi_ok ||
      napi_get_value_uint32(env, argument, &count) != napi_ok)
    return NULL;
  while (count-- > 0) {
    while (atomic_load(&running) > RUNNING)
      sched_yield();
    atomic_fetch_add(&running, 1);
    if (tsfn_spawn(fn, end_at_once, NULL) != TSFN_OK) return NULL;
  }
  return NULL;
}

static napi_value
close_function(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  if (tsfn_release(fn) != TSFN_OK) abort();
  return NULL;
}

EXPORTS(METHOD("open", open_function), METHOD("spawn", spawn),
        METHOD("close", close_function))
