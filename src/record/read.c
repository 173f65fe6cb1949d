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

/* Bytes of one element of a typed array; 0: a type that is not known here. */
static size_t
element_size(napi_typedarray_type type) {
  switch (type) {
  case napi_int8_array:
  case napi_uint8_array:
  case napi_uint8_clamped_array:
    return 1;
  case napi_int16_array:
  case napi_uint16_array:
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

/* Finds the bytes of a view. */
static bool
find_view(napi_env env, napi_value value, void **data, size_t *size,
          napi_value *buffer) {
  napi_typedarray_type type;
  size_t offset;
  if (napi_get_typedarray_info(env, value, &type, size, data, buffer,
                               &offset) == napi_ok) {
    *size *= element_size(type);
    return element_size(type) != 0;
  }
  return napi_get_dataview_info(env, value, size, data, buffer, &offset) ==
         napi_ok;
}

bool
tsfn__read_bytes(napi_env env, napi_value value, const void **data,
                 size_t *size) {
  napi_value buffer = value;
  void *memory = NULL;
  bool is_detached = false;
  if (!find_view(env, value, &memory, size, &buffer) &&
      napi_get_arraybuffer_info(env, value, &memory, size) != napi_ok)
    return false;
  *data = memory;
  return *size != 0 ||
         napi_is_detached_arraybuffer(env, buffer, &is_detached) != napi_ok ||
         !is_detached;
}
