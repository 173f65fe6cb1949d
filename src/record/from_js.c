/* SPDX-License-Identifier: MIT */

/* A value of JavaScript's as a C struct (tsfn_record_from). All or nothing: a
   value that a field cannot hold as it is throws, and what was made before is
   freed again.

   Getters and proxies are the program's JavaScript: they may throw, and may do
   anything that a callback may. So nothing is kept from before such a call but
   the caller's memory, which JavaScript cannot reach.

   Each kind has one function, in a table that is made of the list of all kinds:
   without one it does not compile. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/failure.h"
#include "record/kind_ops.h"
#include "record/read.h"
#include "record/reader.h"
#include "record/record.h"
#include "record/refusal.h"
#include "record/target.h"

/* --- numbers ------------------------------------------------------------- */

/* Reads a number that the field can hold. */
static bool
read_number(const struct tsfn__target *self, napi_value value,
            const char *expected) {
  double number;
  if (napi_get_value_double(self->env, value, &number) != napi_ok)
    return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, expected, value);
  return tsfn__record_from_number(self->field, number, self->value) ||
         tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
}

#define FROM_NUMBER(kind, expected)                                            \
  static bool from_##kind(const struct tsfn__target *self, napi_value value) { \
    return read_number(self, value, expected);                                 \
  }

FROM_NUMBER(i8, "an integer from -128 to 127")
FROM_NUMBER(i16, "an integer from -32768 to 32767")
FROM_NUMBER(i32, "an integer from -2147483648 to 2147483647")
FROM_NUMBER(u8, "an integer from 0 to 255")
FROM_NUMBER(u16, "an integer from 0 to 65535")
FROM_NUMBER(u32, "an integer from 0 to 4294967295")
FROM_NUMBER(f32, "a number that a float can hold (Math.fround)")
FROM_NUMBER(f64, "a number")

/* A bigint of 64 bits, or a number that is a safe integer. */
static bool
from_i64(const struct tsfn__target *self, napi_value value) {
  static const char expected[] = "a bigint of 64 bits, or a safe integer";
  bool is_lossless = false;
  if (tsfn__target_type_of(self->env, value) == napi_bigint)
    return (napi_get_value_bigint_int64(self->env, value, self->value,
                                        &is_lossless) == napi_ok &&
            is_lossless) ||
           tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
  return read_number(self, value, expected);
}

static bool
from_u64(const struct tsfn__target *self, napi_value value) {
  static const char expected[] =
      "a bigint of 64 bits that is not negative, or a safe integer";
  bool is_lossless = false;
  if (tsfn__target_type_of(self->env, value) == napi_bigint)
    return (napi_get_value_bigint_uint64(self->env, value, self->value,
                                         &is_lossless) == napi_ok &&
            is_lossless) ||
           tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
  return read_number(self, value, expected);
}

static bool
from_number(const struct tsfn__target *self, napi_value value) {
  return self->field->element == TSFN_KIND_u64 ? from_u64(self, value)
                                               : from_i64(self, value);
}

static bool
from_bool(const struct tsfn__target *self, napi_value value) {
  return napi_get_value_bool(self->env, value, self->value) == napi_ok ||
         tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, "a boolean", value);
}

/* --- text ---------------------------------------------------------------- */

/* Refuses what could not be read. `expected` says what the field takes. */
static bool
refuse_text(const struct tsfn__target *self, enum tsfn__read_end end,
            const char *expected, napi_value value) {
  if (end == TSFN__READ_NO_MEMORY)
    return tsfn__refusal_no_memory(self->env, self->place);
  return end == TSFN__READ_LONE
             ? tsfn__target_refuse(self, TSFN__REFUSAL_RANGE,
                                   "a string without lone surrogates", value)
             : tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, expected, value);
}

/* Reads a string, or refuses it. */
static bool
read_string(const struct tsfn__target *self, napi_value value,
            const char *expected, char **text, size_t *size) {
  enum tsfn__read_end end = tsfn__read_text(self->env, value, text, size);
  return end == TSFN__READ || refuse_text(self, end, expected, value);
}

/* The same; for null *text is NULL, where the field may be. */
static bool
read_string_or_null(const struct tsfn__target *self, napi_value value,
                    const char *expected, char **text, size_t *size) {
  enum tsfn__read_end end = tsfn__read_text(self->env, value, text, size);
  if (end == TSFN__READ) return true;
  *text = NULL;
  *size = 0;
  return (end == TSFN__READ_NO_STRING && tsfn__target_is_null(self, value)) ||
         refuse_text(self, end, expected, value);
}

