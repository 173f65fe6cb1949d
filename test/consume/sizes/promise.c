/* SPDX-License-Identifier: MIT */
#include "addon.h"

/* Calls the callback, and makes a promise that is settled. */
static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2], promise;
  size_t count = 2;
  tsfn_deferred *deferred;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      tsfn_deferred_create(env, NULL, &deferred, &promise) != TSFN_OK)
    return NULL;
  call_js(env, arguments[0], NULL, NULL);
  tsfn_resolve(deferred, NULL, NULL);
  tsfn_deferred_drop(deferred);
  return promise;
}
EXPORT_START
