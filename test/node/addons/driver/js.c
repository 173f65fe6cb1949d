/* SPDX-License-Identifier: MIT */
#include "js.h"

/* --- reading ------------------------------------------------------------- */

bool
js_is(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return value != NULL && napi_typeof(env, value, &type) == napi_ok &&
         type == wanted;
}

napi_value
js_get(napi_env env, napi_value object, const char *name) {
  napi_value value;
  if (!js_is(env, object, napi_object)) return NULL;
  MUST(napi_get_named_property(env, object, name, &value));
  return js_is(env, value, napi_undefined) ? NULL : value;
}

double
js_number(napi_env env, napi_value object, const char *name, double otherwise) {
  napi_value value = js_get(env, object, name);
  double number = otherwise;
  if (value != NULL) MUST(napi_get_value_double(env, value, &number));
  return number;
}

uint32_t
js_u32(napi_env env, napi_value object, const char *name, uint32_t otherwise) {
  return (uint32_t)js_number(env, object, name, otherwise);
}

bool
js_bool(napi_env env, napi_value object, const char *name) {
  napi_value value = js_get(env, object, name);
  bool answer = false;
  if (value != NULL) MUST(napi_get_value_bool(env, value, &answer));
  return answer;
}

char *
js_string(napi_env env, napi_value object, const char *name) {
  return js_string_of(env, js_get(env, object, name));
}

char *
js_string_of(napi_env env, napi_value value) {
  size_t length;
  if (value == NULL || js_is(env, value, napi_null)) return NULL;
  MUST(napi_get_value_string_utf8(env, value, NULL, 0, &length));
  char *text = malloc(length + 1);
  MUST(napi_get_value_string_utf8(env, value, text, length + 1, &length));
  return text;
}

tsfn_wait
js_wait(napi_env env, napi_value object) {
  double wait = js_number(env, object, "wait", 0);
  return wait < 0 ? TSFN_BLOCKING : tsfn_ms((uint64_t)wait);
}

void *
js_external(napi_env env, napi_value value) {
  void *data = NULL;
  if (js_is(env, value, napi_external))
    MUST(napi_get_value_external(env, value, &data));
  return data;
}

void
js_arguments(napi_env env, napi_callback_info info, size_t count,
             napi_value *out) {
  MUST(napi_get_cb_info(env, info, &count, out, NULL, NULL));
}

/* --- writing ------------------------------------------------------------- */

napi_value
js_object(napi_env env) {
  napi_value object;
  MUST(napi_create_object(env, &object));
  return object;
}

napi_value
js_text(napi_env env, const char *text) {
  napi_value value;
  MUST(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value));
  return value;
}

napi_value
js_status(napi_env env, tsfn_status status) {
  return js_text(env, tsfn_status_name(status));
}

napi_value
js_from(napi_env env, double number) {
  napi_value value;
  MUST(napi_create_double(env, number, &value));
  return value;
}

void
js_set(napi_env env, napi_value object, const char *name, napi_value value) {
  MUST(napi_set_named_property(env, object, name, value));
}

void
js_set_number(napi_env env, napi_value object, const char *name,
              uint64_t number) {
  js_set(env, object, name, js_from(env, (double)number));
}

napi_value
js_list(napi_env env) {
  napi_value list;
  MUST(napi_create_array(env, &list));
  return list;
}

napi_value
js_from_pointer(napi_env env, void *pointer) {
  napi_value value;
  MUST(napi_create_external(env, pointer, NULL, NULL, &value));
  return value;
}

void
js_append(napi_env env, napi_value list, napi_value value) {
  uint32_t length;
  MUST(napi_get_array_length(env, list, &length));
  MUST(napi_set_element(env, list, length, value));
}

bool
js_is_pending(napi_env env) {
  bool is_pending;
  return napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending;
}
