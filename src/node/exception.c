/* SPDX-License-Identifier: MIT */
#include "node/exception.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "os/os.h"

TSFN__OS_COLD tsfn_status
tsfn__exception_throw(napi_env env, const char *name, tsfn_status status,
                      const char *format, ...) {
  char message[256]; /* a name of 80, and any text of ours */
  bool is_pending;
  if (napi_is_exception_pending(env, &is_pending) != napi_ok)
    return TSFN_CANNOT_RUN_JS;
  if (is_pending) return TSFN_PENDING_EXCEPTION;
  va_list arguments;
  va_start(arguments, format);
  /* A long name is cut, so that the text behind it is not. */
  int length = snprintf(message, sizeof message,
                        "%.80s: ", name != NULL ? name : "libtsfn");
  vsnprintf(message + length, sizeof message - (size_t)length, format,
            arguments);
  va_end(arguments);
  const char *code = tsfn_status_name(status);
  if (status == TSFN_INVALID || status == TSFN_WRONG_TYPE)
    napi_throw_type_error(env, code, message);
  else
    napi_throw_error(env, code, message);
  return status;
}

TSFN__OS_COLD napi_value
tsfn__exception_create(napi_env env, const char *code, const char *message) {
  napi_value text, error;
  if (napi_create_string_utf8(env, message, strlen(message), &text) !=
          napi_ok ||
      napi_create_error(env, NULL, text, &error) != napi_ok)
    return NULL;
  return code == NULL || tsfn__exception_define(env, error, "code", code,
                                                napi_default_jsproperty)
             ? error
             : NULL;
}

TSFN__OS_COLD bool
tsfn__exception_define(napi_env env, napi_value error, const char *name,
                       const char *text, napi_property_attributes attributes) {
  napi_property_descriptor property = {.utf8name = name,
                                       .attributes = attributes};
  return napi_create_string_utf8(env, text, strlen(text), &property.value) ==
             napi_ok &&
         napi_define_properties(env, error, 1, &property) == napi_ok;
}

TSFN__OS_COLD void
tsfn__exception_hand_over(napi_env env, napi_value error) {
  napi_value ignored;
  napi_fatal_exception(env, error);
  (void)tsfn__exception_take(env, &ignored);
}

bool
tsfn__exception_take(napi_env env, napi_value *error) {
  bool is_pending;
  return napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending &&
         napi_get_and_clear_last_exception(env, error) == napi_ok;
}

TSFN__OS_COLD napi_value
tsfn__exception_take_or(napi_env env, tsfn_status status, const char *message) {
  napi_value error;
  return tsfn__exception_take(env, &error)
             ? error
             : tsfn__exception_create(env, tsfn_status_name(status), message);
}

bool
tsfn__exception_is_pending(napi_env env) {
  bool is_pending;
  return napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending;
}
