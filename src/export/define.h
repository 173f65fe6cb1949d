/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DEFINE_H
#define TSFN__DEFINE_H

/* A function of JavaScript's for a declared one. Loop thread, inside of a
   handle scope. */

#include "tsfn.h"

/* Makes the function and defines it as a property of the object, writable and
   configurable. Its `length` is the number of arguments before the first
   optional one. On a failure an exception may be pending. */
napi_status tsfn__define_export(napi_env env, napi_value object,
                                const tsfn_export *declared,
                                bool is_enumerable);

#endif
