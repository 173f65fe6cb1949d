/* SPDX-License-Identifier: MIT */
#ifndef TSFN__EXCEPTION_H
#define TSFN__EXCEPTION_H

/* Errors on their way to JavaScript: made, thrown, taken. What becomes of an
   exception that a callback leaves is told in crossing/crossing.h; here no
   function is known. Loop thread; never blocks. */

#include <node_api.h>
#include <stdbool.h>

#include "tsfn/status.h"

/* Throws an Error (a TypeError for TSFN_INVALID and TSFN_WRONG_TYPE) whose code
   is the status's name, and answers the status. The message is "NAME: " and the
   formatted text, cut at 255 bytes; `name` is the function's, NULL: "libtsfn".
   An exception that is pending already stays, and makes the answer
   TSFN_PENDING_EXCEPTION. Where JavaScript cannot run, nothing is thrown. */
tsfn_status tsfn__exception_throw(napi_env env, const char *name,
                                  tsfn_status status, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* Makes an Error object, which is not thrown. Both strings are UTF-8; `code`
   NULL: it has none. NULL: JavaScript cannot run. */
napi_value tsfn__exception_create(napi_env env, const char *code,
                                  const char *message);

/* Gives an Error a text as a property of its own, so that no setter of the
   program's on a prototype is called. False: JavaScript cannot run. */
bool tsfn__exception_define(napi_env env, napi_value error, const char *name,
                            const char *text,
                            napi_property_attributes attributes);

/* Gives an error that was taken to the host, as an uncaughtException. No
   exception is left, also where the host could not report it. */
void tsfn__exception_hand_over(napi_env env, napi_value error);

/* Takes the pending exception into *error. False: none is pending, and *error
   is not written. */
bool tsfn__exception_take(napi_env env, napi_value *error);

/* Answers the pending exception, which is taken, or an Error of that status and
   message where none is pending. NULL: JavaScript cannot run. */
napi_value tsfn__exception_take_or(napi_env env, tsfn_status status,
                                   const char *message);

/* False also where the host does not say. */
bool tsfn__exception_is_pending(napi_env env);

#endif
