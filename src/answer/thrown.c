/* SPDX-License-Identifier: MIT */
#include "answer/thrown.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "node/exception.h"

/* Bytes of the UTF-8 character that begins with `first`. */
static size_t
character_size(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/* Takes off a last character that was cut in the middle. */
static void
cut_at_character(char *text, size_t size) {
  size_t begin = size;
  while (begin > 0 && ((unsigned char)text[begin - 1] & 0xc0) == 0x80)
    begin--;
  if (begin == 0) return;
  begin--;
  if (begin + character_size((unsigned char)text[begin]) > size)
    text[begin] = '\0';
}

/* Copies a string, as far as there is room. False: it is no string. */
static bool
copy_text(napi_env env, napi_value value, char *text, size_t room) {
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, text, room, &size) != napi_ok) {
    text[0] = '\0';
    return false;
  }
  text[size] = '\0';
  cut_at_character(text, size);
  return true;
}

/* Copies the property of that name, where it is a string. */
static bool
copy_property(napi_env env, napi_value object, const char *name, char *text,
              size_t room) {
  napi_value value, ignored;
  bool is_text =
      napi_get_named_property(env, object, name, &value) == napi_ok &&
      copy_text(env, value, text, room);
  (void)tsfn__exception_take(env, &ignored);
  return is_text;
}

void
tsfn__thrown_read(napi_env env, napi_value thrown, tsfn_error *out) {
  napi_valuetype type = napi_undefined;
  napi_value text, ignored;
  memset(out, 0, sizeof *out);
  (void)napi_typeof(env, thrown, &type);
  if (type == napi_object || type == napi_function) {
    (void)copy_property(env, thrown, "name", out->name, sizeof out->name);
    (void)copy_property(env, thrown, "code", out->code, sizeof out->code);
    if (copy_property(env, thrown, "message", out->message,
                      sizeof out->message))
      return;
  } else if (napi_coerce_to_string(env, thrown, &text) == napi_ok) {
    (void)copy_text(env, text, out->message, sizeof out->message);
    return;
  }
  /* A symbol, or an object without a message. */
  (void)tsfn__exception_take(env, &ignored);
  strcpy(out->message, "what was thrown has no message");
}
