/* SPDX-License-Identifier: MIT */

/* No library: the producers do their work and nobody hears of it. What a loop
   suffers beside this, it suffers from the threads, not from a library. */

#include "adapter.h"

#define RING 1024u

static bool
create(struct bench_function *self, napi_env env, napi_value callback) {
  (void)self, (void)env, (void)callback;
  return true;
}

static bool
send(struct bench_function *self, uint64_t i) {
  static _Thread_local volatile double ring[RING];
  (void)self;
  ring[i % RING] += (double)i;
  return true;
}

static void
release(struct bench_function *self) {
  (void)self;
  bench_finalized();
}

const struct bench_kind bench_kinds[] = {
    {"number", create, send, NULL, release},
    {NULL, NULL, NULL, NULL, NULL},
};
