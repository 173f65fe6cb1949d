/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RECORD_OWNED_H
#define TSFN__RECORD_OWNED_H

/* Memory that a field owns, handed over to JavaScript without a copy where it
   is large. Called by to_js.c, which copies the rest. */

#include <node_api.h>

#include "tsfn/record.h"

/* The host's napi_no_external_buffers_allowed, which js_native_api_types.h
   names from Node 20 on. */
#define TSFN__OWNED_NOT_HANDED_OVER ((napi_status)22)

/* Loop thread, with a handle scope open. A Uint8Array of the memory. On napi_ok
   the field owns nothing any more. NOT_HANDED_OVER: nothing has happened, since
   the memory is small, there is none for what a handover needs, or the host
   allows none. Another failure: the field still owns it, unless it has moved
   already, and an exception may be pending. */
napi_status tsfn__owned_hand_over(napi_env env, tsfn_owned *owned,
                                  napi_value *result);

#endif
