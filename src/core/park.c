/* SPDX-License-Identifier: MIT */
#include "core/park.h"

struct tsfn__waiter {
  struct tsfn__waiter *next;
  struct tsfn__waiter *previous;
  struct tsfn__os_condition granted_now;
  bool is_granted; /* under the park's lock; then it is out of the list */
};

bool
tsfn__park_init(struct tsfn__park *self) {
  self->first = self->last = NULL;
  atomic_init(&self->waiters, 0);
  return tsfn__os_mutex_init(&self->lock);
}

void
tsfn__park_destroy(struct tsfn__park *self) {
  tsfn__os_mutex_destroy(&self->lock);
}

/* Under the lock, as is leave. */
static void
enter(struct tsfn__park *self, struct tsfn__waiter *waiter) {
  waiter->next = NULL;
  waiter->previous = self->last;
  if (self->last != NULL)
    self->last->next = waiter;
  else
    self->first = waiter;
  self->last = waiter;
  /* seq_cst: see the top of park.h. */
  atomic_fetch_add_explicit(&self->waiters, 1, memory_order_seq_cst);
}

static void
leave(struct tsfn__park *self, struct tsfn__waiter *waiter) {
  if (waiter->previous != NULL)
    waiter->previous->next = waiter->next;
  else
    self->first = waiter->next;
  if (waiter->next != NULL)
    waiter->next->previous = waiter->previous;
  else
    self->last = waiter->previous;
  atomic_fetch_sub_explicit(&self->waiters, 1, memory_order_relaxed);
}

enum tsfn__park_result
tsfn__park_wait(struct tsfn__park *self, uint64_t deadline,
                bool (*must_wait)(void *subject), void *subject) {
  struct tsfn__waiter waiter = {.is_granted = false};
  if (!tsfn__os_condition_init(&waiter.granted_now)) return TSFN__PARK_FAILED;
  enum tsfn__park_result result = TSFN__PARK_RETRY;
  tsfn__os_mutex_lock(&self->lock);
  enter(self, &waiter);
  if (must_wait(subject)) {
    bool in_time = true;
    while (!waiter.is_granted && in_time)
      in_time =
          tsfn__os_condition_wait(&waiter.granted_now, &self->lock, deadline);
    if (!waiter.is_granted) result = TSFN__PARK_TIMED_OUT;
  }
  if (!waiter.is_granted) leave(self, &waiter);
  tsfn__os_mutex_unlock(&self->lock);
  tsfn__os_condition_destroy(&waiter.granted_now);
  return result;
}

static void
grant(struct tsfn__park *self, uint64_t room) {
  tsfn__os_mutex_lock(&self->lock);
  while (self->first != NULL && room-- > 0) {
    struct tsfn__waiter *waiter = self->first;
    leave(self, waiter);
    waiter->is_granted = true;
    /* Under the lock: the waiter's stack frame is gone soon after it. */
    tsfn__os_condition_signal(&waiter->granted_now);
  }
  tsfn__os_mutex_unlock(&self->lock);
}

void
tsfn__park_grant(struct tsfn__park *self, uint64_t room) {
  if (room == 0 || tsfn__park_waiters(self) == 0) return;
  grant(self, room);
}

void
tsfn__park_grant_all(struct tsfn__park *self) {
  grant(self, UINT64_MAX);
}

size_t
tsfn__park_waiters(const struct tsfn__park *self) {
  /* seq_cst: see the top of park.h. */
  return atomic_load_explicit(&self->waiters, memory_order_seq_cst);
}
