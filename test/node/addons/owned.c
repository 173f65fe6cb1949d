/* SPDX-License-Identifier: MIT */

/* Owned memory that JavaScript gets.

     send(callback, size)   one record of `size` bytes, each 'A'; the promise of
                            tsfn_start
     freed()                how often the author's `free` has run. It overwrites
                            the memory with '#' and leaves it mapped, so that
                            whoever reads it afterwards is seen */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <tsfn.h>

#include "support/exports.h"

#define FRAME(FIELD) FIELD(owned, data)
TSFN_RECORD(frame, FRAME)

static atomic_int freed;

static void
free_frame(void *data, void *hint) {
  memset(data, '#', (size_t)hint);
  atomic_fetch_add(&freed, 1);
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  size_t size = (size_t)data;
  frame one = {.data = {malloc(size), size, free_frame, data}};
  (void)index;
  if (one.data.data == NULL) return TSFN_NO_MEMORY;
  memset(one.data.data, 'A', size);
  tsfn_status status = frame_call(fn, &one, TSFN_BLOCKING);
  if (status != TSFN_OK) free(one.data.data);
  return status;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  int64_t size;
  tsfn_options options = {.name = "frames", .record = frame_record()};
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_int64(env, arguments[1], &size) != napi_ok)
    return NULL;
  return tsfn_start(env, arguments[0], &options, run, (void *)(size_t)size);
}

static napi_value
get_freed(napi_env env, napi_callback_info info) {
  napi_value number;
  (void)info;
  if (napi_create_int32(env, atomic_load(&freed), &number) != napi_ok)
    return NULL;
  return number;
}

EXPORTS(METHOD("send", send), METHOD("freed", get_freed))