static bool
from_string(const struct tsfn__target *self, napi_value value) {
  const char *expected = TSFN__OR_NULL(self, "a string without NUL");
  char *text;
  size_t size;
  if (!read_string_or_null(self, value, expected, &text, &size)) return false;
  if (text != NULL && memchr(text, '\0', size) != NULL) {
    free(text);
    return tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
  }
  *(const char **)self->value = text;
  return true;
}

static bool
from_slice(const struct tsfn__target *self, napi_value value) {
  char *text;
  size_t size;
  if (!read_string_or_null(self, value, TSFN__OR_NULL(self, "a string"), &text,
                           &size))
    return false;
  *(tsfn_slice *)self->value = (tsfn_slice){text, size};
  return true;
}

static bool
from_text(const struct tsfn__target *self, napi_value value) {
  char expected[64], *text;
  size_t size, most = self->field->count;
  snprintf(expected, sizeof expected,
           "a string of at most %zu bytes, without NUL", most);
  if (!read_string(self, value, expected, &text, &size)) return false;
  bool fits = size <= most && memchr(text, '\0', size) == NULL;
  if (fits) memcpy(self->value, text, size);
  free(text);
  return fits ||
         tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
}

/* Writes the value of an enum, which has the compiler's size. */
static void
write_enum(const tsfn_field *field, void *out, size_t value) {
  uint8_t one = (uint8_t)value;
  uint16_t two = (uint16_t)value;
  uint32_t four = (uint32_t)value;
  uint64_t eight = value;
  const void *from = field->size == 1   ? (const void *)&one
                     : field->size == 2 ? (const void *)&two
                     : field->size == 4 ? (const void *)&four
                                        : (const void *)&eight;
  memcpy(out, from, field->size);
}

/* Says "one of 'red', 'green'", cut where there are many. */
static void
list_names(const tsfn_enum *values, char *out, size_t size) {
  size_t at = (size_t)snprintf(out, size, "one of");
  for (size_t i = 0; i < values->count && at < size; i++)
    at += (size_t)snprintf(out + at, size - at, "%s '%s'", i == 0 ? "" : ",",
                           values->values[i]);
}

static bool
from_enum(const struct tsfn__target *self, napi_value value) {
  const tsfn_enum *values = self->field->values;
  char expected[256], name[256];
  size_t size = 0, length = 0;
  napi_status status =
      napi_get_value_string_utf8(self->env, value, name, sizeof name, &length);
  if (status == napi_ok)
    (void)napi_get_value_string_utf8(self->env, value, NULL, 0, &size);
  for (size_t i = 0; status == napi_ok && size == length && i < values->count;
       i++) {
    if (strlen(values->values[i]) != length ||
        memcmp(values->values[i], name, length) != 0)
      continue;
    write_enum(self->field, self->value, i);
    return true;
  }
  list_names(values, expected, sizeof expected);
  return tsfn__target_refuse(
      self, status == napi_ok ? TSFN__REFUSAL_RANGE : TSFN__REFUSAL_TYPE,
      expected, value);
}

/* --- bytes --------------------------------------------------------------- */

/* Copies the bytes. *copy is NULL for null only. */
static bool
copy_bytes(const struct tsfn__target *self, napi_value value, void **copy,
           size_t *size) {
  const void *data;
  *copy = NULL;
  if (!tsfn__read_bytes(self->env, value, &data, size)) {
    *size = 0;
    return tsfn__target_is_null(self, value) ||
           tsfn__target_refuse(
               self, TSFN__REFUSAL_TYPE,
               TSFN__OR_NULL(self,
                             "an ArrayBuffer or a view of one that is not "
                             "detached"),
               value);
  }
  *copy = malloc(*size + 1);
  if (*copy == NULL) return tsfn__refusal_no_memory(self->env, self->place);
  if (*size != 0) memcpy(*copy, data, *size);
  return true;
}

static bool
from_bytes(const struct tsfn__target *self, napi_value value) {
  void *copy;
  size_t size;
  if (!copy_bytes(self, value, &copy, &size)) return false;
  *(tsfn_bytes *)self->value = (tsfn_bytes){copy, size};
  return true;
}

#define from_buffer from_bytes

static bool
from_owned(const struct tsfn__target *self, napi_value value) {
  void *copy;
  size_t size;
  if (!copy_bytes(self, value, &copy, &size)) return false;
  if (copy != NULL)
    *(tsfn_owned *)self->value =
        (tsfn_owned){copy, size, tsfn__record_free_copy, NULL};
  return true;
}

/* --- records ------------------------------------------------------------- */

/* Converts a value by the function of its field's kind. */
static bool from_field(const struct tsfn__target *self, napi_value value);

/* Properties that are read one after the other before they are converted. A
   host's code for the one and the other is large, so to go to and fro takes
   longer. */
#define PROPERTIES_AT_ONCE 16u

