/* SPDX-License-Identifier: MIT */
#include <tsfn.h>

#define ADD(ARGUMENT) ARGUMENT(f64, a) ARGUMENT(f64, b)
TSFN_EXPORT(add, "Adds two numbers.", ADD, f64)

static tsfn_status
add(napi_env env, add_arguments *args, double *result) {
  (void)env;
  *result = args->a + args->b;
  return TSFN_OK;
}

#define EXPORTS(EXPORT) EXPORT(add)
TSFN_MODULE(EXPORTS)
