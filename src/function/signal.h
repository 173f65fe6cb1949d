/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SIGNAL_H
#define TSFN__SIGNAL_H

/* options->signal: an AbortSignal that aborts a function; an attachment of the
   function. Loop thread; options.c attaches it.

   JavaScript holds the listener, which may outlive the function, as the signal
   may. So the attachment is not freed with the function, it is only emptied;
   the listener finds no function then, and its finalizer frees the memory. */

#include <stdbool.h>

#include "tsfn.h"

/* Listens to `value` until the function ends. Undefined and null are no signal:
   TSFN_OK. *is_aborted: the signal was aborted already, and nothing listens;
   the caller aborts the function. TSFN_INVALID: `value` is no AbortSignal, or
   one of its getters or methods threw, and then that exception is pending.
   TSFN_NO_MEMORY. On a failure nothing is attached. */
tsfn_status tsfn__signal_attach(tsfn_function *function, napi_value value,
                                bool *is_aborted);

#endif
