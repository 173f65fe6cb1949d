/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BUDGET_H
#define TSFN__BUDGET_H

/* The budget of one drain, in items and time. The clock costs about as much as
   a fast item, and one slow item may cost more than the whole budget. So the
   clock is read every `stride` items; the stride starts at 1, and doubles only
   while the last stride took less than a sixteenth of the budget.

   Whoever runs a drain makes a budget, the channel hands it to ops->deliver,
   and the code that delivers items spends it. Loop thread; never blocks. */

#include <stdbool.h>
#include <stdint.h>

#include "os/os.h"

/* Defaults of a drain, see tsfn_options. 4,096 items keep the cost of a drain
   itself below a percent. Items of columns take 2 nanoseconds each, and with
   6,000 of them a drain is a tenth faster. Drains of more are slower: the C
   library gives the memory of larger arrays back to the system when they are
   freed, and each page of new memory is a fault. Two milliseconds are an eighth
   of a frame at 60 Hz. */
#define TSFN__BUDGET_ITEMS 4096u
#define TSFN__BUDGET_ITEMS_OF_COLUMNS 6000u
#define TSFN__BUDGET_MICROSECONDS 2000u

/* The longest stride: fast items that turn slow are noticed after this many.
   The first is for items that are given one by one. The second is for items
   that a loop in JavaScript delivers, which are ten times as fast, while asking
   costs as much. */
#define TSFN__BUDGET_STRIDE_MAX 32u
#define TSFN__BUDGET_LOOP_STRIDE_MAX 256u

struct tsfn__budget {
  uint64_t time; /* nanoseconds in all */
  uint64_t deadline;
  uint64_t last;  /* the clock's last reading */
  uint32_t items; /* left; 0: the budget is spent */
  uint32_t stride;
  uint32_t left;  /* items of the stride that are left */
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

/* Spends all that is left: the drain ends. */
static inline void
tsfn__budget_end(struct tsfn__budget *self) {
  self->items = 0;
}

/* Ends the drain, and lets no other begin before the host's other events. */
static inline void
tsfn__budget_end_turn(struct tsfn__budget *self) {
  self->items = 0;
  self->ends_turn = true;
}

/* Reads the clock at the end of a stride, and sets the next stride: 1 where the
   last one took long, else twice as long, up to `stride_max`. */
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

/* Charges the budget for one item that was given. */
static inline void
tsfn__budget_spend(struct tsfn__budget *self) {
  if (self->items > 0) self->items--;
  if (--self->left == 0) tsfn__budget_renew(self, TSFN__BUDGET_STRIDE_MAX);
}

/* Charges the budget for `count` items that a loop has delivered since it asked
   last. Answers how many it may deliver before it asks again; 0: none. */
static inline uint32_t
tsfn__budget_ask(struct tsfn__budget *self, uint32_t count) {
  self->items -= count < self->items ? count : self->items;
  if (self->items == 0) return 0;
  if (count != 0) tsfn__budget_renew(self, TSFN__BUDGET_LOOP_STRIDE_MAX);
  return self->stride < self->items ? self->stride : self->items;
}

#endif
