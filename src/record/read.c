/* SPDX-License-Identifier: MIT */
#include "record/read.h"

#include <stdlib.h>
#include <string.h>

/* --- text ---------------------------------------------------------------- */

/* Where UTF-8 text has a U+FFFD, which the host writes in place of a surrogate
   that is no half of a pair; NULL: nowhere. */
static const char *
find_replacement(const char *text, size_t size) {
  const char *end = text + size;
  while ((text = memchr(text, 0xef, (size_t)(end - text))) != NULL) {
    if (end - text >= 3 && memcmp(text, "\xef\xbf\xbd", 3) == 0) return text;
    text++;
  }
  return NULL;
}

/* Looks for a surrogate that is no half of a pair, which UTF-8 cannot tell. */
static enum tsfn__read_end
find_lone_surrogate(napi_env env, napi_value value) {
  size_t count = 0;
  if (napi_get_value_string_utf16(env, value, NULL, 0, &count) != napi_ok)
    return TSFN__READ_NO_STRING;
  char16_t *units = malloc((count + 1) * sizeof *units);
  if (units == NULL) return TSFN__READ_NO_MEMORY;
  (void)napi_get_value_string_utf16(env, value, units, count + 1, &count);
  bool is_lone = false;
  for (size_t i = 0; i < count && !is_lone; i++) {
    bool is_high = (units[i] & 0xfc00) == 0xd800;
    bool is_pair =
        is_high && i + 1 < count && (units[i + 1] & 0xfc00) == 0xdc00;
    is_lone = (units[i] & 0xf800) == 0xd800 && !is_pair;
    i += is_pair;
  }
  free(units);
  return is_lone ? TSFN__READ_LONE : TSFN__READ;
}

/* Bytes of text that is read by one call of the host. A character has 4 at the
   most, so a text that ends earlier than that was not cut. */
#define TEXT_AT_ONCE 256u

enum tsfn__read_end
tsfn__read_text(napi_env env, napi_value value, char **text, size_t *size) {
  char buffer[TEXT_AT_ONCE];
  if (napi_get_value_string_utf8(env, value, buffer, sizeof buffer, size) !=
      napi_ok)
    return TSFN__READ_NO_STRING;
  bool is_whole = *size + 4 < sizeof buffer;
  if (!is_whole &&
      napi_get_value_string_utf8(env, value, NULL, 0, size) != napi_ok)
    return TSFN__READ_NO_STRING;
  *text = malloc(*size + 1);
  if (*text == NULL) return TSFN__READ_NO_MEMORY;
  if (is_whole)
    memcpy(*text, buffer, *size + 1);
  else
    (void)napi_get_value_string_utf8(env, value, *text, *size + 1, size);
  if (find_replacement(*text, *size) == NULL) return TSFN__READ;
  enum tsfn__read_end end = find_lone_surrogate(env, value);
  if (end != TSFN__READ) free(*text);
  return end;
}

/* --- bytes --------------------------------------------------------------- */

/* The type of a Float16Array, which js_native_api_types.h has no name for yet.
   */
#define FLOAT16_ARRAY 11

/* Bytes of one element of a typed array; 0: a type that is not known here. */
static size_t
element_size(napi_typedarray_type type) {
  switch ((int)type) {
  case napi_int8_array:
  case napi_uint8_array:
  case napi_uint8_clamped_array:
    return 1;
  case napi_int16_array:
  case napi_uint16_array:
  case FLOAT16_ARRAY:
    return 2;
  case napi_int32_array:
  case napi_uint32_array:
  case napi_float32_array:
    return 4;
  case napi_float64_array:
  case napi_bigint64_array:
  case napi_biguint64_array:
    return 8;
  default: /* newer than the headers */
    return 0;
  }
}

/* Whether what has no bytes has none because its buffer was detached. */
static bool
is_detached(napi_env env, size_t size, napi_value buffer) {
  bool is_it = false;
  return size == 0 &&
         napi_is_detached_arraybuffer(env, buffer, &is_it) == napi_ok && is_it;
}

/* The type is set first, since Node 22 and 24.0 do not write that of a
   Float16Array. */
bool
tsfn__read_typed(napi_env env, napi_value value, struct tsfn__typed *out) {
  napi_value buffer;
  size_t offset;
  void *memory = NULL;
  out->type = (napi_typedarray_type)-1;
  if (napi_get_typedarray_info(env, value, &out->type, &out->length, &memory,
                               &buffer, &offset) != napi_ok)
    return false;
  out->memory = memory;
  out->element_size = element_size(out->type);
  return !is_detached(env, out->length, buffer);
}

bool
tsfn__read_bytes(napi_env env, napi_value value, const void **data,
                 size_t *size) {
  struct tsfn__typed typed;
  napi_value buffer = value;
  size_t offset;
  void *memory = NULL;
  if (tsfn__read_typed(env, value, &typed)) {
    *data = typed.memory;
    *size = typed.length * typed.element_size;
    return typed.element_size != 0;
  }
  if (napi_get_arraybuffer_info(env, value, &memory, size) != napi_ok &&
      napi_get_dataview_info(env, value, size, &memory, &buffer, &offset) !=
          napi_ok)
    return false;
  *data = memory;
  return !is_detached(env, *size, buffer);
}
