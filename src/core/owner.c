/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

#define YIELDS_MAX 100u

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
settle_tenure(struct tsfn__owner *self, uintptr_t me) {
  struct tsfn__tenure *next = &self->shared;
  if (me != 0 && self->count < TSFN__OWNER_TENURES) {
    next = &self->tenures[self->count++];
    next->thread = me;
  }
  /* Release: hands on what the old owner did. */
  atomic_store_explicit(&self->tenure, next, memory_order_release);
}

/* Whoever is waited for may have a lower priority: then yielding is no help. */
static void
back_off(unsigned *tries) {
  if (++*tries < YIELDS_MAX)
    tsfn__os_yield();
  else
    tsfn__os_nap();
}

/* Makes it `me`'s (0: SHARED), if nobody is faster; the caller looks again. */
static void
change_tenure(struct tsfn__owner *self, uintptr_t me, uintptr_t caller,
              unsigned *tries) {
  struct tsfn__tenure *old =
      atomic_load_explicit(&self->tenure, memory_order_acquire);
  if (old == &self->shared) return;
  if (old == &self->changing) {
    back_off(tries);
    return;
  }
  /* Acquire: what earlier tenures wrote, and `count`. The barrier orders it
     before the look at is_inside. */
  if (!atomic_compare_exchange_strong_explicit(
          &self->tenure, &old, &self->changing, memory_order_acq_rel,
          memory_order_relaxed))
    return;
  if (old != &self->nobody && old->thread != caller) {
    tsfn__os_barrier_all();
    /* Acquire: meets the release in leave. */
    while (atomic_load_explicit(&old->is_inside, memory_order_acquire))
      back_off(tries);
  }
  settle_tenure(self, me);
}

struct tsfn__tenure *
tsfn__owner_take(struct tsfn__owner *self, uintptr_t me) {
  unsigned tries = 0;
  while (!tsfn__owner_is_shared(self)) {
    struct tsfn__tenure *own = tsfn__owner_enter(self, me);
    if (own != NULL) return own;
    change_tenure(self, me, me, &tries);
  }
  return NULL;
}

void
tsfn__owner_share(struct tsfn__owner *self, uintptr_t me) {
  unsigned tries = 0;
  while (!tsfn__owner_is_shared(self))
    change_tenure(self, 0, me, &tries);
}
