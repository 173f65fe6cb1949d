/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_ACT_H
#define TEARDOWN_ACT_H

/* Calls on the loop thread, by name: from JavaScript, and where the environment
   ends. */

#include "workload.h"

napi_value js_act(napi_env env, napi_callback_info info);
napi_value js_at_end(napi_env env, napi_callback_info info);

#endif