/* Converts the values of some fields, from `first` on. */
static bool
convert_fields(const struct tsfn__target *self, const tsfn_record *type,
               const napi_value *values, size_t first, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!tsfn__target_convert_field(self, &type->fields[first + i], values[i]))
      return false;
  return true;
}

/* Reads the properties of some fields, in the order of declaration, and then
   converts them. */
static bool
from_fields(const struct tsfn__target *self, const tsfn_record *type,
            napi_value object, size_t first, size_t count) {
  napi_value values[PROPERTIES_AT_ONCE];
  for (size_t i = 0; i < count; i++)
    if (napi_get_named_property(self->env, object, type->fields[first + i].name,
                                &values[i]) != napi_ok)
      return false;
  return convert_fields(self, type, values, first, count);
}

/* An object of a record on its way through a reader. */
struct passage {
  const struct tsfn__target *target;
  const tsfn_record *type;
};

static bool
convert_all(const void *data, const napi_value *values) {
  const struct passage *passage = data;
  return convert_fields(passage->target, passage->type, values, 0,
                        passage->type->field_count);
}

/* A record that was made at run time has none: another one may come to stand at
   its address. Named arguments with values of JavaScript's have none either:
   those that a reader hands over end with it. */
static enum tsfn__reader_end
from_reader(const struct tsfn__target *self, const tsfn_record *type,
            napi_value object) {
  struct passage passage = {self, type};
  if (type->field_count < TSFN__READER_FIELDS_MIN ||
      type->field_count > TSFN__READER_FIELDS_MAX ||
      (type->traits & (TSFN__AT_RUN_TIME | TSFN__NOT_SENT)) != 0)
    return TSFN__READER_NONE;
  return tsfn__reader_read(self->env, type, object, convert_all, &passage);
}

/* The handles are the caller's scope's: a few for each field. */
bool
tsfn__from_record_type(const struct tsfn__target *self, const tsfn_record *type,
                       napi_value object) {
  napi_valuetype kind = tsfn__target_type_of(self->env, object);
  if (kind != napi_object && kind != napi_function)
    return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, "an object", object);
  enum tsfn__reader_end end = from_reader(self, type, object);
  if (end != TSFN__READER_NONE) return end == TSFN__READER_DONE;
  for (size_t i = 0; i < type->field_count; i += PROPERTIES_AT_ONCE) {
    size_t left = type->field_count - i;
    if (!from_fields(self, type, object, i,
                     left < PROPERTIES_AT_ONCE ? left : PROPERTIES_AT_ONCE))
      return false;
  }
  return true;
}

static bool
from_record(const struct tsfn__target *self, napi_value value) {
  return self->field->ops != NULL
             ? self->field->ops->from_js(self, value)
             : tsfn__from_record_type(self, self->field->record(), value);
}

/* Arrays, optionals and lists (from_array.c). */
#define from_array tsfn__from_array
#define from_optional tsfn__from_optional
#define from_list tsfn__from_list

/* What only arguments have (from_argument.c). */
#define from_callback tsfn__from_callback
#define from_signal tsfn__from_signal
#define from_value tsfn__from_value
#define from_object tsfn__from_object
#define from_void tsfn__from_void

/* --- the table ----------------------------------------------------------- */

#define ROW(kind) [TSFN_KIND_##kind] = from_##kind,
#define PLUS_ONE(kind) +1

static bool (*const from_kind[])(const struct tsfn__target *,
                                 napi_value) = {TSFN__EACH_KIND(ROW)};

_Static_assert(0 TSFN__EACH_KIND(PLUS_ONE) + 1 == (int)TSFN_KIND_END,
               "the list has all kinds");

static bool
from_field(const struct tsfn__target *self, napi_value value) {
  return from_kind[self->field->kind](self, value);
}

/* --- the face ------------------------------------------------------------ */

tsfn_status
tsfn__record_from_values(napi_env env, const tsfn_record *type,
                         const napi_value *values, void *out) {
  struct tsfn__place place = {NULL, type->name, 0};
  struct tsfn__target target = {env, from_field, NULL, out, &place};
  memset(out, 0, type->size);
  if (convert_fields(&target, type, values, 0, type->field_count))
    return TSFN_OK;
  tsfn_record_clear(type, out);
  return tsfn__failure_status(env);
}

tsfn_status
tsfn_record_from(napi_env env, const tsfn_record *type, napi_value value,
                 void *out) {
  if (type == NULL || out == NULL) return TSFN_INVALID;
  struct tsfn__place place = {NULL, type->name, 0};
  struct tsfn__target target = {env, from_field, NULL, out, &place};
  memset(out, 0, type->size);
  if (env == NULL || value == NULL) return TSFN_INVALID;
  if (tsfn__from_record_type(&target, type, value)) return TSFN_OK;
  tsfn_record_clear(type, out);
  return tsfn__failure_status(env);
}
