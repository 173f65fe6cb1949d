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

napi_value
tsfn__words_error(napi_env env, const char *texts) {
  const char *message = texts;
  const char *code = message + strlen(message) + 1;
  const char *name = code + strlen(code) + 1;
  napi_value ignored;
  napi_value error =
      tsfn__exception_create(env, code[0] != '\0' ? code : NULL, message);
  /* Not listed, as the name of a class of errors is not. */
  if (error != NULL && name[0] != '\0')
    (void)tsfn__exception_define(
        env, error, "name", name,
        (napi_property_attributes)(napi_writable | napi_configurable));
  (void)tsfn__exception_take(env, &ignored);
  return error;
}
