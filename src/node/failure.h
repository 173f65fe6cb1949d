/* SPDX-License-Identifier: MIT */
#ifndef TSFN__FAILURE_H
#define TSFN__FAILURE_H

/* The status of an operation that the host has refused. */

#include "node/exception.h"
#include "node/host.h"

/* Loop thread. TSFN_PENDING_EXCEPTION: an exception says why.
   TSFN_CANNOT_RUN_JS: the environment goes down. Else TSFN_FAILURE. */
static inline tsfn_status
tsfn__failure_status(napi_env env) {
  if (tsfn__exception_is_pending(env)) return TSFN_PENDING_EXCEPTION;
  return tsfn__host_can_run(env) ? TSFN_FAILURE : TSFN_CANNOT_RUN_JS;
}

#endif
