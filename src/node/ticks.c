/* SPDX-License-Identifier: MIT */
#include "node/ticks.h"

#include "node/exception.h"
#include "node/reference.h"

bool
tsfn__ticks_find(const struct tsfn__realm *realm, struct tsfn__ticks *out) {
  out->process = tsfn__reference_get(realm->env, realm->process);
  out->tick = tsfn__reference_get(realm->env, realm->tick);
  return out->process != NULL && out->tick != NULL;
}

enum tsfn__ticks_end
tsfn__ticks_run(const struct tsfn__ticks *self, napi_env env) {
  return napi_call_function(env, self->process, self->tick, 0, NULL, NULL) ==
                 napi_ok
             ? TSFN__TICKS_RAN
             : tsfn__ticks_report(env);
}

enum tsfn__ticks_end
tsfn__ticks_report(napi_env env) {
  napi_value error;
  if (!tsfn__exception_take(env, &error)) return TSFN__TICKS_CANNOT_RUN;
  /* It is reported inside of the crossing: the host's stack of async ids still
     has the tick's, which only a report takes off. Left there, it makes the
     host end the process when the crossing ends. */
  napi_fatal_exception(env, error);
  return TSFN__TICKS_THREW;
}
