/* SPDX-License-Identifier: MIT */
#include "answer/future.h"

#include "os/os.h"

enum claim { OPEN, CLAIMED, WITHDRAWN };

struct tsfn__future_waiter {
  struct tsfn__os_mutex lock;
  struct tsfn__os_condition condition;
  bool is_woken; /* under the lock */
};

/* Nanoseconds that a thread looks for an answer before it sleeps: about twice
   what a loop thread takes that is asleep and whose callback is short. A sleep
   costs both sides as much. */
#define LOOK 30000u

/* The most looks without success that are counted, and so the most waits in a
   row that sleep without a look. */
#define IN_VAIN_MAX 64u

/* Of all futures. Hints, but for is_looking: two threads that change one at
   once cost a look more or less. */
static struct {
  atomic_bool is_looking;    /* a thread is: the others sleep at once */
  _Atomic(uint32_t) sleeps;  /* waits that come next without a look before */
  _Atomic(uint32_t) in_vain; /* looks without success since the last with */
} looks;

/* What `waiter` is once there is an answer: an address that no waiter has. */
static struct tsfn__future_waiter answered_mark;
#define ANSWERED (&answered_mark)

void
tsfn__future_init(struct tsfn__future *self, int references) {
  atomic_init(&self->references, references);
  atomic_init(&self->claim, OPEN);
  atomic_init(&self->waiter, NULL);
  self->status = TSFN_OK;
}

/* Turns an open future to `wanted`. Relaxed: the claim guards nothing but
   itself; what is written afterwards is published by the answer. */
static bool
turn(struct tsfn__future *self, int wanted) {
  int expected = OPEN;
  return atomic_compare_exchange_strong_explicit(&self->claim, &expected,
                                                 wanted, memory_order_relaxed,
                                                 memory_order_relaxed);
}

bool
tsfn__future_claim(struct tsfn__future *self) {
  return turn(self, CLAIMED);
}

bool
tsfn__future_withdraw(struct tsfn__future *self) {
  return turn(self, WITHDRAWN);
}

/* Relaxed: a hint; what is done about it is decided by the claim. */
bool
tsfn__future_is_withdrawn(const struct tsfn__future *self) {
  return atomic_load_explicit(&self->claim, memory_order_relaxed) == WITHDRAWN;
}

/* The waiter is gone as soon as its thread has the lock and finds is_woken, so
   the unlock is the last that is done with it. */
static void
wake(struct tsfn__future_waiter *waiter) {
  tsfn__os_mutex_lock(&waiter->lock);
  waiter->is_woken = true;
  tsfn__os_condition_signal(&waiter->condition);
  tsfn__os_mutex_unlock(&waiter->lock);
}

void
tsfn__future_answer(struct tsfn__future *self, tsfn_status status) {
  self->status = status;
  /* Release: meets the acquire of whoever finds ANSWERED. Acquire: meets the
     release by which a waiter was put there. */
  struct tsfn__future_waiter *waiter =
      atomic_exchange_explicit(&self->waiter, ANSWERED, memory_order_acq_rel);
  if (waiter != NULL) wake(waiter);
}

bool
tsfn__future_is_answered(const struct tsfn__future *self) {
  return atomic_load_explicit(&self->waiter, memory_order_acquire) == ANSWERED;
}

/* --- looking ------------------------------------------------------------- */

static uint32_t
read_look(const _Atomic(uint32_t) *hint) {
  return atomic_load_explicit(hint, memory_order_relaxed);
}

static void
write_look(_Atomic(uint32_t) *hint, uint32_t value) {
  atomic_store_explicit(hint, value, memory_order_relaxed);
}

/* Whether this thread may look, and uses up one of the sleeps if not. Relaxed:
   it guards no memory. */
static bool
begin_look(void) {
  uint32_t sleeps = read_look(&looks.sleeps);
  if (sleeps != 0) write_look(&looks.sleeps, sleeps - 1);
  return sleeps == 0 && !atomic_exchange_explicit(&looks.is_looking, true,
                                                  memory_order_relaxed);
}

