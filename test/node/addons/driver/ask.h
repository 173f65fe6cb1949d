/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_ASK_H
#define DRIVER_ASK_H

/* What there is to know of a function, from the library and from the driver. */

#include "js.h"

napi_value js_stats(napi_env env, napi_callback_info info);
napi_value js_report(napi_env env, napi_callback_info info);
napi_value js_log(napi_env env, napi_callback_info info);
napi_value js_fail_at(napi_env env, napi_callback_info info);
napi_value js_wait_blocked(napi_env env, napi_callback_info info);

#endif
