/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CHANNEL_H
#define TSFN__CHANNEL_H

/* A queue with a life: many producers, one loop thread, and a host (Node, or a
   test) that is told when to come and what happened to each item.

   From a call to the host:

     send      reserve -> place -> publish -> schedule --first--> ops->wake
                  |full
                  park  <--grant--  take
     drain     take -> ops->deliver (peek, complete ...) -> unschedule, or again
                                      ops->complete
     the end   whoever closes              -> ops->closed
               closed, all items complete  -> ops->drained
               the same, no threads        -> ops->finalize -> FINAL
               FINAL and no uses           -> ops->destroy

   Scheduled: true from the moment somebody has asked for a drain until the loop
   thread finds nothing to do. Whoever turns it to true wakes the host; so there
   is one wake for any number of items. No item is forgotten: the loop thread
   stores false and then looks at the tail and the lifecycle; a producer moves
   the tail (or the lifecycle) and then reads `scheduled`; all of it seq_cst, so
   one of them sees the other. A channel that is final stays scheduled for ever,
   so nobody wakes the host for it again.

   Busy: a drain has brought many items. Then the loop thread looks again before
   it stores false, since producers are faster than the wake that each pause of
   theirs would cost them.

   Hot: it has been busy for some drains on end, and the barrier for all threads
   is ready (os.h). Then a queue's owner moves the
   tail by a plain store, which its load of `scheduled` may overtake. So a
   channel that has been hot turns cold as follows:

       owner                              loop thread
       move the tail                      is_hot = false, scheduled = false
       (compiler fence)                   tsfn__os_barrier_all
       load is_hot                        load the tail
       load scheduled

   The barrier is a full fence somewhere in the owner's instructions. An owner
   that loads true from before it has moved the tail before it, too: the loop
   thread sees the move, now. One that loads false moves the tail once more, by
   a seq_cst store: the pair above, with this and every later look of the loop
   thread. One that loads true of a later hot time meets the end of that. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/lifecycle.h"
#include "core/park.h"
#include "core/queue.h"

struct tsfn__channel;

struct tsfn__channel_ops {
  /* Any thread that holds a use. Bring the loop thread to tsfn__channel_drain.
     Once until that drain. Must not block. */
  void (*wake)(struct tsfn__channel *channel);

  /* Loop thread. Peek, run, complete: until nothing is left, the budget is
     spent or the channel is aborted. What stays comes first next time. */
  void (*deliver)(struct tsfn__channel *channel, struct tsfn__budget *budget);

  /* Loop thread. The run's items ended, in this order; free what they own.
     All are of one kind. */
  void (*complete)(struct tsfn__channel *channel, const struct tsfn__run *run,
                   tsfn_completion how);

  /* Whichever thread closes, once: from now on calls are answered
     TSFN_CLOSING. Before anything is joined or finalized, which wait for its
     return. Must not block. */
  void (*closed)(struct tsfn__channel *channel);

  /* Loop thread, once, after `closed`: every accepted item is complete. Library
     threads may still run, and hear of the close. */
  void (*drained)(struct tsfn__channel *channel);

  /* Loop thread, once, last. Joins what is to be joined. */
  void (*finalize)(struct tsfn__channel *channel);

  /* Any thread, once: nothing keeps the handle any more. */
  void (*destroy)(struct tsfn__channel *channel);
};

/* What a drain answers its host. */
enum tsfn__drain {
  TSFN__DRAIN_IDLE, /* nothing to do; the next send will wake */
  TSFN__DRAIN_MORE, /* call again, after other functions and events */
  TSFN__DRAIN_FINAL /* finalized, perhaps destroyed: do not touch it again */
};

/* Who looks on, without a part in it. Loop thread. What ended in between is the
   difference of channel->completed. */
struct tsfn__probe {
  void (*drain_begins)(struct tsfn__channel *channel);

  /* `result` FINAL: the channel may be gone, its address only is told. */
  void (*drain_ended)(struct tsfn__channel *channel, enum tsfn__drain result);
};

struct tsfn__channel {
  /* Set once. */
  const struct tsfn__channel_ops *ops;
  uintptr_t loop_thread;

  /* Any thread, at each call; seldom written, and in a line of its own. */
  char line1[64];
  _Atomic(bool) scheduled;
  _Atomic(bool) is_hot; /* written by the loop thread, see the top */
  struct tsfn__lifecycle lifecycle;
  char line2[64];

  struct tsfn__park park;
  struct tsfn__queue queue;

  /* Loop thread. */
  tsfn_completion orphaned_as; /* how items end that JavaScript cannot have */
  uint32_t busy_drains;        /* in a row */
  bool has_left_all;           /* the last drain's take, see channel.c */
  bool is_drained;             /* ops->drained was called */
  const struct tsfn__probe *probe; /* NULL: nobody looks on */

  /* Written by the loop thread, read by any. */
  _Atomic(uint64_t) completed[TSFN_COMPLETION_COUNT];
};

