/* SPDX-License-Identifier: MIT */

/* read(), not mmap(): a file that shrinks while it is searched is then shorter,
   and not a SIGBUS. */

#define _GNU_SOURCE /* SEEK_HOLE */
#define _FILE_OFFSET_BITS 64
#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* GNU grep's sizes, since a block's bounds decide what a NUL in it hides: 24
   pages; where the kept line is longer than the slack, whole pages less. */
#define BLOCK ((size_t)96 * 1024)
#define PAGE ((size_t)4096)
#define SLACK ((size_t)2048)

/* One file's course through the buffer:

     buffer        kept                      filled       limit
     |              |                          |            |
     | a line's     | the block that was       |            |
     | beginning    | just read                |            |            */
struct course {
  struct scanner *scanner;
  int file;
  const struct scan_listener *listener;
  size_t kept;
  size_t filled;
  size_t limit;
  uint64_t line; /* the number of the first line in the buffer */
  bool is_stopped;
};

/* --- lines --------------------------------------------------------------- */

/* Eight bytes at a time: a byte of `x` is 0 where the text has a newline, and
   the sum then has its high bit clear there, with no carry between bytes. */
static uint64_t
count_newlines(const char *at, const char *end) {
  const uint64_t ones = UINT64_MAX / 255, low = ones * 127;
  uint64_t count = 0, word;
  for (; end - at >= 8; at += 8) {
    memcpy(&word, at, sizeof word);
    uint64_t x = word ^ (ones * '\n');
    uint64_t zeros = ~((((x & low) + low) | x) | low) >> 7;
    count += (zeros * ones) >> 56;
  }
  for (; at < end; at++)
    count += *at == '\n';
  return count;
}

static const char *
line_begin(const char *at, const char *lowest) {
  while (at > lowest && at[-1] != '\n')
    at--;
  return at;
}

static const char *
line_end(const char *at, const char *end) {
  const char *newline = memchr(at, '\n', (size_t)(end - at));
  return newline != NULL ? newline : end;
}

/* Tells the matching lines of a text that begins and ends where lines do. */
static void
search_lines(struct course *self, const char *begin, const char *end) {
  struct finder *finder = &self->scanner->finder;
  const char *at = begin, *counted = begin, *hit;
  finder_start(finder, begin, end);
  while (at < end && (hit = finder_next(finder, at)) != NULL) {
    const char *first = line_begin(hit, at), *last = line_end(hit, end);
    self->line += count_newlines(counted, first);
    counted = first;
    struct scan_line line = {.number = self->line,
                             .column = (uint64_t)(hit - first) + 1,
                             .text = first,
                             .size = (size_t)(last - first)};
    if (!self->listener->found(self->listener->context, &line)) {
      self->is_stopped = true;
      return;
    }
    at = last < end ? last + 1 : end;
  }
  self->line += count_newlines(counted, end);
}

/* --- blocks -------------------------------------------------------------- */

/* How much of the limit is left behind what is kept, in pages. */
static size_t
room_of(const struct course *self) {
  if (self->kept <= SLACK) return self->limit;
  size_t lost = (self->kept - SLACK + PAGE - 1) / PAGE * PAGE;
  return lost < self->limit ? self->limit - lost : 0;
}

/* The limit grows by halves, as grep's does, and the buffer follows. */
static bool
make_room(struct course *self) {
  struct scanner *scanner = self->scanner;
  while (room_of(self) < PAGE) {
    if (self->limit > SIZE_MAX / 4) return false;
    self->limit += self->limit / 2 / PAGE * PAGE;
  }
  size_t needed = self->kept + room_of(self);
  if (needed <= scanner->capacity) return true;
  char *grown = realloc(scanner->buffer, needed);
  if (grown == NULL) return false;
  scanner->buffer = grown;
  scanner->capacity = needed;
  return true;
}

/* Answers 0 or an errno; nothing read is the file's end. */
static int
read_block(struct course *self) {
  ssize_t got;
  if (!make_room(self)) return ENOMEM;
  do
    got = read(self->file, self->scanner->buffer + self->kept, room_of(self));
  while (got < 0 && errno == EINTR);
  if (got < 0) return errno;
  self->filled = self->kept + (size_t)got;
  atomic_fetch_add_explicit(self->scanner->bytes, (uint64_t)got,
                            memory_order_relaxed);
  return 0;
}

/* A file that the system says goes on, but in which a hole comes before its
   end: there are NULs. */
static bool
has_hole(const struct course *self, uint64_t size) {
#ifdef SEEK_HOLE
  if (size <= self->filled) return false;
  off_t hole = lseek(self->file, (off_t)self->filled, SEEK_HOLE);
  if (hole < 0) return false;
  /* The search has moved the place to read from. */
  if (lseek(self->file, (off_t)self->filled, SEEK_SET) < 0) return false;
  return (uint64_t)hole < size;
#else
  (void)self;
  (void)size;
  return false;
#endif
}

/* Searches the whole lines of the buffer and keeps what follows them. */
static void
search_block(struct course *self) {
  char *const begin = self->scanner->buffer;
  const char *const end = begin + self->filled;
  const char *last = line_begin(end, begin + self->kept);
  if (last == begin + self->kept) {
    self->kept = self->filled; /* No newline was read: the line goes on. */
    return;
  }
  search_lines(self, begin, last);
  self->kept = (size_t)(end - last);
  memmove(begin, last, self->kept);
}

int
scanner_run(struct scanner *self, int file, uint64_t size,
            const struct scan_listener *listener) {
  struct course course = {.scanner = self,
                          .file = file,
                          .listener = listener,
                          .limit = BLOCK,
                          .line = 1};
  for (bool is_first = true; !course.is_stopped; is_first = false) {
    if (!listener->goes_on(listener->context)) return 0;
    int error = read_block(&course);
    if (error != 0) return error;
    const char *block = self->buffer + course.kept;
    size_t got = course.filled - course.kept;
    if (memchr(block, 0, got) != NULL) return 0;
    if (is_first && has_hole(&course, size)) return 0;
    if (got == 0) break;
    search_block(&course);
  }
  if (!course.is_stopped && course.kept != 0)
    search_lines(&course, self->buffer, self->buffer + course.kept);
  return 0;
}

/* --- the scanner --------------------------------------------------------- */

bool
scanner_init(struct scanner *self, const struct matcher *matcher,
             _Atomic uint64_t *bytes) {
  *self = (struct scanner){.bytes = bytes, .capacity = BLOCK + SLACK};
  self->buffer = malloc(self->capacity);
  if (self->buffer == NULL) return false;
  if (finder_init(&self->finder, matcher)) return true;
  free(self->buffer);
  return false;
}

void
scanner_release(struct scanner *self) {
  finder_release(&self->finder);
  free(self->buffer);
}
