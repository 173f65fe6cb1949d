/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_TEAM_H
#define DRIVER_TEAM_H

/* Threads of the driver's own, which call one function. */

#include "js.h"

napi_value js_produce(napi_env env, napi_callback_info info);
napi_value js_join(napi_env env, napi_callback_info info);

#endif
