/* SPDX-License-Identifier: MIT */
#ifndef TSFN__THROWN_H
#define TSFN__THROWN_H

/* What JavaScript has thrown, as plain C strings. Loop thread, inside of a
   handle scope. ticket.c uses it. */

#include <node_api.h>

#include "tsfn/error.h"

/* Reads name, code and message of `thrown`, which may be any value. Getters and
   proxies may run JavaScript; what they throw is dropped, and the text is empty
   then. *out has no other member that is not written. */
void tsfn__thrown_read(napi_env env, napi_value thrown, tsfn_error *out);

#endif
