/* SPDX-License-Identifier: MIT */
#include "values.h"

double
get_number(napi_env env, napi_value object, const char *name, double fallback) {
  napi_value value;
  double number = fallback;
  if (napi_get_named_property(env, object, name, &value) == napi_ok)
    napi_get_value_double(env, value, &number);
  return number;
}

bool
get_flag(napi_env env, napi_value object, const char *name) {
  napi_value value;
  bool flag = false;
  if (napi_get_named_property(env, object, name, &value) == napi_ok)
    napi_get_value_bool(env, value, &flag);
  return flag;
}

void
set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

napi_value
get_function(napi_env env, napi_value object, const char *name) {
  napi_value value;
  napi_valuetype type;
  if (napi_get_named_property(env, object, name, &value) != napi_ok ||
      napi_typeof(env, value, &type) != napi_ok || type != napi_function)
    return NULL;
  return value;
}

napi_value
get_arguments(napi_env env, napi_callback_info info, size_t count,
              napi_value *values) {
  napi_value undefined;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  napi_get_undefined(env, &undefined);
  return undefined;
}

void *
get_pointer(napi_env env, napi_value value) {
  void *pointer = NULL;
  napi_get_value_external(env, value, &pointer);
  return pointer;
}

napi_value
to_string(napi_env env, const char *text) {
  napi_value value = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}
