/* SPDX-License-Identifier: MIT */

/* Rings one by one: each call is made when the one before has been heard, or at
   a random moment of its delivery, so that each needs a wake of its own.

     ring(callback, count)   tsfn_start's promise; the callback is not used */

#include <stdatomic.h>

#include <tsfn.h>

#include "os/os.h"
#include "support/exports.h"

static _Atomic(uint64_t) heard;

static void
hear(napi_env env, napi_value callback, void *context, void *item) {
  (void)callback;
  (void)context;
  (void)item;
  if (env != NULL) atomic_fetch_add(&heard, 1);
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  uint64_t count = *(uint64_t *)data, random = 12345;
  (void)index;
  for (uint64_t sent = 1; sent <= count; sent++) {
    tsfn_status status = tsfn_call(fn, NULL, 0, TSFN_NONBLOCKING);
    if (status != TSFN_OK) return status;
    random = random * 6364136223846793005u + 1442695040888963407u;
    if ((random >> 33) % 4 != 0) {
      for (volatile uint64_t left = (random >> 40) % 400; left > 0;)
        left--;
      continue;
    }
    while (atomic_load(&heard) < sent)
      tsfn__os_yield();
  }
  return TSFN_OK;
}

static napi_value
ring(napi_env env, napi_callback_info info) {
  static uint64_t items;
  napi_value arguments[2];
  size_t count = 2;
  int64_t number;
  tsfn_options options = {.name = "rings", .call_js = hear, .budget_items = 64};
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_int64(env, arguments[1], &number) != napi_ok)
    return NULL;
  items = (uint64_t)number;
  return tsfn_start(env, arguments[0], &options, run, &items);
}

EXPORTS(METHOD("ring", ring))
