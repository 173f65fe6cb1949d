/* SPDX-License-Identifier: MIT */

/* Records of six fields from JavaScript, each freed again:

     declared(array)   by x_from of a TSFN_RECORD
     byHand(array)     as an addon does it by Node-API, with the same checks of
                       types and ranges, and no other

   Both answer a sum over what was read. An object that is refused throws. */

#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "harness.h"

#define SAMPLE(FIELD)                                                          \
  FIELD(string, name)                                                          \
  FIELD(u32, id)                                                               \
  FIELD(f64, value)                                                            \
  FIELD(bool, isLast)                                                          \
  FIELD(slice, text)                                                           \
  FIELD(bytes, data)
TSFN_RECORD(sample, SAMPLE)

typedef bool (*read_one)(napi_env env, napi_value object, sample *out);

static bool
read_declared(napi_env env, napi_value object, sample *out) {
  return sample_from(env, object, out) == TSFN_OK;
}

/* --- by hand ------------------------------------------------------------- */

static char *
text_of(napi_env env, napi_value value, size_t *size) {
  if (napi_get_value_string_utf8(env, value, NULL, 0, size) != napi_ok)
    return NULL;
  char *text = malloc(*size + 1);
  if (text != NULL)
    napi_get_value_string_utf8(env, value, text, *size + 1, size);
  return text;
}

static bool
number_of(napi_env env, napi_value value, uint32_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (!(number >= 0 && number <= UINT32_MAX)) return false;
  *out = (uint32_t)number;
  return *out == number;
}

static bool
bytes_of(napi_env env, napi_value value, tsfn_bytes *out) {
  napi_typedarray_type type;
  size_t offset;
  napi_value buffer;
  void *data;
  if (napi_get_typedarray_info(env, value, &type, &out->size, &data, &buffer,
                               &offset) != napi_ok ||
      type != napi_uint8_array)
    return false;
  void *copy = malloc(out->size + 1);
  if (copy == NULL) return false;
  memcpy(copy, data, out->size);
  out->data = copy;
  return true;
}

static bool
read_by_hand(napi_env env, napi_value object, sample *out) {
  napi_value name, id, value, is_last, text, data;
  napi_valuetype type;
  size_t size;
  memset(out, 0, sizeof *out);
  if (napi_typeof(env, object, &type) != napi_ok || type != napi_object ||
      napi_get_named_property(env, object, "name", &name) != napi_ok ||
      napi_get_named_property(env, object, "id", &id) != napi_ok ||
      napi_get_named_property(env, object, "value", &value) != napi_ok ||
      napi_get_named_property(env, object, "isLast", &is_last) != napi_ok ||
      napi_get_named_property(env, object, "text", &text) != napi_ok ||
      napi_get_named_property(env, object, "data", &data) != napi_ok)
    return false;
  out->name = text_of(env, name, &size);
  out->text.data = text_of(env, text, &out->text.size);
  return out->name != NULL && strlen(out->name) == size &&
         out->text.data != NULL && number_of(env, id, &out->id) &&
         napi_get_value_double(env, value, &out->value) == napi_ok &&
         napi_get_value_bool(env, is_last, &out->isLast) == napi_ok &&
         bytes_of(env, data, &out->data);
}

/* --- all of an array ----------------------------------------------------- */

static napi_value
read_all(napi_env env, napi_callback_info info, read_one read) {
  napi_value array;
  size_t count = 1;
  uint32_t length = 0;
  double sum = 0;
  napi_get_cb_info(env, info, &count, &array, NULL, NULL);
  napi_get_array_length(env, array, &length);
  for (uint32_t i = 0; i < length; i++) {
    napi_handle_scope scope;
    napi_value object;
    sample item;
    napi_open_handle_scope(env, &scope);
    napi_get_element(env, array, i, &object);
    bool is_read = read(env, object, &item);
    if (is_read)
      sum += (double)item.id + (double)item.text.size + (double)item.data.size;
    sample_clear(&item);
    napi_close_handle_scope(env, scope);
    if (!is_read) return bench_fail(env, "a record was refused");
  }
  return bench_from_number(env, sum);
}

static napi_value
declared(napi_env env, napi_callback_info info) {
  return read_all(env, info, read_declared);
}

static napi_value
by_hand(napi_env env, napi_callback_info info) {
  return read_all(env, info, read_by_hand);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor methods[] = {
      {.utf8name = "declared", .method = declared},
      {.utf8name = "byHand", .method = by_hand},
  };
  if (napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                             methods) != napi_ok)
    bench_fail(env, "records cannot be exported");
  return exports;
}
