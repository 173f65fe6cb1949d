/* SPDX-License-Identifier: MIT */

/* Texts as they are given, in each kind of field that has text:
     send(callback, { delivery, passing, budget }, buffers)
   sends { a: slice, b: string, c: text(16), i } for each Uint8Array; for null,
   the slice and the string are NULL and the text is empty. */

#include <stdlib.h>
#include <string.h>

#include "support/enums.h"
#include "support/exports.h"
#include "tsfn.h"

#define TEXTS(FIELD)                                                           \
  FIELD(slice, a) FIELD(string, b) FIELD(text(16), c) FIELD(u32, i)
TSFN_RECORD(texts, TEXTS)

static uint32_t
option(napi_env env, napi_value options, const char *name) {
  napi_value value;
  uint32_t number = 0;
  if (napi_get_named_property(env, options, name, &value) == napi_ok)
    napi_get_value_uint32(env, value, &number);
  return number;
}

static tsfn_status
send_one(napi_env env, tsfn_function *fn, napi_value value, uint32_t index) {
  texts item = {.i = index};
  void *data;
  size_t size = 0;
  char *copy = NULL;
  bool is_bytes = false;
  napi_is_typedarray(env, value, &is_bytes);
  if (is_bytes) {
    napi_get_typedarray_info(env, value, NULL, &size, &data, NULL, NULL);
    copy = malloc(size + 1);
    if (copy == NULL) return TSFN_NO_MEMORY;
    if (size != 0) memcpy(copy, data, size);
    copy[size] = '\0';
    item.a.data = copy;
    item.a.size = size;
    item.b = copy;
    memcpy(item.c, copy, size < sizeof item.c ? size : sizeof item.c);
  }
  tsfn_status status = texts_call(fn, &item, TSFN_NONBLOCKING);
  free(copy);
  return status;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[3], value;
  size_t count = 3;
  uint32_t length = 0;
  tsfn_function *fn;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_array_length(env, arguments[2], &length);
  tsfn_options options = {
      .name = "strings",
      .record = texts_record(),
      .errors = TSFN_VALUES_ONLY,
      .delivery = enums_delivery(env, arguments[1]),
      .passing = enums_passing(env, arguments[1]),
      .budget_items = option(env, arguments[1], "budget"),
  };
  if (tsfn_create(env, arguments[0], &options, &fn) != TSFN_OK) return NULL;
  for (uint32_t i = 0; i < length; i++) {
    tsfn_status status = TSFN_FAILURE;
    if (napi_get_element(env, arguments[2], i, &value) == napi_ok)
      status = send_one(env, fn, value, i);
    if (status != TSFN_OK)
      napi_throw_error(env, tsfn_status_name(status), "not accepted");
  }
  tsfn_release(fn);
  return NULL;
}

EXPORTS(METHOD("send", send))
