/* SPDX-License-Identifier: MIT */

/* A slot's record as JavaScript values. Loop thread, with a handle scope open.

   Who frees what: strings, slices and bytes stay in the slot's copies, which
   destroy frees. `owned` leaves the slot in push, at the moment when JavaScript
   has it (owned.c). A push that fails half way leaves the rest in the slot, for
   destroy. */

#include <stdint.h>
#include <string.h>

#include "crossing/arguments.h"
#include "node/exception.h"
#include "record/kind_ops.h"
#include "record/record.h"

/* Properties of an object that are defined by one call. A
   napi_property_descriptor has 64 bytes: this is 1 KiB of stack. */
#define PROPERTIES_AT_ONCE 16u

/* --- numbers ------------------------------------------------------------- */

/* A 64-bit integer becomes a bigint, so that none of its bits is lost. */
static napi_status
number_to_js(napi_env env, tsfn_kind kind, const void *value,
             napi_value *result) {
  switch (kind) {
  case TSFN_KIND_i8:
    return napi_create_int32(env, *(const int8_t *)value, result);
  case TSFN_KIND_i16:
    return napi_create_int32(env, *(const int16_t *)value, result);
  case TSFN_KIND_i32:
    return napi_create_int32(env, *(const int32_t *)value, result);
  case TSFN_KIND_u8:
    return napi_create_uint32(env, *(const uint8_t *)value, result);
  case TSFN_KIND_u16:
    return napi_create_uint32(env, *(const uint16_t *)value, result);
  case TSFN_KIND_u32:
    return napi_create_uint32(env, *(const uint32_t *)value, result);
  case TSFN_KIND_i64:
    return napi_create_bigint_int64(env, *(const int64_t *)value, result);
  case TSFN_KIND_u64:
    return napi_create_bigint_uint64(env, *(const uint64_t *)value, result);
  case TSFN_KIND_f32:
    return napi_create_double(env, *(const float *)value, result);
  case TSFN_KIND_f64:
    return napi_create_double(env, *(const double *)value, result);
  TSFN__CASE_NO_NUMBER:
    break;
  }
  return napi_invalid_arg;
}

/* A field of number(i64) or number(u64): the nearest double. */
static napi_status
long_to_js(napi_env env, tsfn_kind element, const void *value,
           napi_value *result) {
  double nearest = element == TSFN_KIND_u64 ? (double)*(const uint64_t *)value
                                            : (double)*(const int64_t *)value;
  return napi_create_double(env, nearest, result);
}

/* --- text ---------------------------------------------------------------- */

/* NULL becomes null. The host replaces what is not UTF-8 by U+FFFD. */
static napi_status
string_to_js(napi_env env, const char *data, size_t size, napi_value *result) {
  if (data == NULL) return napi_get_null(env, result);
  return napi_create_string_utf8(env, data, size, result);
}

/* A text without a NUL has all of its bytes. */
static napi_status
text_to_js(napi_env env, const tsfn_field *field, const char *text,
           napi_value *result) {
  const char *end = memchr(text, '\0', field->count);
  return string_to_js(
      env, text, end != NULL ? (size_t)(end - text) : field->count, result);
}

/* The value was checked when the record was gathered; it is checked once more,
   since an index out of range would read beyond the table. */
static napi_status
enum_to_js(napi_env env, const tsfn_field *field, const void *value,
           napi_value *result) {
  size_t index = tsfn__record_enum_value(field, value);
  if (index >= field->values->count) return napi_invalid_arg;
  return napi_create_string_utf8(env, field->values->values[index],
                                 NAPI_AUTO_LENGTH, result);
}

/* --- memory -------------------------------------------------------------- */

/* Makes a typed array of `count` elements over a copy of `size` bytes. */
static napi_status
copy_to_js(napi_env env, napi_typedarray_type type, size_t count,
           const void *data, size_t size, napi_value *result) {
  void *copy;
  napi_value buffer;
  napi_status status = napi_create_arraybuffer(env, size, &copy, &buffer);
  if (status != napi_ok) return status;
  if (size != 0) memcpy(copy, data, size);
  return napi_create_typedarray(env, type, count, buffer, 0, result);
}

napi_status
tsfn__record_bytes_to_js(napi_env env, const void *data, size_t size,
                         napi_value *result) {
  if (data == NULL) return napi_get_null(env, result);
  return copy_to_js(env, napi_uint8_array, size, data, size, result);
}

/* A Buffer of the host's, whose ArrayBuffer is its own on Node 18 to 26, Bun
   and Deno. A host that has none gets a Uint8Array. */
static napi_status
buffer_to_js(napi_env env, const void *data, size_t size, napi_value *result) {
  void *copy;
  napi_value ignored;
  if (data == NULL) return tsfn__record_bytes_to_js(env, data, size, result);
  if (napi_create_buffer(env, size, &copy, result) != napi_ok) {
    (void)tsfn__exception_take(env, &ignored);
    return tsfn__record_bytes_to_js(env, data, size, result);
  }
  if (size != 0) memcpy(copy, data, size);
  return napi_ok;
}

