/* SPDX-License-Identifier: MIT */
#include <stdbool.h>

#include "core/baton.h"

/* Turns of the scheduler that a thread waits for the holder. A holder that has
   not laid the baton down by then was itself interrupted. */
#define WAITS_MAX 4u

/* Whether some thread moves the counter just now. */
static bool
is_moving(const _Atomic(uint64_t) *counter) {
  uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
  tsfn__os_pause();
  return atomic_load_explicit(counter, memory_order_relaxed) != before;
}

void
tsfn__baton_take(struct tsfn__baton *self, uintptr_t me,
                 const _Atomic(uint64_t) *counter, uint64_t go) {
  unsigned waits = is_moving(counter) ? WAITS_MAX : 0;
  while (waits-- > 0 && !tsfn__baton_is_held_by(self, 0))
    tsfn__os_yield();
  atomic_store_explicit(&self->holder, me, memory_order_relaxed);
  uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
  atomic_store_explicit(&self->end, value + go, memory_order_relaxed);
}
