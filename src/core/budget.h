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

/* A drain's defaults, see tsfn_options. 4,096 items keep the cost of a drain
   itself below a percent. Items of columns take two nanoseconds each, and with
   6,000 of them a drain is a tenth faster. More are slower: the C library gives
   the memory of larger arrays back to the system when they are freed, and each
   page of new memory is a fault. Two milliseconds are an eighth of a frame at
   60 Hz. */
#define TSFN__BUDGET_ITEMS 4096u
#define TSFN__BUDGET_ITEMS_OF_COLUMNS 6000u
#define TSFN__BUDGET_MICROSECONDS 2000u

/* Fast items turned slow are noticed after this many of them: of items that
   are delivered one by one, and of those that a loop in JavaScript delivers,
   which are ten times as fast and for which asking costs as much. */
#define TSFN__BUDGET_STRIDE_MAX 32u
#define TSFN__BUDGET_LOOP_STRIDE_MAX 256u

struct tsfn__budget {
  uint64_t time; /* nanoseconds in all */
  uint64_t deadline;
  uint64_t last;  /* when the clock was read */
  uint32_t items; /* left */
  uint32_t stride;
  uint32_t left;  /* of the stride */
  bool ends_turn; /* the host's other events come before any other drain */
};

/* Starts at `now`, a reading of tsfn__os_now. `items` and `nanoseconds` > 0. */
static inline void
tsfn__budget_init(struct tsfn__budget *self, uint64_t now, uint32_t items,
                  uint64_t nanoseconds) {
  self->time = nanoseconds;
  self->last = now;
  bool is_endless = nanoseconds > UINT64_MAX - self->last;
  self->deadline = is_endless ? UINT64_MAX : self->last + nanoseconds;
  self->items = items;
  self->stride = self->left = 1;
  self->ends_turn = false;
}

static inline bool
tsfn__budget_is_spent(const struct tsfn__budget *self) {
  return self->items == 0;
}

/* The drain goes on no longer. */
static inline void
tsfn__budget_end(struct tsfn__budget *self) {
  self->items = 0;
}

/* The same, and no other drain begins before the host's other events. */
static inline void
tsfn__budget_end_turn(struct tsfn__budget *self) {
  self->items = 0;
  self->ends_turn = true;
}

/* Reads the clock, at the end of a stride. */
static inline void
tsfn__budget_renew(struct tsfn__budget *self, uint32_t stride_max) {
  uint64_t now = tsfn__os_now();
  if (now >= self->deadline) {
    self->items = 0;
  } else if (now - self->last > (self->time - 1) / 16) {
    self->stride = 1;
  } else if (self->stride < stride_max) {
    self->stride *= 2;
  }
  self->last = now;
  self->left = self->stride;
}

/* One item was delivered. */
static inline void
tsfn__budget_spend(struct tsfn__budget *self) {
  if (self->items > 0) self->items--;
  if (--self->left == 0) tsfn__budget_renew(self, TSFN__BUDGET_STRIDE_MAX);
}

/* A loop has delivered `count` items since it asked last. Answers how many it
   may deliver before it asks again; 0: none. */
static inline uint32_t
tsfn__budget_ask(struct tsfn__budget *self, uint32_t count) {
  self->items -= count < self->items ? count : self->items;
  if (self->items == 0) return 0;
  if (count != 0) tsfn__budget_renew(self, TSFN__BUDGET_LOOP_STRIDE_MAX);
  return self->stride < self->items ? self->stride : self->items;
}

#endif
