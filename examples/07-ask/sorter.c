/* SPDX-License-Identifier: MIT */
#include "sorter.h"

#include <stdbool.h>
#include <string.h>

/* What a lane writes at the most: a power of two, so that no lane writes in two
   merges. */
#define LANE_STRINGS 64

static size_t
least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* --- a lane -------------------------------------------------------------- */

/* The next part of the merges of neighbours among the runs. */
static void
lane_begin(struct lane *self, struct sorter *sorter) {
  size_t before = (sorter->out - sorter->first) % (2 * sorter->width);
  self->out = sorter->out;
  self->begin = self->out - before;
  self->middle = least(self->begin + sorter->width, sorter->last);
  self->end = least(self->middle + sorter->width, sorter->last);
  self->last =
      least(self->out + least(2 * sorter->width, LANE_STRINGS), self->end);
  self->low = before - least(before, self->end - self->middle);
  self->high = least(before, self->middle - self->begin);
  sorter->out = self->last;
}

static bool
is_looking(const struct lane *self) {
  return self->low < self->high;
}

/* How many of the strings before `out` are from the left run, or a guess. */
static size_t
taken(const struct lane *self) {
  return (self->low + self->high) / 2;
}

static void
write_one(struct lane *self, const struct sorter *sorter, bool is_left) {
  size_t from = is_left ? self->begin + self->low
                        : self->middle + self->out - self->begin - self->low;
  sorter->merged[self->out++] = sorter->strings[from];
  if (is_left) self->high = ++self->low;
}

/* False: the lane is done. */
static bool
lane_ask(struct lane *self, const struct sorter *sorter, pair *question) {
  while (self->out < self->last) {
    size_t left = self->begin + taken(self);
    size_t right = self->middle + self->out - left;
    /* Looking, it asks for the last one that the right run would have before
       `out`: were that first, the left one would not be before `out`. */
    if (is_looking(self)) right--;
    if (left < self->middle && right < self->end) {
      question->left = sorter->strings[left];
      question->right = sorter->strings[right];
      return true;
    }
    write_one(self, sorter, left < self->middle); /* the other run has ended */
  }
  return false;
}

/* Equal strings keep their order. */
static void
lane_answer(struct lane *self, const struct sorter *sorter, double order) {
  bool is_left = !(order > 0);
  if (!is_looking(self))
    write_one(self, sorter, is_left);
  else if (is_left)
    self->low = taken(self) + 1;
  else
    self->high = taken(self);
}

/* --- the sorter ---------------------------------------------------------- */

void
sorter_begin(struct sorter *self, size_t first, size_t last, size_t width) {
  self->first = self->out = first;
  self->last = last;
  self->width = width;
  self->count = 0;
}

/* Each two neighbours are merged: from here on they are one run. */
static void
end_level(struct sorter *self) {
  memcpy(self->strings + self->first, self->merged + self->first,
         (self->last - self->first) * sizeof *self->strings);
  self->width *= 2;
  self->out = self->first;
}

size_t
sorter_ask(struct sorter *self, pair *questions) {
  while (self->width < self->last - self->first) {
    while (self->count < SORTER_LANES && self->out < self->last)
      lane_begin(&self->lanes[self->count++], self);
    size_t going = 0;
    for (size_t i = 0; i < self->count; i++) {
      self->lanes[going] = self->lanes[i];
      if (lane_ask(&self->lanes[going], self, &questions[going])) going++;
    }
    self->count = going;
    if (going > 0) return going;
    if (self->out == self->last) end_level(self);
  }
  return 0;
}

void
sorter_answer(struct sorter *self, const double *orders) {
  for (size_t i = 0; i < self->count; i++)
    lane_answer(&self->lanes[i], self, orders[i]);
}
