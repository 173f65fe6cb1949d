/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BUDGET_H
#define TSFN__BUDGET_H

/* What one drain may spend: items and time. The clock costs about as much as a
   fast item, and one slow item may cost more than the whole budget; so the
   clock is read every `stride` items, and the stride starts at 1 and doubles
   only while the last stride took less than a sixteenth of the budget. Loop
   thread. */

#include <stdbool.h>
#include <stdint.h>

#include "os/os.h"

/* Fast items turned slow are noticed after this many of them. */
#define TSFN__BUDGET_STRIDE_MAX 32u

struct tsfn__budget {
  uint64_t time; /* nanoseconds in all */
  uint64_t deadline;
  uint64_t last;  /* when the clock was read */
  uint32_t items; /* left */
  uint32_t stride;
  uint32_t left; /* of the stride */
};

/* Starts now. `items` and `nanoseconds` > 0. */
static inline void
tsfn__budget_init(struct tsfn__budget *self, uint32_t items,
                  uint64_t nanoseconds) {
  self->time = nanoseconds;
  self->last = tsfn__os_now();
  bool is_endless = nanoseconds > UINT64_MAX - self->last;
  self->deadline = is_endless ? UINT64_MAX : self->last + nanoseconds;
  self->items = items;
  self->stride = self->left = 1;
}

static inline bool
tsfn__budget_is_spent(const struct tsfn__budget *self) {
  return self->items == 0;
}

/* One item was delivered. */
static inline void
tsfn__budget_spend(struct tsfn__budget *self) {
  if (self->items > 0) self->items--;
  if (--self->left > 0) return;
  uint64_t now = tsfn__os_now();
  if (now >= self->deadline) {
    self->items = 0;
  } else if ((now - self->last) * 16 >= self->time) {
    self->stride = 1;
  } else if (self->stride < TSFN__BUDGET_STRIDE_MAX) {
    self->stride *= 2;
  }
  self->last = now;
  self->left = self->stride;
}

#endif
