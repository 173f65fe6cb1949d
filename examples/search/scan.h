/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_SCAN_H
#define SEARCH_SCAN_H

/* The matching lines of one file, as `LC_ALL=C grep -I` sees them.

   A file is read in blocks. The lines that end in a block are looked at
   together; a line that goes on is kept for the next one, so memory follows
   the longest line. A file whose first block has a NUL, or that has a hole
   behind it, is binary and has no lines; a NUL in a later block ends the file
   there, with the lines of the blocks before it already told. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"

struct scan_line {
  uint64_t number; /* from 1 */
  uint64_t column; /* of the leftmost match, in bytes, from 1 */
  const char *text;
  size_t size; /* without the newline */
};

/* Who is told. */
struct scan_listener {
  /* One matching line, valid during the call. False: stop here. */
  bool (*found)(void *context, const struct scan_line *line);
  /* Asked before each block. False: stop here. */
  bool (*goes_on)(void *context);
  void *context;
};

/* One thread's; kept from file to file for its buffer. */
struct scanner {
  struct finder finder;
  char *buffer;
  size_t capacity;
  _Atomic uint64_t *bytes; /* counts what is read, as it is read */
};

/* False: out of memory, there is nothing to release. */
bool scanner_init(struct scanner *self, const struct matcher *matcher,
                  _Atomic uint64_t *bytes);
void scanner_release(struct scanner *self);

/* Reads `file`, `size` bytes long by what the system says of it, to its end or
   until it is told to stop. Blocks for the disk and in the listener. Answers 0,
   or the errno that ended it early; the lines before that were told. The caller
   closes the file. */
int scanner_run(struct scanner *self, int file, uint64_t size,
                const struct scan_listener *listener);

#endif
