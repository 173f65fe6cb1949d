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
   one of them sees the other. A final channel stays scheduled, so nobody wakes
   the host for it again.

   Busy: a drain has brought many items. Then the loop thread looks once more
   before it stores false: the producers will send again sooner than a wake
   takes, and each of their pauses would cost them one.

   Hot: the channel has been busy for 16 drains in a row, and its queue has no
   owner, or the barrier for all threads is ready (os.h). Then producers that
   share the queue pass a baton (baton.h), and an owner moves the tail by a
   plain store, which its load of `scheduled` may overtake. So a channel that
   has been hot with an owner turns cold as follows:

       owner                              loop thread
       move the tail                      is_hot = false, scheduled = false
       (compiler fence)                   tsfn__os_barrier_all
       load is_hot                        load the tail
       load scheduled

   The barrier is a full fence somewhere among the owner's instructions. An
   owner whose load of is_hot came before the fence, and was true, has moved the
   tail before it, too: the loop thread sees the move now. An owner that loads
   false moves the tail once more, by a seq_cst store: that is the pair above,
   with this and every later look of the loop thread. An owner that loads the
   true of a later hot time is seen at the end of that time.

   The channel is called by producers and by its host, and calls back through
   the operations. It knows neither Node-API nor what an item means. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/lifecycle.h"
#include "core/park.h"
#include "core/queue.h"

struct tsfn__channel;

/* What the channel asks of its host. None may be NULL. */
struct tsfn__channel_ops {
  /* Any thread that holds a use, a visitor, or the loop thread. Brings the loop
     thread to tsfn__channel_drain. It is called once until that drain. Must not
     block. */
  void (*wake)(struct tsfn__channel *channel);

  /* Loop thread. Peeks, gives items, and completes them, until nothing is left,
     the budget is spent or the channel is aborted. Items that stay come first
     next time. */
  void (*deliver)(struct tsfn__channel *channel, struct tsfn__budget *budget);

  /* Loop thread. The run's items have ended as `how`, in this order; frees what
     they own. All are of one kind. */
  void (*complete)(struct tsfn__channel *channel, const struct tsfn__run *run,
                   tsfn_completion how);

  /* The thread that closes, once: from now on calls are answered TSFN_CLOSING.
     Nothing is joined or finalized before it returns. Must not block. */
  void (*closed)(struct tsfn__channel *channel);

  /* Loop thread, once, after `closed`: every accepted item is complete. Threads
     of the library may still run, and hear of the close. */
  void (*drained)(struct tsfn__channel *channel);

  /* Loop thread, once, last. Joins the threads of the library, and ends what
     belongs to the loop thread. */
  void (*finalize)(struct tsfn__channel *channel);

  /* Any thread, once: nothing keeps the handle any more. Frees it. */
  void (*destroy)(struct tsfn__channel *channel);
};

/* The answer of a drain to its host. */
enum tsfn__drain {
  TSFN__DRAIN_IDLE, /* nothing to do; the next send will wake */
  TSFN__DRAIN_MORE, /* call again, after other functions and events */
  TSFN__DRAIN_FINAL /* finalized, perhaps destroyed: do not touch it again */
};

/* A probe looks on, and takes no part. Loop thread. The items that ended in
   between are the difference of channel->completed. */
struct tsfn__probe {
  void (*drain_begins)(struct tsfn__channel *channel);

  /* `result` FINAL: the channel may be gone; only its address is told. */
  void (*drain_ended)(struct tsfn__channel *channel, enum tsfn__drain result);
};

struct tsfn__channel {
  /* Set once. */
  const struct tsfn__channel_ops *ops;
  uintptr_t loop_thread;

  /* Any thread reads them at each call. They are seldom written, so they have a
     cache line that no other member shares. */
  char line1[64];
  _Atomic(bool) scheduled;
  _Atomic(bool) is_hot; /* written by the loop thread, see the top */
  struct tsfn__lifecycle lifecycle;
  char line2[64];

  struct tsfn__park park;
  struct tsfn__queue queue;

  /* Loop thread. */
  /* How an orphaned channel completes items that are still queued: as the host
     said when it orphaned the channel. An aborted one completes them as
     ABORTED. */
  tsfn_completion orphaned_as;
  uint32_t busy_drains; /* in a row; 0: not busy */
  bool has_left_all;    /* the last drain left its only block, see channel.c */
  bool is_drained;      /* ops->drained was called */
  const struct tsfn__probe *probe; /* NULL: nobody looks on */

  /* Written by the loop thread, read by any. */
  _Atomic(uint64_t) completed[TSFN_COMPLETION_COUNT];
};

/* The deadline of a send that may not wait. */
#define TSFN__NO_WAIT UINT64_C(0)

/* A message: `count` items of `size` bytes, one behind the other. `place` puts
   one of them into a slot, and cannot fail; NULL: the bytes are copied. */
struct tsfn__message {
  const void *items;
  size_t size;
  size_t count;
  unsigned char kind; /* not 0 */
  void (*place)(const struct tsfn__message *message, size_t index, void *slot);
};

