/* SPDX-License-Identifier: MIT */
#ifndef SORTER_H
#define SORTER_H

/* A merge sort that calls nobody and waits for nobody: it hands out questions,
   which of two strings is first, and goes on when it is told the answers. So
   that there are many questions at once it has many small merges under way, its
   lanes. */

#include <stddef.h>
#include <tsfn.h>

/* The most questions at once, and so the most lanes. */
#define SORTER_LANES 1024

/* A question. */
#define PAIR(FIELD) FIELD(nonnull(string), left) FIELD(nonnull(string), right)
TSFN_RECORD(pair, PAIR)

/* Writes merged[out, last) of the merge of the runs [begin, middle) and
   [middle, end). Of the strings before `out` the left run has `low`. While
   `low` is less than `high` the lane still looks for that number, by halves. */
struct lane {
  size_t begin, middle, end, out, last, low, high;
};

struct sorter {
  const char **strings, **merged; /* the caller's; of the same size */
  size_t first, last, width;
  size_t out; /* where the next lane begins to write */
  size_t count;
  struct lane lanes[SORTER_LANES];
};

/* Sorts strings[first, last), in which runs of `width` strings are sorted: with
   1 nothing is. Two sorters may share the arrays, but no part of the range. */
void sorter_begin(struct sorter *self, size_t first, size_t last, size_t width);

/* Writes the questions of a round, and answers how many; 0: all is sorted. */
size_t sorter_ask(struct sorter *self, pair *questions);

/* orders[i] is the answer to questions[i]: as of a comparator in JavaScript, so
   above 0 the right string is first. */
void sorter_answer(struct sorter *self, const double *orders);

#endif
