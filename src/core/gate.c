/* SPDX-License-Identifier: MIT */
#include "core/gate.h"

#include "os/os.h"

/* The word: see gate.h. */
#define SHUT 1u
#define ONE_INSIDE 2u

void
tsfn__gate_init(struct tsfn__gate *self) {
  atomic_init(&self->word, 0);
}

bool
tsfn__gate_enter(struct tsfn__gate *self) {
  uint32_t word = atomic_load_explicit(&self->word, memory_order_relaxed);
  do {
    if (word & SHUT) return false;
  } while (!atomic_compare_exchange_weak_explicit(
      &self->word, &word, word + ONE_INSIDE, memory_order_acquire,
      memory_order_relaxed));
  return true;
}

void
tsfn__gate_leave(struct tsfn__gate *self) {
  /* Release: meets the acquire in shut. */
  atomic_fetch_sub_explicit(&self->word, ONE_INSIDE, memory_order_release);
}

void
tsfn__gate_shut(struct tsfn__gate *self) {
  atomic_fetch_or_explicit(&self->word, SHUT, memory_order_acquire);
  while (atomic_load_explicit(&self->word, memory_order_acquire) != SHUT)
    tsfn__os_yield();
}
