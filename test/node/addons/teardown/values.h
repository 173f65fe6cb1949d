/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_VALUES_H
#define TEARDOWN_VALUES_H

/* Reading and writing JavaScript values where JavaScript may be terminated at
   any moment: a call that fails is no mistake there, and what it should have
   read is 0, false or NULL. Loop thread. */

#include <stdbool.h>
#include <stddef.h>

#include "tsfn.h"

/* `count` arguments into `values`; answers undefined. */
napi_value get_arguments(napi_env env, napi_callback_info info, size_t count,
                         napi_value *values);

/* A property of an object. */
double get_number(napi_env env, napi_value object, const char *name,
                  double fallback);
bool get_flag(napi_env env, napi_value object, const char *name);
napi_value get_function(napi_env env, napi_value object, const char *name);

/* What an external stands for. */
void *get_pointer(napi_env env, napi_value value);

void set_number(napi_env env, napi_value object, const char *name,
                double number);
napi_value to_string(napi_env env, const char *text);

#endif
