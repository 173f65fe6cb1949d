/* SPDX-License-Identifier: MIT */
#include "answer/words.h"

#include <stdlib.h>
#include <string.h>

#include "node/exception.h"

/* Appends a text and its NUL; answers where they end. */
static char *
append_words(char *end, const char *text) {
  size_t size = strlen(text) + 1;
  memcpy(end, text, size);
  return end + size;
}

void *
tsfn__words_copy(const struct tsfn__words *self, size_t head) {
  char *copy = malloc(head + strlen(self->message) + strlen(self->code) +
                      strlen(self->name) + 3);
  if (copy == NULL) return NULL;
  char *end = append_words(copy + head, self->message);
  (void)append_words(append_words(end, self->code), self->name);
  return copy;
}

/* As an Error's own `name` would be: not listed, and no setter of the program's
   is called. */
static void
define_name(napi_env env, napi_value error, const char *name) {
  napi_property_descriptor property = {
      .utf8name = "name",
      .attributes =
          (napi_property_attributes)(napi_writable | napi_configurable)};
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &property.value) ==
      napi_ok)
    (void)napi_define_properties(env, error, 1, &property);
}

napi_value
tsfn__words_error(napi_env env, const char *texts) {
  const char *message = texts;
  const char *code = message + strlen(message) + 1;
  const char *name = code + strlen(code) + 1;
  napi_value ignored;
  napi_value error =
      tsfn__exception_create(env, code[0] != '\0' ? code : NULL, message);
  if (error != NULL && name[0] != '\0') define_name(env, error, name);
  (void)tsfn__exception_take(env, &ignored);
  return error;
}
