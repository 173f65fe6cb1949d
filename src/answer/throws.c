/* SPDX-License-Identifier: MIT */

/* TSFN_THROW_ENDS: a callback that throws ends its function. */

#include "function/throws.h"
#include "function/ending.h"
#include "node/exception.h"

/* Outside of every crossing. Without a promise the error is the host's. */
static void
end_by_throw(struct tsfn__outlet *outlet, napi_value error) {
  tsfn_function *fn = tsfn__function_of(&outlet->channel);
  napi_env env = outlet->realm->env;
  napi_value ignored;
  if (fn->ending != NULL) tsfn__ending_throw(fn->ending, error);
  (void)tsfn_abort(fn);
  if (fn->ending == NULL) tsfn__exception_hand_over(env, error);
  (void)tsfn__exception_take(env, &ignored);
}

const tsfn_throws tsfn_throws_end = {end_by_throw};
