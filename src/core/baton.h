/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BATON_H
#define TSFN__BATON_H

/* Who moves a counter next, when several threads move it all the time.

   Nothing but speed depends on it: a fetch-and-add is right at any time. But
   two processors that take turns at every single one hand three cache lines to
   and fro each time (the counter, and the slots and kinds that they write side
   by side), and do together less than half of what one does alone. So the
   holder of the baton goes on for a while. The others give their processor away
   meanwhile, and take the baton when it is laid down, when the counter rests,
   or when they have waited for four turns of the scheduler. The queue's adds
   use it. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "os/os.h"

/* Moves of one holder: they take a few microseconds, which is about a hundred
   times what it costs to hand the lines over. */
#define TSFN__BATON_MOVES 512u

struct tsfn__baton {
  _Atomic(uintptr_t) holder; /* tsfn__os_thread_self's; 0: nobody */
  _Atomic(uint64_t) end;     /* the counter's value that ends the holder's go */
};

/* Any thread. Waits as said above, and takes the baton for `me`, until the
   counter has moved by `go`. */
void tsfn__baton_take(struct tsfn__baton *self, uintptr_t me,
                      const _Atomic(uint64_t) *counter, uint64_t go);

/* Whether `me` holds the baton; 0: whether nobody does. */
static inline bool
tsfn__baton_is_held_by(const struct tsfn__baton *self, uintptr_t me) {
  return atomic_load_explicit(&self->holder, memory_order_relaxed) == me;
}

/* The holder, after it has found the counter at `value`: lays the baton down if
   its go is over. Answers whether it was. */
static inline bool
tsfn__baton_lay_down_after(struct tsfn__baton *self, uint64_t value) {
  if (value < atomic_load_explicit(&self->end, memory_order_relaxed))
    return false;
  atomic_store_explicit(&self->holder, 0, memory_order_relaxed);
  return true;
}

#endif
