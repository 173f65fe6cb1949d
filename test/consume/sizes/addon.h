/* SPDX-License-Identifier: MIT */
#ifndef SIZES_ADDON_H
#define SIZES_ADDON_H

/* What the addons of this folder share. Each uses one feature of the library
   and no other, in the fewest lines: its size is what the feature costs. */

#include <tsfn.h>

/* start(callback, signal): makes a function with these options, calls it once
   by the expression `call`, and closes it. */
#define ADDON(call, ...)                                                       \
  static napi_value start(napi_env env, napi_callback_info info) {             \
    napi_value arguments[2];                                                   \
    size_t count = 2;                                                          \
    tsfn_function *fn;                                                         \
    if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok) \
      return NULL;                                                             \
    tsfn_options options = {.name = "size", __VA_ARGS__};                      \
    if (tsfn_create(env, arguments[0], &options, &fn) != TSFN_OK) return NULL; \
    if (call != TSFN_OK) napi_throw_error(env, NULL, "it is not accepted");    \
    tsfn_release(fn);                                                          \
    return NULL;                                                               \
  }                                                                            \
  EXPORT_START

#define EXPORT_START                                                           \
  NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {                   \
    napi_property_descriptor method = {.utf8name = "start", .method = start};  \
    napi_define_properties(env, exports, 1, &method);                          \
    return exports;                                                            \
  }

static inline void
call_js(napi_env env, napi_value callback, void *context, void *item) {
  napi_value undefined;
  (void)context;
  (void)item;
  if (env != NULL && napi_get_undefined(env, &undefined) == napi_ok)
    napi_call_function(env, undefined, callback, 0, NULL, NULL);
}

#endif
