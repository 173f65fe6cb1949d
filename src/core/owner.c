/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

static void
tenure_init(struct tsfn__tenure *self) {
  self->thread = 0;
  atomic_init(&self->is_inside, false);
}

void
tsfn__owner_init(struct tsfn__owner *self, bool is_possible) {
  tenure_init(&self->nobody);
  tenure_init(&self->shared);
  tenure_init(&self->changing);
  for (unsigned i = 0; i < TSFN__OWNER_TENURES; i++)
    tenure_init(&self->tenures[i]);
  self->count = 0;
  bool can = is_possible && tsfn__os_barrier_init();
  atomic_init(&self->tenure, can ? &self->nobody : &self->shared);
}

/* Whoever is CHANGING it gives it to `me` (0: to all). */
static void
settle(struct tsfn__owner *self, uintptr_t me) {
  struct tsfn__tenure *next = &self->shared;
  if (me != 0 && self->count < TSFN__OWNER_TENURES) {
    next = &self->tenures[self->count++];
    next->thread = me;
  }
  /* Release: hands on what the old owner did. */
  atomic_store_explicit(&self->tenure, next, memory_order_release);
}

/* Makes it `me`'s (0: SHARED), if nobody is faster; the caller looks again. */
static void
change(struct tsfn__owner *self, uintptr_t me, uintptr_t caller) {
  struct tsfn__tenure *old =
      atomic_load_explicit(&self->tenure, memory_order_acquire);
  if (old == &self->shared) return;
  if (old == &self->changing) {
    tsfn__os_yield();
    return;
  }
  /* seq_cst: channel.c's look at whether there is an owner comes before or
     after; the store half of the pair at the top. */
  if (!atomic_compare_exchange_strong_explicit(
          &self->tenure, &old, &self->changing, memory_order_seq_cst,
          memory_order_relaxed))
    return;
  if (old != &self->nobody && old->thread != caller) {
    tsfn__os_barrier_all();
    /* Acquire: meets the release in leave. */
    while (atomic_load_explicit(&old->is_inside, memory_order_acquire))
      tsfn__os_yield();
  }
  settle(self, me);
}

struct tsfn__tenure *
tsfn__owner_take(struct tsfn__owner *self, uintptr_t me) {
  while (!tsfn__owner_is_shared(self)) {
    struct tsfn__tenure *own = tsfn__owner_enter(self, me);
    if (own != NULL) return own;
    change(self, me, me);
  }
  return NULL;
}

void
tsfn__owner_share(struct tsfn__owner *self, uintptr_t me) {
  while (!tsfn__owner_is_shared(self))
    change(self, 0, me);
}
