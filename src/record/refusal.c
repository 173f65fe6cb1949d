/* SPDX-License-Identifier: MIT */
#include "record/refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/exception.h"
#include "os/os.h"

/* Bytes of a message, its NUL included; a longer one is cut. */
#define MESSAGE_SIZE 512u

/* Bytes of a string that is shown; the rest becomes an ellipsis. */
#define SHOWN_MAX 24u

/* A text in a buffer of fixed size; what does not fit is left out. */
struct message {
  char text[MESSAGE_SIZE];
  size_t size;
};

static void
add_message(struct message *self, const char *format, ...) {
  va_list arguments;
  size_t room = sizeof self->text - self->size;
  va_start(arguments, format);
  int length = vsnprintf(self->text + self->size, room, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  self->size += (size_t)length < room ? (size_t)length : room - 1;
}

/* Fields of fields are joined by points: "match: at.points[3]". */
static void
add_place(struct message *self, const struct tsfn__place *place) {
  if (place->outer == NULL) {
    add_message(self, "%.40s", place->name);
    return;
  }
  add_place(self, place->outer);
  if (place->name == NULL)
    add_message(self, "[%zu]", place->index);
  else
    add_message(self, place->outer->outer == NULL ? ": %.40s" : ".%.40s",
                place->name);
}

/* --- what came ----------------------------------------------------------- */

/* The words of 64 bits of a bigint whose text is shown: to make a long one a
   string takes the host seconds. */
#define SHOWN_WORDS 4u

/* Whether the text of a bigint would be too long to make. */
static bool
is_long(napi_env env, napi_value value) {
  size_t count = 0;
  return napi_get_value_bigint_words(env, value, NULL, &count, NULL) ==
             napi_ok &&
         count > SHOWN_WORDS;
}

/* Adds the text of a number, a bigint or a boolean. To make one a string runs
   no JavaScript. */
static void
show_text(struct message *self, napi_env env, napi_value value,
          const char *after) {
  napi_value string;
  char text[SHOWN_MAX * 2] = "";
  size_t length = 0;
  if (napi_coerce_to_string(env, value, &string) == napi_ok)
    (void)napi_get_value_string_utf8(env, string, text, sizeof text, &length);
  add_message(self, "%s%s", text, after);
}

/* Control characters are shown as a question mark each, so that the message
   stays one line. */
static void
show_string(struct message *self, napi_env env, napi_value value) {
  char text[SHOWN_MAX + 1];
  size_t shown = 0, length = 0;
  (void)napi_get_value_string_utf8(env, value, NULL, 0, &length);
  (void)napi_get_value_string_utf8(env, value, text, sizeof text, &shown);
  for (size_t i = 0; i < shown; i++)
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) text[i] = '?';
  add_message(self, "'%.*s'%s", (int)shown, text, shown < length ? "..." : "");
}

static void
show_object(struct message *self, napi_env env, napi_value value) {
  bool is_it = false;
  const char *what = "an object";
  if (napi_is_array(env, value, &is_it) == napi_ok && is_it)
    what = "an Array";
  else if (napi_is_typedarray(env, value, &is_it) == napi_ok && is_it)
    what = "a typed array";
  else if (napi_is_arraybuffer(env, value, &is_it) == napi_ok && is_it)
    what = "an ArrayBuffer";
  add_message(self, "%s", what);
}

static void
show_value(struct message *self, napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  (void)napi_typeof(env, value, &type);
  switch (type) {
  case napi_undefined:
    add_message(self, "undefined");
    break;
  case napi_null:
    add_message(self, "null");
    break;
  case napi_boolean:
  case napi_number:
    show_text(self, env, value, "");
    break;
  case napi_bigint:
    if (is_long(env, value))
      add_message(self, "a bigint of many digits");
    else
      show_text(self, env, value, "n");
    break;
  case napi_string:
    show_string(self, env, value);
    break;
  case napi_symbol:
    add_message(self, "a symbol");
    break;
  case napi_function:
    add_message(self, "a function");
    break;
  case napi_external:
    add_message(self, "an external");
    break;
  case napi_object:
    show_object(self, env, value);
    break;
  }
}

/* --- throwing ------------------------------------------------------------ */

TSFN__OS_COLD bool
tsfn__refusal_throw(napi_env env, const struct tsfn__place *place,
                    enum tsfn__refusal kind, const char *expected,
                    napi_value got) {
  struct message message = {.size = 0};
  if (tsfn__exception_is_pending(env)) return false;
  add_place(&message, place);
  add_message(&message, ": expected %s, got ", expected);
  show_value(&message, env, got);
  if (kind == TSFN__REFUSAL_TYPE)
    (void)napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message.text);
  else
    (void)napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message.text);
  return false;
}

TSFN__OS_COLD bool
tsfn__refusal_no_memory(napi_env env, const struct tsfn__place *place) {
  struct message message = {.size = 0};
  if (tsfn__exception_is_pending(env)) return false;
  add_place(&message, place);
  add_message(&message, ": out of memory");
  (void)napi_throw_error(env, tsfn_status_name(TSFN_NO_MEMORY), message.text);
  return false;
}
