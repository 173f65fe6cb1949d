/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

/* Looks, with a yield behind each, before a waiting thread sleeps instead. */
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

/* Ends CHANGING: gives the tenure to `me`, or to all where `me` is 0 or
   TSFN__OWNER_TENURES threads had it. `was_mine`: it was the early one of `me`.
   */
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
  /* Release: hands on what the old owner did. Meets each acquire of it. */
  atomic_store_explicit(&self->tenure, next, memory_order_release);
}

/* Waits for a moment. The thread that is waited for may have a lower priority,
   and then a yield does not let it run; so after YIELDS_MAX of them this
   sleeps. */
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
  /* seq_cst for an early tenure, see the top of owner.h. The acquire half meets
     the release in tsfn__owner_leave. */
  while (atomic_load_explicit(&old->is_inside, memory_order_seq_cst))
    back_off(tries);
}

/* Tries to give the tenure to `me` (0: to all), for the thread `caller`. Does
   nothing, but wait for a moment, where another thread is changing it or was
   faster: the caller looks again. */
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
  /* Acquire: for what earlier tenures wrote, and for `count`. It is ordered
     before the look at is_inside by the barrier, and where the old tenure is
     early by seq_cst. */
  if (!atomic_compare_exchange_strong_explicit(
          &self->tenure, &old, &self->changing, memory_order_seq_cst,
          memory_order_relaxed))
    return;
  uintptr_t thread = old->thread | old->early; /* one of them is 0 */
  if (thread != 0 && thread != caller) await_outside(old, tries);
  settle_tenure(self, me, thread != 0 && thread == me);
}

/* The thread of an early tenure, outside. Enters with a fence of its own. NULL:
   the tenure is not the early one of `me`, or it is time for a full one. */
static struct tsfn__tenure *
enter_early(struct tsfn__owner *self, uintptr_t me) {
  /* Acquire: meets the release in settle_tenure. */
  struct tsfn__tenure *own =
      atomic_load_explicit(&self->tenure, memory_order_acquire);
  if (own->early != me || tsfn__os_barrier_is_ready()) return NULL;
  /* Both are seq_cst: see the top of owner.h. */
  TSFN__OS_STORE_SEQ_CST(&own->is_inside, true);
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