/* Loop thread. Makes an open channel with `uses` uses. False: the system had no
   lock left; nothing is held. */
bool tsfn__channel_init(struct tsfn__channel *self,
                        const struct tsfn__channel_ops *ops,
                        const tsfn_allocator *allocator, size_t slot_size,
                        uint64_t bound, size_t uses);

/* Makes the channel lazy, before anyone else sees it. Then the last release
   does not close it: until the loop finds the channel without uses and without
   items, sends are accepted and an acquire gives it uses again. */
void tsfn__channel_make_lazy(struct tsfn__channel *self);

/* Frees the queue and the locks. From ops->destroy, or for a channel that
   nobody has seen yet. */
void tsfn__channel_deinit(struct tsfn__channel *self);

/* --- any thread that holds a use ----------------------------------------- */

/* Sends a message, and waits for room until `deadline`, a time of tsfn__os_now
   (TSFN__NO_WAIT: not at all, TSFN__OS_FOREVER: without end). *accepted is the
   length of the prefix that was queued, on every status. TSFN_QUEUE_FULL,
   TSFN_TIMED_OUT, TSFN_CLOSING, TSFN_NO_MEMORY; TSFN_WOULD_DEADLOCK: it would
   have to wait on the loop thread. */
tsfn_status tsfn__channel_send(struct tsfn__channel *self,
                               const struct tsfn__message *message,
                               uint64_t deadline, size_t *accepted);

/* Asks for a drain: wakes the host, unless somebody has asked before. Never
   blocks. */
static inline void
tsfn__channel_schedule(struct tsfn__channel *self) {
  /* seq_cst: the load half of the pair at the top. */
  if (atomic_load_explicit(&self->scheduled, memory_order_seq_cst)) return;
  if (!atomic_exchange_explicit(&self->scheduled, true, memory_order_seq_cst))
    self->ops->wake(self);
}

/* Adds one item, for one of several producers. The loop thread never adds,
   because an add may have to wait for it. False: nothing was done. */
static inline bool
tsfn__channel_add(struct tsfn__channel *self, const void *item, size_t size,
                  unsigned char kind) {
  bool is_busy = atomic_load_explicit(&self->is_hot, memory_order_relaxed);
  return tsfn__os_thread_self() != self->loop_thread &&
         tsfn__queue_add(&self->queue, item, size, kind, is_busy);
}

/* Sends the bytes of one item the fast way. False: nothing was sent;
   tsfn__channel_send must be asked, which finds out why. */
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

/* The events of lifecycle.h with what each asks of its caller. A release that
   closes, and an abort, close the queue, wake the waiters and call ops->closed
   before they return; the last use of a final channel calls ops->destroy. */
tsfn_status tsfn__channel_acquire(struct tsfn__channel *self);
tsfn_status tsfn__channel_release(struct tsfn__channel *self);
tsfn_status tsfn__channel_abort(struct tsfn__channel *self);

/* Loop thread. Closes as the last release does, although others have uses:
   calls are answered TSFN_CLOSING, and what is queued is delivered. */
void tsfn__channel_shut(struct tsfn__channel *self);

/* A library thread has ended: brings the loop, which joins it, and gives its
   use back. */
void tsfn__channel_end_thread(struct tsfn__channel *self);

/* --- loop thread --------------------------------------------------------- */

/* Drains the channel. Only while it is scheduled: after ops->wake, or after an
   answer of MORE. Never after FINAL. */
enum tsfn__drain tsfn__channel_drain(struct tsfn__channel *self,
                                     struct tsfn__budget *budget);

/* Inside ops->deliver, when peek shows nothing: takes what has come since, if
   that is enough to be worth it. False: nothing was taken. */
bool tsfn__channel_take_more(struct tsfn__channel *self);

/* Inside ops->deliver: the first `count` slots of the run that peek showed have
   ended as `how`. Calls ops->complete once for all of them, and consumes them.
   Items end here and in tsfn__channel_consume, and nowhere else. */
void tsfn__channel_complete(struct tsfn__channel *self,
                            const struct tsfn__run *run, size_t count,
                            tsfn_completion how);

/* Inside ops->deliver: consumes the first `count` slots of the queue, for a
   caller that has done what ops->complete would have. */
void tsfn__channel_consume(struct tsfn__channel *self, size_t count,
                           tsfn_completion how);

/* Closes the channel because JavaScript can run no longer. Items that are still
   queued complete in the next drain, as `how`, or as aborted where the channel
   is aborted. */
void tsfn__channel_orphan(struct tsfn__channel *self, tsfn_completion how);

/* Stops the channel with its environment: closes it, completes what is queued
   as `how` (as aborted if it was aborted before), and calls ops->drained. Waits
   for producers that are in the middle of a push, and for a thread that is just
   closing. Does nothing when the channel is final already, or was stopped. */
void tsfn__channel_stop(struct tsfn__channel *self, tsfn_completion how);

/* Ends the channel with its environment: stops it, and finalizes. Waits,
   through ops->finalize, for threads of the library. Does nothing when the
   channel is final already. */
void tsfn__channel_shutdown(struct tsfn__channel *self, tsfn_completion how);

#endif
