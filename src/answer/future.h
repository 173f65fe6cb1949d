/* SPDX-License-Identifier: MIT */
#ifndef TSFN__FUTURE_H
#define TSFN__FUTURE_H

/* One answer, which comes from one thread and which another one may wait for.

     the answerer                      the asker
     claim      OPEN -> CLAIMED        withdraw   OPEN -> WITHDRAWN
     write what the answer is
     answer     waiter -> ANSWERED     wait       none -> this thread's waiter
       a waiter was there: wake it       until it is woken, or out of time:
                                         this thread's waiter -> none

   Claim and withdraw are one compare-and-swap of the same word, so either the
   answerer begins or the asker has it back.

   No wake-up is lost: `waiter` is one word, which the answerer exchanges once
   and the asker moves by compare-and-swap. Either the asker finds ANSWERED and
   does not sleep, or the answerer finds the waiter and wakes it. A waiter is on
   the asker's stack. An asker whose time is up and that cannot take its waiter
   back knows that the answerer has it; so it waits until it is woken, a few
   instructions later, and no waiter is touched after its end.

   A thread looks for the answer before it sleeps, as long as its sleep would
   cost both sides: a callback that is short has answered by then. It gives its
   processor to others between two looks, and has put no waiter there, so the
   answerer has nobody to wake. One thread of the process looks at a time; the
   others sleep at once. After a look without success the next waits sleep at
   once: one of them after the first such look, two after the second, up to 64.
   So slow answers cost those who wait next to nothing.

   What the answer is (its memory) belongs to whoever has the future as a
   member: written before `answer`, read after an `is_answered` that was true.
   Whoever gives the last reference back frees it all. One thread at a time may
   wait. The module knows neither JavaScript nor functions; a ticket has one
   (ticket.h). */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tsfn/status.h"

struct tsfn__future_waiter;

struct tsfn__future {
  atomic_int references;
  atomic_int claim; /* OPEN, CLAIMED, WITHDRAWN: future.c */
  _Atomic(struct tsfn__future_waiter *) waiter; /* NULL: nobody waits */
  tsfn_status status; /* the answerer's, until it has answered */
};

/* Makes an open future, before anyone else sees it. */
void tsfn__future_init(struct tsfn__future *self, int references);

/* The answerer. False: the asker has withdrawn it, and waits for nothing. */
bool tsfn__future_claim(struct tsfn__future *self);

/* The asker. True: nobody has begun to answer, and nobody will. */
bool tsfn__future_withdraw(struct tsfn__future *self);

/* Any thread. Whether it has been withdrawn; where it is open it may be at any
   moment. */
bool tsfn__future_is_withdrawn(const struct tsfn__future *self);

/* The answerer, once: the answer has this status and is complete. Wakes the
   asker where it waits. Never blocks. */
void tsfn__future_answer(struct tsfn__future *self, tsfn_status status);

/* Any thread. True once it was answered, for good. */
bool tsfn__future_is_answered(const struct tsfn__future *self);

/* The asker. Waits for the answer until `deadline`, on tsfn__os_now's clock (0:
   not at all). *status is the answer's. False: it has none yet, and *status is
   TSFN_TIMED_OUT, or TSFN_NO_MEMORY where the system had no condition variable
   left. */
bool tsfn__future_wait(struct tsfn__future *self, uint64_t deadline,
                       tsfn_status *status);

/* Takes another reference. */
void tsfn__future_reference(struct tsfn__future *self);

/* Gives one back. True: it was the last, and the caller frees the future; it
   sees all that others did before they gave theirs back. */
bool tsfn__future_unreference(struct tsfn__future *self);

#endif
