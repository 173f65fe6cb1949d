/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_LATCH_H
#define DRIVER_LATCH_H

/* A latch holds threads where a test wants them, until the test opens it. It is
   never freed. */

#include "js.h"

struct latch;

/* Any thread: blocks until the latch is open. */
void latch_pass(struct latch *self);

napi_value js_latch(napi_env env, napi_callback_info info);
napi_value js_open_latch(napi_env env, napi_callback_info info);
napi_value js_arrived_at(napi_env env, napi_callback_info info);

#endif
