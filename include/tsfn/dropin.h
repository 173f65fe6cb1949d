/* SPDX-License-Identifier: MIT */
#ifndef TSFN_DROPIN_H
#define TSFN_DROPIN_H

/* The drop-in layer: the target tsfn_dropin defines
   napi_*_threadsafe_function inside of the addon, so that code written against
   the host's own, in C, C++ or Rust, runs on libtsfn unchanged. An addon needs
   this header only to ask whether that worked, and for what the host's
   functions have not got. */

#include "tsfn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*tsfn__dropin_address)(void);

/* True where all the addresses are the layer's own functions, in the image that
   the layer is in. */
bool tsfn__dropin_is_here(const tsfn__dropin_address *addresses, size_t count);

#ifdef __cplusplus
}
#endif

/* The function behind a handle that napi_create_threadsafe_function made, where
   the layer is active: for tsfn_get_stats, tsfn_is_closing, calls with a
   deadline. Its items are pointers: tsfn_call_pointer. */
static inline tsfn_function *
tsfn_dropin_function(napi_threadsafe_function func) {
  return (tsfn_function *)(void *)func;
}

/* Whether libtsfn serves the thread-safe functions of this source file: true
   where all seven names that it would call are libtsfn's, in this addon. False:
   the linker took the host's own for some, which is what a build that went
   wrong does, in silence. Any thread; never blocks. */
static inline bool
tsfn_dropin_active(void) {
  const tsfn__dropin_address addresses[] = {
      (tsfn__dropin_address)napi_create_threadsafe_function,
      (tsfn__dropin_address)napi_get_threadsafe_function_context,
      (tsfn__dropin_address)napi_call_threadsafe_function,
      (tsfn__dropin_address)napi_acquire_threadsafe_function,
      (tsfn__dropin_address)napi_release_threadsafe_function,
      (tsfn__dropin_address)napi_ref_threadsafe_function,
      (tsfn__dropin_address)napi_unref_threadsafe_function,
  };
  return tsfn__dropin_is_here(addresses, sizeof addresses / sizeof *addresses);
}

#endif
