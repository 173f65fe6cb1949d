/* SPDX-License-Identifier: MIT */
#include "addon.h"

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  (void)data;
  return tsfn_call(fn, &index, sizeof index, TSFN_BLOCKING);
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value callback;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) != napi_ok)
    return NULL;
  tsfn_options options = {
      .name = "size", .call_js = call_js, .item_size = sizeof(size_t)};
  return tsfn_start(env, callback, &options, run, NULL);
}

EXPORT_START
