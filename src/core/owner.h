/* SPDX-License-Identifier: MIT */
#ifndef TSFN__OWNER_H
#define TSFN__OWNER_H

/* Lets the one thread that does something all the time do it without a locked
   instruction, which costs as much as all the rest of a push. Other threads may
   come: each takes the tenure over, or, when that happens often, all share it.

   tenure NOBODY -> a thread's -> CHANGING -> another thread's, or SHARED
             (NOBODY or a thread's -> SHARED when it is asked for)

   The owner enters before it touches what is owned, and leaves:

       owner                              who takes over
       own.is_inside = true               tenure = CHANGING      (exchange)
       (compiler fence)                   tsfn__os_barrier_all
       tenure == own ?                    own.is_inside == false ?

   The barrier puts a full fence into the owner's stream of instructions. If the
   fence comes before the owner's look at `tenure`, the owner sees CHANGING and
   turns back. If it comes after the owner's store, the other thread sees that
   the owner is inside, and waits. So from the moment that the tenure is
   somebody else's, the old owner is outside and stays there; what it wrote is
   seen, by its release of is_inside and the acquire that waited for it. Each
   tenure has a flag of its own: an owner that turns back late must not say of
   its successor that it is outside.

   Early: on Linux the barrier is registered when the first channel of the
   process is busy (os.h says why). A tenure that began before that is early.
   Its thread enters by tsfn__owner_take only, with a fence of its own: the
   store of is_inside and the look at `tenure` are seq_cst, as are the store of
   CHANGING and the look at is_inside of who takes over. So one of the two sees
   the other without a barrier. A tenure stays early or full for its life. When
   the barrier is ready, the thread of an early tenure, outside, makes a full
   one for itself.

   SHARED is never left: a thread that sees it uses locked instructions, and so
   does every other. On a system without such a barrier the tenure is SHARED at
   once.

   Taking over waits for a thread between two instructions of a push, as the
   consumer does for one that has not published yet; never for an allocator. It
   is not for signal handlers: one that interrupts the owner inside would come
   in beside it. A thread that has ended is outside. A new thread to which the
   system gives the same identity inherits its tenure, and sees all that the old
   one wrote: the system orders the old one's end before the new one's start. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "os/os.h"

/* Tenures of threads before it is SHARED. Each change costs a barrier and
   perhaps a wait. A few changes are natural (the loop thread sends the first
   item, a thread of the author's the rest); eight mean that several threads
   send all the time. */
#define TSFN__OWNER_TENURES 8u

/* One thread's time as the owner. */
struct tsfn__tenure {
  uintptr_t thread;        /* tsfn__os_thread_self's; 0: nobody's, or early */
  uintptr_t early;         /* the same of an early one; 0: it is none */
  _Atomic(bool) is_inside; /* written by that thread */
};

struct tsfn__owner {
  _Atomic(struct tsfn__tenure *) tenure; /* one of those below */
  struct tsfn__tenure nobody, shared, changing;
  /* One more for the change from early to full, which one thread makes once. */
  struct tsfn__tenure tenures[TSFN__OWNER_TENURES + 1];
  unsigned count;   /* of those in use; written while CHANGING */
  unsigned threads; /* that had it, one after another; written while CHANGING */
};

/* Begins with NOBODY, before anyone else sees it. `is_possible` false: SHARED
   at once. */
void tsfn__owner_init(struct tsfn__owner *self, bool is_possible);

/* Any thread, outside. Enters if the caller, `me`, is the owner, and answers
   its tenure: the caller is inside, and alone until it leaves. NULL: it is not
   the owner. */
static inline struct tsfn__tenure *
tsfn__owner_enter(struct tsfn__owner *self, uintptr_t me) {
  /* Acquire: meets the release in settle_tenure. */
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
  /* Release: meets the acquire in change_tenure, of who takes over. */
  atomic_store_explicit(&own->is_inside, false, memory_order_release);
}

/* Any thread, outside. Makes `me` the owner if it can, and enters. NULL: it is
   SHARED. May wait, as said above. */
struct tsfn__tenure *tsfn__owner_take(struct tsfn__owner *self, uintptr_t me);

/* Any thread, outside. Makes it SHARED. May wait, as said above. */
void tsfn__owner_share(struct tsfn__owner *self, uintptr_t me);

/* A moment's value; true never becomes false again. */
static inline bool
tsfn__owner_is_shared(const struct tsfn__owner *self) {
  /* Acquire: meets the release in settle_tenure. */
  return atomic_load_explicit(&self->tenure, memory_order_acquire) ==
         &self->shared;
}

#endif
