/* SPDX-License-Identifier: MIT */
#ifndef TSFN__OWNER_H
#define TSFN__OWNER_H

/* Lets the one thread that does something all the time do it without a locked
   instruction, which costs as much as all the rest of a push. Others may come:
   they take the place over, or, when that happens often, all share it.

   tenure    NOBODY -> a thread's -> CHANGING -> another thread's, or SHARED
             (NOBODY or a thread's -> SHARED when it is asked for)

   Whoever owns it enters before it touches what is owned, and leaves:

       owner                              who takes over
       own.is_inside = true               tenure = CHANGING      (read-m.-write)
       (compiler fence)                   tsfn__os_barrier_all
       tenure == own ?                    own.is_inside == false ?

   The barrier puts a full fence into the owner's stream of instructions, either
   before its look at `tenure` (it sees CHANGING, and turns back) or after its
   store (the other sees that it is inside, and waits). So from the moment that
   the tenure is somebody else's, the old owner is outside and stays there; what
   it wrote is seen, by its release of is_inside and the acquire that waited for
   it. Each tenure has a flag of its own: one that turns back late must not say
   of its successor that it is outside.

   EARLY: on Linux the barrier is registered when the first channel of the process
   is busy (os.h says why). A tenure that began before is early. Its thread
   enters by tsfn__owner_take only, and with the fence on its own side: the store
   of is_inside and the look at `tenure` are seq_cst, as are the store of
   CHANGING and the look at is_inside of who takes over, so that one of the two
   sees the other without any barrier. A tenure stays what it was made as. When
   the barrier is ready, the thread of an early one, outside, makes a new one for
   itself.

   SHARED is for ever: who sees it uses the locked instructions, and so does
   everybody else. On a system without such a barrier it is SHARED at once.

   Taking over waits for a thread between two instructions of a push, as the
   consumer does for one that has not published yet; never for an allocator.
   Not for signal handlers: one that interrupts the owner inside would come in
   beside it. A thread that has ended is outside; who gets its identity inherits
   its tenure, behind the system's own order of an end and a beginning. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "os/os.h"

/* Each change costs a barrier and perhaps a wait. A few are natural (the loop
   thread sends the first item, a thread of the author's the rest); so many mean
   that several threads send all the time. */
#define TSFN__OWNER_TENURES 8u

struct tsfn__tenure {
  uintptr_t thread;        /* tsfn__os_thread_self's; 0: nobody's, or early */
  uintptr_t early;         /* the same of an early one; 0: it is none */
  _Atomic(bool) is_inside; /* written by that thread */
};

struct tsfn__owner {
  _Atomic(struct tsfn__tenure *) tenure; /* one of those below */
  struct tsfn__tenure nobody, shared, changing;
  /* One more for the change from early, which one of the threads makes once. */
  struct tsfn__tenure tenures[TSFN__OWNER_TENURES + 1];
  unsigned count;   /* of those; whoever is CHANGING it */
  unsigned threads; /* that it went to, one after another; likewise */
};

/* `is_possible` false: SHARED at once. */
void tsfn__owner_init(struct tsfn__owner *self, bool is_possible);

/* Not NULL: the caller, `me`, is inside, and alone until it leaves. */
static inline struct tsfn__tenure *
tsfn__owner_enter(struct tsfn__owner *self, uintptr_t me) {
  /* Acquire: meets the release of who made it. */
  struct tsfn__tenure *own =
      atomic_load_explicit(&self->tenure, memory_order_acquire);
  if (own->thread != me) return NULL;
  atomic_store_explicit(&own->is_inside, true, memory_order_relaxed);
  atomic_signal_fence(memory_order_seq_cst); /* see the top */
  if (atomic_load_explicit(&self->tenure, memory_order_relaxed) == own)
    return own;
  atomic_store_explicit(&own->is_inside, false, memory_order_release);
  return NULL;
}

static inline void
tsfn__owner_leave(struct tsfn__tenure *own) {
  /* Release: meets the acquire of who takes over. */
  atomic_store_explicit(&own->is_inside, false, memory_order_release);
}

/* Any thread, outside. Makes `me` the owner if it can, and enters. NULL: it is
   SHARED. */
struct tsfn__tenure *tsfn__owner_take(struct tsfn__owner *self, uintptr_t me);

/* Any thread, outside. SHARED when it returns. */
void tsfn__owner_share(struct tsfn__owner *self, uintptr_t me);

/* A moment's value. */
static inline bool
tsfn__owner_is_shared(const struct tsfn__owner *self) {
  /* Acquire: meets the release of who made it so. */
  return atomic_load_explicit(&self->tenure, memory_order_acquire) ==
         &self->shared;
}

#endif
