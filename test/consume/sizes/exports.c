/* SPDX-License-Identifier: MIT */
#include <tsfn.h>

#define START(ARGUMENT)                                                        \
  ARGUMENT(bare_callback, each) ARGUMENT(optional(signal), signal)
TSFN_EXPORT(start, "Calls the callback.", START, void)

static tsfn_status
start(napi_env env, start_arguments *args) {
  napi_status status =
      napi_call_function(env, args->each, args->each, 0, NULL, NULL);
  return status == napi_ok ? TSFN_OK : TSFN_FAILURE;
}

#define EXPORTS(EXPORT) EXPORT(start)
TSFN_MODULE(EXPORTS)