/* The deadline of a send that may not wait. */
#define TSFN__NO_WAIT UINT64_C(0)

/* What is sent: `count` items of `size` bytes, one behind the other, each put
   into a slot by `place`, which cannot fail. NULL: the bytes are copied. */
struct tsfn__message {
  const void *items;
  size_t size;
  size_t count;
  unsigned char kind; /* not 0 */
  void (*place)(const struct tsfn__message *message, size_t index, void *slot);
};

/* Loop thread. False: out of memory or locks, nothing is held. */
bool tsfn__channel_init(struct tsfn__channel *self,
                        const struct tsfn__channel_ops *ops,
                        const tsfn_allocator *allocator, size_t slot_size,
                        uint64_t bound, size_t uses);

/* Before anyone else sees it. The last release does not close the channel:
   until the loop finds it without uses and without items, sends are accepted
   and an acquire gives it uses again. */
void tsfn__channel_make_lazy(struct tsfn__channel *self);

/* From ops->destroy, or for a channel that nobody has seen yet. */
void tsfn__channel_deinit(struct tsfn__channel *self);

/* --- any thread that holds a use ----------------------------------------- */

/* Waits for room until `deadline`, a time of tsfn__os_now (TSFN__NO_WAIT: not
   at all, TSFN__OS_FOREVER: without end). *accepted is the length of the prefix
   that was queued, on every status. */
tsfn_status tsfn__channel_send(struct tsfn__channel *self,
                               const struct tsfn__message *message,
                               uint64_t deadline, size_t *accepted);

/* Asks for a drain. */
static inline void
tsfn__channel_schedule(struct tsfn__channel *self) {
  /* seq_cst: the load half of the pair at the top. */
  if (atomic_load_explicit(&self->scheduled, memory_order_seq_cst)) return;
  if (!atomic_exchange_explicit(&self->scheduled, true, memory_order_seq_cst))
    self->ops->wake(self);
}

/* For several producers. The loop thread never adds: an add may have to wait
   for it. */
static inline bool
tsfn__channel_add(struct tsfn__channel *self, const void *item, size_t size,
                  unsigned char kind) {
  bool is_busy = atomic_load_explicit(&self->is_hot, memory_order_relaxed);
  return tsfn__os_thread_self() != self->loop_thread &&
         tsfn__queue_add(&self->queue, item, size, kind, is_busy);
}

/* The fast way to send the bytes of one item. False: not in this way, nothing
   was sent; tsfn__channel_send knows more. */
TSFN__OS_INLINE bool
tsfn__channel_push(struct tsfn__channel *self, const void *item, size_t size,
                   unsigned char kind) {
  if (!tsfn__queue_own(&self->queue, item, size, kind, &self->is_hot) &&
      !tsfn__channel_add(self, item, size, kind))
    return false;
  atomic_signal_fence(memory_order_seq_cst); /* the hot pair, see the top */
  tsfn__channel_schedule(self);
  return true;
}

tsfn_status tsfn__channel_acquire(struct tsfn__channel *self);
tsfn_status tsfn__channel_release(struct tsfn__channel *self);
tsfn_status tsfn__channel_abort(struct tsfn__channel *self);

/* A library thread has ended: brings the loop, which joins it, and gives its
   use back. */
void tsfn__channel_end_thread(struct tsfn__channel *self);

/* --- loop thread --------------------------------------------------------- */

/* Only while scheduled, as after ops->wake or MORE. */
enum tsfn__drain tsfn__channel_drain(struct tsfn__channel *self,
                                     struct tsfn__budget *budget);

/* Inside ops->deliver, when peek shows nothing: takes what has come since, as
   much as is worth it. False: nothing. */
bool tsfn__channel_take_more(struct tsfn__channel *self);

/* Inside ops->deliver: the first `count` slots of the run that peek showed have
   ended. Calls ops->complete once for all of them; they end here and in
   tsfn__channel_consume, and nowhere else. */
void tsfn__channel_complete(struct tsfn__channel *self,
                            const struct tsfn__run *run, size_t count,
                            tsfn_completion how);

/* Inside ops->deliver: the first `count` slots in the queue have ended, and the
   caller has done what ops->complete would have. */
void tsfn__channel_consume(struct tsfn__channel *self, size_t count,
                           tsfn_completion how);

/* JavaScript can run no longer: closes. What is still queued completes in the
   next drain, as `how`, or as aborted where the channel is aborted. */
void tsfn__channel_orphan(struct tsfn__channel *self, tsfn_completion how);

/* The environment goes away: closes, completes what is queued as `how` (as
   aborted if it was aborted before), finalizes. Waits for producers that are in
   the middle of a push, for a thread that is just closing and, through
   ops->finalize, for library threads. Nothing is done when it is final already.
   */
void tsfn__channel_shutdown(struct tsfn__channel *self, tsfn_completion how);

#endif
