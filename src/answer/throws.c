/* SPDX-License-Identifier: MIT */

/* TSFN_THROW_ENDS: a callback that throws ends its function. */

#include "function/throws.h"
#include "function/ending.h"
#include "node/exception.h"
#include "node/reference.h"

/* The first that was thrown counts. It is kept in an Array, since a reference
   takes no primitive value. */
static void
keep_thrown(struct tsfn__ending *ending, napi_env env, napi_value error) {
  napi_value holder;
  if (ending->thrown == NULL &&
      napi_create_array_with_length(env, 1, &holder) == napi_ok &&
      napi_set_element(env, holder, 0, error) == napi_ok)
    (void)tsfn__reference_make(env, holder, &ending->thrown);
}

/* Outside of every crossing. Without a promise the error is the host's. */
static void
end_by_throw(struct tsfn__outlet *outlet, napi_value error) {
  tsfn_function *fn = tsfn__function_of(&outlet->channel);
  napi_env env = outlet->realm->env;
  napi_value ignored;
  if (fn->ending != NULL) keep_thrown(fn->ending, env, error);
  (void)tsfn_abort(fn);
  if (fn->ending == NULL) (void)napi_fatal_exception(env, error);
  (void)tsfn__exception_take(env, &ignored);
}

const tsfn_throws tsfn_throws_end = {end_by_throw};
