/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>

#include "node/exception.h"
#include "tsfn.h"

napi_value
tsfn_throw(napi_env env, const char *name, tsfn_status status,
           const char *format, ...) {
  char text[256];
  va_list arguments;
  if (format == NULL) {
    tsfn__exception_throw(env, name, status, "%s", tsfn_status_message(status));
    return NULL;
  }
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  tsfn__exception_throw(env, name, status, "%s", text);
  return NULL;
}
