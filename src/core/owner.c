/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

#define YIELDS_MAX 100u

static void
tenure_init(struct tsfn__tenure *self) {
  self->thread = 0;
  self->early = 0;
  atomic_init(&self->is_inside, false);
}

void
tsfn__owner_init(struct tsfn__owner *self, bool is_possible) {
  tenure_init(&self->nobody);
  tenure_init(&self->shared);
  tenure_init(&self->changing);
  for (unsigned i = 0; i <= TSFN__OWNER_TENURES; i++)
    tenure_init(&self->tenures[i]);
  self->count = 0;
  self->threads = 0;
  bool can = is_possible && tsfn__os_barrier_is_possible();
  atomic_init(&self->tenure, can ? &self->nobody : &self->shared);
}

/* Whoever is CHANGING it gives it to `me` (0: to all). `was_mine`: it was `me`'s
   early one. */
static void
settle_tenure(struct tsfn__owner *self, uintptr_t me, bool was_mine) {
  struct tsfn__tenure *next = &self->shared;
  if (me != 0 && (was_mine || self->threads < TSFN__OWNER_TENURES)) {
    next = &self->tenures[self->count++];
    if (tsfn__os_barrier_is_ready())
      next->thread = me;
    else
      next->early = me;
    if (!was_mine) self->threads++;
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

/* Waits until the thread of `old`, which is not the caller, is outside. */
static void
await_outside(struct tsfn__tenure *old, unsigned *tries) {
  if (old->thread != 0) tsfn__os_barrier_all();
  /* seq_cst for an early one, see the top of owner.h. Its acquire half meets the
     release in leave. */
  while (atomic_load_explicit(&old->is_inside, memory_order_seq_cst))
    back_off(tries);
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
     before the look at is_inside, seq_cst where the old one is early. */
  if (!atomic_compare_exchange_strong_explicit(
          &self->tenure, &old, &self->changing, memory_order_seq_cst,
          memory_order_relaxed))
    return;
  uintptr_t thread = old->thread | old->early; /* one of them is 0 */
  if (thread != 0 && thread != caller) await_outside(old, tries);
  settle_tenure(self, me, thread != 0 && thread == me);
}

/* The thread of an early tenure, outside. Enters with a fence of its own. NULL:
   it is not `me`'s, or the time has come for a new one. */
static struct tsfn__tenure *
enter_early(struct tsfn__owner *self, uintptr_t me) {
  /* Acquire: meets the release of who made it. */
  struct tsfn__tenure *own =
      atomic_load_explicit(&self->tenure, memory_order_acquire);
  if (own->early != me || tsfn__os_barrier_is_ready()) return NULL;
  /* seq_cst, both: see the top of owner.h. */
  atomic_store_explicit(&own->is_inside, true, memory_order_seq_cst);
  if (atomic_load_explicit(&self->tenure, memory_order_seq_cst) == own)
    return own;
  tsfn__owner_leave(own);
  return NULL;
}

struct tsfn__tenure *
tsfn__owner_take(struct tsfn__owner *self, uintptr_t me) {
  unsigned tries = 0;
  while (!tsfn__owner_is_shared(self)) {
    struct tsfn__tenure *own = tsfn__owner_enter(self, me);
    if (own == NULL) own = enter_early(self, me);
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
