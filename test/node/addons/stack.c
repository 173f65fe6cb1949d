/* SPDX-License-Identifier: MIT */

/* A thread of the library's that uses some of its stack.

     use(callback, way, stackSize, bytes)   way: 'start' or 'spawn'; calls
                                            callback(null) when it has used
                                            them. Answers tsfn_start's promise,
                                            or undefined. */

#include <string.h>

#include <tsfn.h>

#include "support/exports.h"
#include "support/stack.h"

static size_t bytes;

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  (void)index;
  (void)data;
  return use_stack(bytes) == 0 ? tsfn_call(fn, NULL, 0, TSFN_NONBLOCKING)
                               : TSFN_FAILURE;
}

static napi_value
use(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t count = 4;
  char way[8];
  int64_t stack_size, size;
  tsfn_function *fn;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_string_utf8(env, arguments[1], way, sizeof way, NULL) !=
          napi_ok ||
      napi_get_value_int64(env, arguments[2], &stack_size) != napi_ok ||
      napi_get_value_int64(env, arguments[3], &size) != napi_ok)
    return NULL;
  bytes = (size_t)size;
  tsfn_options options = {.name = "stack", .stack_size = (size_t)stack_size};
  if (strcmp(way, "start") == 0)
    return tsfn_start(env, arguments[0], &options, run, NULL);
  if (tsfn_create(env, arguments[0], &options, &fn) != TSFN_OK) return NULL;
  (void)tsfn_spawn(fn, run, NULL);
  tsfn_release(fn);
  return NULL;
}

EXPORTS(METHOD("use", use))
