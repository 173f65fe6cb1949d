/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SIGNAL_H
#define TSFN__SIGNAL_H

/* options->signal: an AbortSignal that aborts a function; an attachment. Loop
   thread.

   The listener that JavaScript holds may outlive the function, so it points to
   a cell of its own, which the attachment empties at its end and the listener's
   finalizer frees. */

#include <stdbool.h>

#include "tsfn.h"

/* Listens until the function ends. Undefined and null are no signal: TSFN_OK.
   *is_aborted: the signal was aborted already, and nothing listens.
   TSFN_INVALID: `value` is no AbortSignal, or one of its getters or methods
   threw, which is pending then. TSFN_NO_MEMORY. */
tsfn_status tsfn__signal_attach(tsfn_function *function, napi_value value,
                                bool *is_aborted);

#endif
