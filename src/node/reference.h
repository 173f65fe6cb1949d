/* SPDX-License-Identifier: MIT */
#ifndef TSFN__REFERENCE_H
#define TSFN__REFERENCE_H

/* A napi_ref that may be absent: NULL stands for none, so that code which makes
   and drops several of them has no cases. Loop thread; never blocks. */

#include <node_api.h>
#include <stdbool.h>

/* Keeps `value` alive in *out. `value` NULL: *out becomes none, and that is no
   failure. False: the host refused; *out is not changed. */
bool tsfn__reference_make(napi_env env, napi_value value, napi_ref *out);

/* Answers the value, as a handle of the caller's scope. NULL: none, or the host
   refused. */
napi_value tsfn__reference_get(napi_env env, napi_ref reference);

/* Lets the value go; *reference becomes none. JavaScript need not be able to
   run. */
void tsfn__reference_drop(napi_env env, napi_ref *reference);

#endif
