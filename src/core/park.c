/* SPDX-License-Identifier: MIT */
#include "core/park.h"

struct tsfn__waiter {
  struct tsfn__waiter *next;
  struct tsfn__waiter *previous;
  struct tsfn__os_condition granted_now;
  uint64_t granted_at;
  uint64_t waker_time; /* nanoseconds that signalling took */
  bool is_granted;     /* under the park's lock; then it is out of the list */
};

/* Nanoseconds that a wake is taken to cost at first, and at the most. It takes
   3,000 to 80,000, by machine and load, and some of that from the thread that
   wakes: on a virtual machine 22,000 were seen. */
#define LATENCY_FIRST 5000u
#define LATENCY_MAX 100000u

/* Looks without success that are counted: so many producers sleep at once. */
#define IN_VAIN_MAX 64u

bool
tsfn__park_init(struct tsfn__park *self) {
  self->first = self->last = NULL;
  atomic_init(&self->waiters, 0);
  atomic_init(&self->latency, LATENCY_FIRST);
  atomic_init(&self->sleeps, 0);
  atomic_init(&self->in_vain, 0);
  return tsfn__os_mutex_init(&self->lock);
}

void
tsfn__park_destroy(struct tsfn__park *self) {
  tsfn__os_mutex_destroy(&self->lock);
}

/* Puts a waiter at the end of the list. This and waiter_leave are called under
   the lock. */
static void
waiter_enter(struct tsfn__park *self, struct tsfn__waiter *waiter) {
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
waiter_leave(struct tsfn__park *self, struct tsfn__waiter *waiter) {
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

/* --- looking ------------------------------------------------------------- */

static uint32_t
load_hint(const _Atomic(uint32_t) *hint) {
  return atomic_load_explicit(hint, memory_order_relaxed);
}

static void
store_hint(_Atomic(uint32_t) *hint, uint32_t value) {
  atomic_store_explicit(hint, value, memory_order_relaxed);
}

/* Whether the caller may look, and uses up one of the sleeps if not. Two
   producers that do so at once cost a look more or less. */
static bool
take_look(struct tsfn__park *self) {
  uint32_t sleeps = load_hint(&self->sleeps);
  if (sleeps != 0) store_hint(&self->sleeps, sleeps - 1);
  return sleeps == 0 && tsfn__park_waiters(self) == 0;
}

/* Looks for room as long as a wake would cost. True: there is no need to wait.
   False at once when the deadline has passed, so that a producer whose room
   others always take hears of its deadline. */
static bool
look_for_room(struct tsfn__park *self, uint64_t deadline,
              bool (*must_wait)(void *subject), void *subject) {
  uint64_t now = tsfn__os_now();
  uint64_t end =
      now + atomic_load_explicit(&self->latency, memory_order_relaxed);
  if (end > deadline) end = deadline;
  while (now < end) {
    if (!must_wait(subject)) {
      store_hint(&self->in_vain, 0);
      return true;
    }
    tsfn__os_yield();
    now = tsfn__os_now();
  }
  uint32_t in_vain = load_hint(&self->in_vain);
  if (in_vain < IN_VAIN_MAX) store_hint(&self->in_vain, ++in_vain);
  store_hint(&self->sleeps, in_vain);
  return false;
}

/* Updates the mean cost of a sleep: the time from the grant until this thread
   ran again, plus the time that the granter spent signalling. A producer may
   look that long before it sleeps. */
static void
note_latency(struct tsfn__park *self, const struct tsfn__waiter *waiter) {
  uint64_t mean = atomic_load_explicit(&self->latency, memory_order_relaxed);
  uint64_t last = tsfn__os_now() - waiter->granted_at + waiter->waker_time;
  if (last > LATENCY_MAX) last = LATENCY_MAX;
  atomic_store_explicit(&self->latency, mean - mean / 8 + last / 8,
                        memory_order_relaxed);
}

/* --- sleeping ------------------------------------------------------------ */

enum tsfn__park_result
tsfn__park_wait(struct tsfn__park *self, uint64_t deadline,
                bool (*must_wait)(void *subject), void *subject) {
  if (take_look(self) && look_for_room(self, deadline, must_wait, subject))
    return TSFN__PARK_RETRY;
  struct tsfn__waiter waiter = {.is_granted = false};
  if (!tsfn__os_condition_init(&waiter.granted_now)) return TSFN__PARK_FAILED;
  enum tsfn__park_result result = TSFN__PARK_RETRY;
  tsfn__os_mutex_lock(&self->lock);
  waiter_enter(self, &waiter);
  if (must_wait(subject)) {
    bool in_time = true;
    while (!waiter.is_granted && in_time)
      in_time =
          tsfn__os_condition_wait(&waiter.granted_now, &self->lock, deadline);
    if (!waiter.is_granted) result = TSFN__PARK_TIMED_OUT;
  }
  if (!waiter.is_granted) waiter_leave(self, &waiter);
  tsfn__os_mutex_unlock(&self->lock);
  if (waiter.is_granted) note_latency(self, &waiter);
  tsfn__os_condition_destroy(&waiter.granted_now);
  return result;
}

/* Wakes up to `room` waiters, the first to come first. */
static void
grant_waiters(struct tsfn__park *self, uint64_t room) {
  tsfn__os_mutex_lock(&self->lock);
  while (self->first != NULL && room-- > 0) {
    struct tsfn__waiter *waiter = self->first;
    waiter_leave(self, waiter);
    waiter->granted_at = tsfn__os_now();
    waiter->is_granted = true;
    /* Signal under the lock: the waiter's stack frame is gone soon after the
       lock is free. */
    tsfn__os_condition_signal(&waiter->granted_now);
    waiter->waker_time = tsfn__os_now() - waiter->granted_at;
  }
  tsfn__os_mutex_unlock(&self->lock);
}

void
tsfn__park_grant(struct tsfn__park *self, uint64_t room) {
  if (room == 0 || tsfn__park_waiters(self) == 0) return;
  grant_waiters(self, room);
}

void
tsfn__park_grant_all(struct tsfn__park *self) {
  grant_waiters(self, UINT64_MAX);
}

size_t
tsfn__park_waiters(const struct tsfn__park *self) {
  /* seq_cst: see the top of park.h. */
  return atomic_load_explicit(&self->waiters, memory_order_seq_cst);
}
