/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_OPERATIONS_H
#define DRIVER_OPERATIONS_H

/* The calls that take a function and little else, by name: on the loop thread
   or on a thread of their own; those that are wrong too. */

#include "js.h"

napi_value js_op(napi_env env, napi_callback_info info);
napi_value js_on_thread(napi_env env, napi_callback_info info);

#endif