napi_typedarray_type
tsfn__record_array_type(tsfn_kind element) {
  switch (element) {
  case TSFN_KIND_i8:
    return napi_int8_array;
  case TSFN_KIND_i16:
    return napi_int16_array;
  case TSFN_KIND_i32:
    return napi_int32_array;
  case TSFN_KIND_i64:
    return napi_bigint64_array;
  case TSFN_KIND_u16:
    return napi_uint16_array;
  case TSFN_KIND_u32:
    return napi_uint32_array;
  case TSFN_KIND_u64:
    return napi_biguint64_array;
  case TSFN_KIND_f32:
    return napi_float32_array;
  case TSFN_KIND_f64:
    return napi_float64_array;
  TSFN__CASE_NO_NUMBER:
  case TSFN_KIND_u8:
    break;
  }
  return napi_uint8_array;
}

napi_status
tsfn__record_numbers_to_js(napi_env env, tsfn_kind kind, size_t count,
                           const void *numbers, size_t size,
                           napi_value *result) {
  return copy_to_js(env, tsfn__record_array_type(kind), count, numbers,
                    count * size, result);
}

/* --- fields and records -------------------------------------------------- */

napi_status
tsfn__record_field_to_js(napi_env env, const tsfn_field *field, char *slot,
                         napi_value *result) {
  void *value = slot + field->offset;
  switch (field->kind) {
  case TSFN_KIND_bool: /* as a byte: C may not read a bool that holds 2 */
    return napi_get_boolean(env, *(unsigned char *)value != 0, result);
  case TSFN_KIND_number:
    return long_to_js(env, field->element, value, result);
  case TSFN_KIND_enum:
    return enum_to_js(env, field, value, result);
  case TSFN_KIND_text:
    return text_to_js(env, field, value, result);
  case TSFN_KIND_string: {
    const char *string = *(const char **)value;
    return string_to_js(env, string, string != NULL ? strlen(string) : 0,
                        result);
  }
  case TSFN_KIND_slice: {
    const tsfn_slice *slice = value;
    return string_to_js(env, slice->data, slice->size, result);
  }
  case TSFN_KIND_bytes: {
    const tsfn_bytes *bytes = value;
    return tsfn__record_bytes_to_js(env, bytes->data, bytes->size, result);
  }
  case TSFN_KIND_buffer: {
    const tsfn_bytes *bytes = value;
    return buffer_to_js(env, bytes->data, bytes->size, result);
  }
  case TSFN_KIND_owned:
  TSFN__CASE_NESTING:
    return field->ops->to_js(env, field, value, result);
  case TSFN_KIND_array:
    return tsfn__record_numbers_to_js(env, field->element, field->count, value,
                                      field->size / field->count, result);
  case TSFN_KIND_record:
    return tsfn__record_to_js(env, field->record(), value, result);
  TSFN__CASE_EXPORTED: /* no record has these */
    break;
  TSFN__CASE_NUMBER:
    return number_to_js(env, field->kind, value, result);
  }
  return napi_invalid_arg;
}

/* Makes an object of a record. Its properties are defined, not set, because a
   field may be called __proto__. The host has a fast path for properties that
   are writable, enumerable and configurable. */
napi_status
tsfn__record_to_js(napi_env env, const tsfn_record *type, char *slot,
                   napi_value *result) {
  napi_property_descriptor properties[PROPERTIES_AT_ONCE];
  napi_status status = napi_create_object(env, result);
  size_t waiting = 0;
  for (size_t i = 0; status == napi_ok && i < type->field_count; i++) {
    napi_property_descriptor *property = &properties[waiting++];
    memset(property, 0, sizeof *property);
    property->utf8name = type->fields[i].name;
    property->attributes = napi_default_jsproperty;
    status =
        tsfn__record_field_to_js(env, &type->fields[i], slot, &property->value);
    if (status != napi_ok) break;
    if (waiting < PROPERTIES_AT_ONCE && i + 1 < type->field_count) continue;
    status = napi_define_properties(env, *result, waiting, properties);
    waiting = 0;
  }
  return status;
}

napi_status
tsfn__record_settle_value(napi_env env, const tsfn_record *type, void *slot,
                          napi_value *result) {
  return type->codec == NULL
             ? tsfn__record_field_to_js(env, &type->fields[0], slot, result)
             : tsfn__record_to_js(env, type, slot, result);
}

/* Where it fails half way, the arguments that were appended are handles of a
   scope that the caller closes. */
napi_status
tsfn__record_push(napi_env env, const tsfn_record *type, void *slot,
                  tsfn_passing passing, tsfn_arguments *out) {
  napi_value value;
  napi_status status = napi_ok;
  if (passing == TSFN_AS_OBJECT) {
    status = tsfn__record_to_js(env, type, slot, &value);
    return status == napi_ok ? tsfn__arguments_append(out, value) : status;
  }
  for (size_t i = 0; status == napi_ok && i < type->field_count; i++) {
    status = tsfn__record_field_to_js(env, &type->fields[i], slot, &value);
    if (status == napi_ok) status = tsfn__arguments_append(out, value);
  }
  return status;
}
