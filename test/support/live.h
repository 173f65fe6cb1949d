/* SPDX-License-Identifier: MIT */
#ifndef TEST_LIVE_H
#define TEST_LIVE_H

/* The exported function live(), which answers live_count: how many of what an
   addon makes are not freed. Whoever makes and frees them counts, on any
   thread. Included behind tsfn.h by headers of this folder; the addon's module
   exports `live`. */

#include <stdatomic.h>

static atomic_int live_count;

TSFN_EXPORT(live, NULL, TSFN_NONE, i32)

static tsfn_status
live(napi_env env, live_arguments *args, int32_t *result) {
  (void)env, (void)args;
  *result = atomic_load(&live_count);
  return TSFN_OK;
}

#endif
