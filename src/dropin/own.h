/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DROPIN_OWN_H
#define TSFN__DROPIN_OWN_H

/* The addresses of the layer's own functions, for tsfn_dropin_active. The table
   stands in the file that defines the functions, where no linker can put the
   host's in their place. Who asks for the table links that file: where the
   host's functions came first, the link ends with two definitions of one name.

   Paths are relative here, since an addon compiles this without our folder. */

#include "../os/os.h"
#include "behind.h"
#include "tsfn/dropin.h"

#define TSFN__DROPIN_COUNT 7

#define TSFN__DROPIN_OWN                                                       \
  {                                                                            \
    (tsfn__dropin_address) napi_create_threadsafe_function,                    \
        (tsfn__dropin_address)napi_get_threadsafe_function_context,            \
        (tsfn__dropin_address)napi_call_threadsafe_function,                   \
        (tsfn__dropin_address)napi_acquire_threadsafe_function,                \
        (tsfn__dropin_address)napi_release_threadsafe_function,                \
        (tsfn__dropin_address)napi_ref_threadsafe_function,                    \
        (tsfn__dropin_address)napi_unref_threadsafe_function                   \
  }

TSFN__OS_HIDDEN extern const tsfn__dropin_address
    tsfn__dropin_own[TSFN__DROPIN_COUNT];

#endif
