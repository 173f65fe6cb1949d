/* SPDX-License-Identifier: MIT */
#include "books.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
books_init(struct books *self) {
  memset(self, 0, sizeof *self);
  for (uint32_t i = 0; i < BOOKS_PRODUCERS; i++)
    self->last[i] = -1;
}

void
books_complete(struct books *self, const numbered *one, tsfn_completion how) {
  bool is_known = (unsigned)how < TSFN_COMPLETION_COUNT;
  if (!is_known || self->finalized != 0) self->disordered++;
  if (is_known) self->completed[how]++;
  if (one == NULL || one->producer >= BOOKS_PRODUCERS) return;
  int64_t expected = self->last[one->producer] + 1;
  if (one->sequence < expected) self->disordered++;
  if (one->sequence > expected)
    self->missing += (uint64_t)(one->sequence - expected);
  self->last[one->producer] = one->sequence;
}

void
books_show(struct books *self, napi_env env) {
  if (env != NULL)
    self->shown++;
  else
    self->shown_null++;
}

void
books_finalize(struct books *self, napi_env env) {
  if (self->finalized++ != 0 || self->freed != 0) self->disordered++;
  self->had_env = env != NULL;
}

void
books_free_context(struct books *self) {
  if (self->freed++ != 0 || self->finalized != 1) self->disordered++;
}

const char *
books_name(tsfn_completion how) {
  return tsfn_completion_name(how) + strlen("TSFN_COMPLETION_");
}

struct text {
  char *end;
  size_t room;
};

__attribute__((format(printf, 2, 3))) static void
append(struct text *self, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(self->end, self->room, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= self->room) abort(); /* it was cut */
  self->end += length;
  self->room -= (size_t)length;
}

void
books_print(const struct books *self, char *out, size_t size) {
  struct text text = {out, size};
  append(&text, "\"accepted\":%" PRIu64 ",\"completed\":{", self->accepted);
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    append(&text, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",",
           books_name((tsfn_completion)i), self->completed[i]);
  append(&text,
         "},\"shown\":%" PRIu64 ",\"shownNull\":%" PRIu64
         ",\"disordered\":%" PRIu64 ",\"missing\":%" PRIu64
         ",\"finalized\":%" PRIu64 ",\"withEnv\":%s",
         self->shown, self->shown_null, self->disordered, self->missing,
         self->finalized, self->had_env ? "true" : "false");
}