static void
end_look(bool is_answered) {
  uint32_t in_vain = is_answered ? 0 : read_look(&looks.in_vain);
  if (!is_answered && in_vain < IN_VAIN_MAX) in_vain++;
  write_look(&looks.in_vain, in_vain);
  write_look(&looks.sleeps, in_vain);
  atomic_store_explicit(&looks.is_looking, false, memory_order_relaxed);
}

/* Looks for the answer as long as a sleep would cost. It does not touch
   `waiter`, so the answerer finds nobody to wake. */
static bool
look_for_answer(const struct tsfn__future *self, uint64_t deadline) {
  if (!begin_look()) return false;
  uint64_t now = tsfn__os_now();
  uint64_t end = now + LOOK;
  bool is_answered = false;
  if (end > deadline) end = deadline;
  while (!is_answered && now < end) {
    tsfn__os_yield();
    is_answered = tsfn__future_is_answered(self);
    now = tsfn__os_now();
  }
  end_look(is_answered);
  return is_answered;
}

/* --- sleeping ------------------------------------------------------------ */

/* Sleeps until the answerer wakes `waiter`, or the deadline has passed and the
   answerer does not have it. Answers whether there is an answer. */
static bool
sleep_until_woken(struct tsfn__future *self, struct tsfn__future_waiter *waiter,
                  uint64_t deadline) {
  bool is_late = false;
  tsfn__os_mutex_lock(&waiter->lock);
  while (!waiter->is_woken) {
    struct tsfn__future_waiter *mine = waiter;
    if (is_late && atomic_compare_exchange_strong_explicit(
                       &self->waiter, &mine, NULL, memory_order_acquire,
                       memory_order_acquire))
      break;
    /* Once it is late and not taken back, the answerer is about to wake it. */
    is_late = !tsfn__os_condition_wait(&waiter->condition, &waiter->lock,
                                       is_late ? TSFN__OS_FOREVER : deadline) ||
              is_late;
  }
  bool is_woken = waiter->is_woken;
  tsfn__os_mutex_unlock(&waiter->lock);
  return is_woken;
}

/* Answers whether there is an answer; *failed: the system had no condition. */
static bool
wait_asleep(struct tsfn__future *self, uint64_t deadline, bool *failed) {
  struct tsfn__future_waiter waiter = {.is_woken = false};
  struct tsfn__future_waiter *none = NULL;
  bool is_answered = true;
  *failed = !tsfn__os_mutex_init(&waiter.lock);
  if (*failed) return false;
  *failed = !tsfn__os_condition_init(&waiter.condition);
  if (!*failed) {
    /* Release: the answerer finds the waiter made. Acquire: where it fails, the
       answer is there. */
    if (atomic_compare_exchange_strong_explicit(&self->waiter, &none, &waiter,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
      is_answered = sleep_until_woken(self, &waiter, deadline);
    tsfn__os_condition_destroy(&waiter.condition);
  }
  tsfn__os_mutex_destroy(&waiter.lock);
  return !*failed && is_answered;
}

bool
tsfn__future_wait(struct tsfn__future *self, uint64_t deadline,
                  tsfn_status *status) {
  bool failed = false;
  if (!tsfn__future_is_answered(self) &&
      (deadline == 0 || (!look_for_answer(self, deadline) &&
                         !wait_asleep(self, deadline, &failed)))) {
    *status = failed ? TSFN_NO_MEMORY : TSFN_TIMED_OUT;
    return false;
  }
  *status = self->status;
  return true;
}

void
tsfn__future_reference(struct tsfn__future *self) {
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
}

bool
tsfn__future_unreference(struct tsfn__future *self) {
  return atomic_fetch_sub_explicit(&self->references, 1,
                                   memory_order_acq_rel) == 1;
}
