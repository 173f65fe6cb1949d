/* error: field each: callback(match) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(callback(match), each)
TSFN_EXPORT(run, NULL, RUN, value)

static napi_value
run(napi_env env, run_arguments *args) {
  (void)env;
  (void)args;
  return NULL;
}
