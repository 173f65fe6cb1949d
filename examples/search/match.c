/* SPDX-License-Identifier: MIT */

/* A pattern is found by its rarest byte: memchr looks at 16 to 32 bytes at a
   time, and the rarer the byte, the seldomer it stops. Which byte is rare is
   guessed from how source code is written. Where the guess is bad, memchr stops
   all the time, and memmem, which is linear whatever the text, does the rest.

   Several patterns are looked for one by one, each from its own last place on,
   so a text is read once for each pattern: right for a handful of them. */

#define _GNU_SOURCE /* memmem, beside ISO C */
#include "match.h"

#include <stdlib.h>
#include <string.h>

/* The bytes of source code, the commonest first; the others are rarer. */
static const char common[] =
    " etaoinsrlcdupmfhg.,_-/\"'();=:ybvw\t{}0x1kT2S*EIANRCOD>[]LqjP3z"
    "4M5FBU6879V<+GH#$|&@!?\\WXKY`Z~^%JQ";

static size_t
rarity_of(char byte) {
  const char *at = memchr(common, byte, sizeof common - 1);
  return at != NULL ? (size_t)(at - common) : sizeof common;
}

static size_t
find_rarest(const char *bytes, size_t size) {
  size_t best = 0;
  for (size_t i = 1; i < size; i++)
    if (rarity_of(bytes[i]) > rarity_of(bytes[best])) best = i;
  return best;
}

/* --- the matcher --------------------------------------------------------- */

static size_t
count_lines(const char *text, size_t size) {
  size_t count = 1;
  for (size_t i = 0; i < size; i++)
    count += text[i] == '\n';
  return count;
}

static void
add_pattern(struct matcher *self, const char *bytes, size_t size) {
  if (size == 0) {
    self->has_empty = true;
    return;
  }
  self->patterns[self->count++] =
      (struct pattern){bytes, size, find_rarest(bytes, size)};
}

bool
matcher_init(struct matcher *self, const char *text, size_t size) {
  *self = (struct matcher){0};
  self->text = malloc(size + 1);
  self->patterns = calloc(count_lines(text, size), sizeof *self->patterns);
  if (self->text == NULL || self->patterns == NULL) {
    matcher_release(self);
    return false;
  }
  memcpy(self->text, text, size);
  self->text[size] = '\n';
  for (const char *at = self->text, *end = at + size; at <= end;) {
    const char *stop = memchr(at, '\n', (size_t)(end - at) + 1);
    add_pattern(self, at, (size_t)(stop - at));
    at = stop + 1;
  }
  return true;
}

void
matcher_release(struct matcher *self) {
  free(self->text);
  free(self->patterns);
  *self = (struct matcher){0};
}

/* --- the finder ---------------------------------------------------------- */

/* More false stops than this, and than one for 32 bytes: memmem is faster. */
#define FALSE_STOPS 32u

static const char *
find_pattern(const struct pattern *pattern, const char *from, const char *end) {
  const char *const begin = from;
  const size_t size = pattern->size, rare = pattern->rare;
  size_t stops = 0;
  while ((size_t)(end - from) >= size) {
    size_t starts = (size_t)(end - from) - size + 1;
    const char *stop = memchr(from + rare, pattern->bytes[rare], starts);
    if (stop == NULL) return NULL;
    from = stop - rare;
    if (memcmp(from, pattern->bytes, size) == 0) return from;
    from++;
    if (++stops > FALSE_STOPS + (size_t)(from - begin) / 32)
      return memmem(from, (size_t)(end - from), pattern->bytes, size);
  }
  return NULL;
}

bool
finder_init(struct finder *self, const struct matcher *matcher) {
  /* One more: calloc(0) may answer NULL. */
  *self = (struct finder){.matcher = matcher};
  self->next = calloc(matcher->count + 1, sizeof *self->next);
  return self->next != NULL;
}

void
finder_release(struct finder *self) {
  free(self->next);
  self->next = NULL;
}

void
finder_start(struct finder *self, const char *begin, const char *end) {
  self->end = end;
  if (self->matcher->has_empty) return;
  for (size_t i = 0; i < self->matcher->count; i++)
    self->next[i] = find_pattern(&self->matcher->patterns[i], begin, end);
}

const char *
finder_next(struct finder *self, const char *from) {
  const char *first = NULL;
  if (self->matcher->has_empty) return from;
  for (size_t i = 0; i < self->matcher->count; i++) {
    const char **next = &self->next[i];
    if (*next != NULL && *next < from)
      *next = find_pattern(&self->matcher->patterns[i], from, self->end);
    if (*next != NULL && (first == NULL || *next < first)) first = *next;
  }
  return first;
}
