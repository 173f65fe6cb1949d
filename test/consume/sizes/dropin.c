/* SPDX-License-Identifier: MIT */
#include "addon.h"

/* Written against the host's own functions. */
static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value callback, name;
  size_t count = 1;
  napi_threadsafe_function fn;
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) != napi_ok ||
      napi_create_string_utf8(env, "size", NAPI_AUTO_LENGTH, &name) !=
          napi_ok ||
      napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL,
                                      NULL, NULL, call_js, &fn) != napi_ok)
    return NULL;
  if (napi_call_threadsafe_function(fn, NULL, napi_tsfn_nonblocking) != napi_ok)
    napi_throw_error(env, NULL, "it is not accepted");
  napi_release_threadsafe_function(fn, napi_tsfn_release);
  return NULL;
}

EXPORT_START
