/* SPDX-License-Identifier: MIT */

/* Async works that block: each sends to a function of its own, with room for
   one item, until that function closes.

     start(callback) -> a number of that work, from 0 on
     stop(number)       closes its function, which ends the work */

#include <stdlib.h>

#include <tsfn.h>

#include "support/exports.h"

#define WORKS_MAX 64

static struct work {
  tsfn_function *fn;
  napi_async_work work;
} works[WORKS_MAX];
static uint32_t count;

static void
execute(napi_env env, void *data) {
  const struct work *self = data;
  (void)env;
  while (tsfn_call(self->fn, NULL, 0, TSFN_BLOCKING) == TSFN_OK)
    continue;
}

static void
complete(napi_env env, napi_status status, void *data) {
  const struct work *self = data;
  (void)status;
  if (napi_delete_async_work(env, self->work) != napi_ok ||
      tsfn_release(self->fn) != TSFN_OK)
    abort();
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value callback, name, number;
  size_t given = 1;
  struct work *self = &works[count];
  tsfn_options options = {.name = "pool", .max_queue_size = 1};
  if (count == WORKS_MAX ||
      napi_get_cb_info(env, info, &given, &callback, NULL, NULL) != napi_ok ||
      tsfn_create(env, callback, &options, &self->fn) != TSFN_OK ||
      napi_create_string_utf8(env, "pool", NAPI_AUTO_LENGTH, &name) !=
          napi_ok ||
      napi_create_async_work(env, NULL, name, execute, complete, self,
                             &self->work) != napi_ok ||
      napi_queue_async_work(env, self->work) != napi_ok ||
      napi_create_uint32(env, count++, &number) != napi_ok)
    abort();
  return number;
}

static napi_value
stop(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t given = 1;
  uint32_t number;
  if (napi_get_cb_info(env, info, &given, &argument, NULL, NULL) != napi_ok ||
      napi_get_value_uint32(env, argument, &number) != napi_ok ||
      tsfn_abort(works[number].fn) != TSFN_OK)
    abort();
  return NULL;
}

EXPORTS(METHOD("start", start), METHOD("stop", stop))
