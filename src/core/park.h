/* SPDX-License-Identifier: MIT */
#ifndef TSFN__PARK_H
#define TSFN__PARK_H

/* Where producers wait for room: a list of waiters, first come first served,
   each on its thread's stack with a condition of its own.

   No wake-up is lost. A waiter enters the list and then (under the same lock)
   asks whether it must still wait; the consumer first makes room and then looks
   for waiters:

       producer                          consumer
       waiters += 1        (seq_cst)     store taken              (seq_cst)
       load tail, taken    (seq_cst)     load waiters             (seq_cst)

   In the one order of all seq_cst operations one of the loads comes after the
   other side's store: either the producer sees the room and does not sleep, or
   the consumer sees the waiter and takes the lock, which it gets when the
   waiter sleeps. Closing takes the lock whatever it sees.

   A grant wakes as many waiters as there is room for, from the front. No waiter
   is forgotten: a granted one tries again before it leaves, even if its time is
   up; so it either fills the room, or finds the queue full. In both cases the
   queue is not empty, hence a drain will come, and each drain that takes
   something grants. A waiter that leaves by its deadline was not granted, and
   takes nobody's place.

   A producer that nobody waits in front of looks for room before it sleeps, for
   as long as a wake would cost both sides (which is measured at each wake):
   with a fast consumer the room is there sooner. It gives its processor to
   others between two looks. After a look without success the next producers
   sleep at once: one of them after the first such look, two after the second,
   up to 64. So a slow consumer costs producers next to nothing.

   The channel waits and grants; a park knows no queue, only the question that
   it is given. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/os.h"

struct tsfn__waiter;

struct tsfn__park {
  struct tsfn__os_mutex lock;
  struct tsfn__waiter *first; /* under the lock, as is last */
  struct tsfn__waiter *last;
  _Atomic(size_t) waiters; /* in the list; written under the lock */

  /* Any thread; hints. */
  _Atomic(uint64_t) latency; /* of a wake, nanoseconds, a running mean */
  _Atomic(uint32_t) sleeps;  /* that come next without a look before */
  _Atomic(uint32_t) in_vain; /* looks without success since the last with */
};

enum tsfn__park_result {
  TSFN__PARK_RETRY,     /* granted, or there was no need to wait */
  TSFN__PARK_TIMED_OUT, /* the deadline passed; not granted */
  TSFN__PARK_FAILED     /* the system had no condition variable left */
};

/* False: the system had no lock left; nothing is held. */
bool tsfn__park_init(struct tsfn__park *self);

/* Nobody may be parked. */
void tsfn__park_destroy(struct tsfn__park *self);

/* Producer. Waits while must_wait(subject) is true, until a grant or the
   deadline. `must_wait` is asked without the lock while the caller looks for
   room, and once more after it was put in the list. */
enum tsfn__park_result tsfn__park_wait(struct tsfn__park *self,
                                       uint64_t deadline,
                                       bool (*must_wait)(void *subject),
                                       void *subject);

/* Consumer, after it has made room for `room` items: wakes as many waiters.
   Costs one load when nobody waits. */
void tsfn__park_grant(struct tsfn__park *self, uint64_t room);

/* Any thread, after it has closed the queue: wakes all waiters. */
void tsfn__park_grant_all(struct tsfn__park *self);

/* A moment's value. */
size_t tsfn__park_waiters(const struct tsfn__park *self);

#endif
