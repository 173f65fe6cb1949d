/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_MATCH_H
#define SEARCH_MATCH_H

/* Where one of several fixed strings is next, in bytes.

   A matcher is what to look for: set up once, then read by all threads. A
   finder is one thread's place in a text. Neither knows of files or lines. */

#include <stdbool.h>
#include <stddef.h>

struct pattern {
  const char *bytes;
  size_t size;
  size_t rare; /* which of its bytes is likely the rarest in a text */
};

struct matcher {
  char *text; /* what the patterns point into */
  struct pattern *patterns;
  size_t count;
  bool has_empty; /* one pattern is empty: it is everywhere */
};

/* One pattern for each line of `text`, as grep takes them. False: out of
   memory, there is nothing to release. */
bool matcher_init(struct matcher *self, const char *text, size_t size);
void matcher_release(struct matcher *self);

struct finder {
  const struct matcher *matcher;
  const char *end;
  const char **next; /* for each pattern: its next place; NULL: none is left */
};

/* False: out of memory, there is nothing to release. The matcher must outlive
   the finder. */
bool finder_init(struct finder *self, const struct matcher *matcher);
void finder_release(struct finder *self);

/* A new text, which the finder does not own. */
void finder_start(struct finder *self, const char *begin, const char *end);

/* The leftmost place of any pattern at `from` or after it; NULL: there is none.
   `from` never goes back within one text. */
const char *finder_next(struct finder *self, const char *from);

#endif
