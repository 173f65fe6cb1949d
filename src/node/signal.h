/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SIGNAL_H
#define TSFN__SIGNAL_H

/* options->signal: an AbortSignal that aborts a function. Loop thread.

   The listener that JavaScript holds may outlive the function, so it points to
   a cell of its own, which the function empties when it ends and the
   listener's finalizer frees. */

#include "tsfn.h"

struct tsfn__signal;

/* Listens. Undefined and null are no signal: TSFN_OK, and *out is NULL.
   *is_aborted: it was aborted already, and nothing listens; *out is set in any
   case, for tsfn__signal_reason. TSFN_INVALID: `value` is no AbortSignal;
   TSFN_NO_MEMORY; TSFN_FAILURE, or an exception is pending. */
tsfn_status tsfn__signal_add(tsfn_function *function, napi_value value,
                             struct tsfn__signal **out, bool *is_aborted);

/* Stops listening. JavaScript need not be able to run. */
void tsfn__signal_remove(struct tsfn__signal *self, tsfn_function *function);

/* signal.reason, while the function is not final. NULL: not aborted by it. */
napi_value tsfn__signal_reason(struct tsfn__signal *self, napi_env env);

#endif
