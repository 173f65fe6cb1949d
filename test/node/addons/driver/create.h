/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_CREATE_H
#define DRIVER_CREATE_H

/* Making functions, in every way and in wrong ones. */

#include "js.h"

napi_value js_create(napi_env env, napi_callback_info info);
napi_value js_create_default(napi_env env, napi_callback_info info);
napi_value js_create_elsewhere(napi_env env, napi_callback_info info);
napi_value js_create_badly(napi_env env, napi_callback_info info);
napi_value js_start(napi_env env, napi_callback_info info);
napi_value js_spawn(napi_env env, napi_callback_info info);

#endif
