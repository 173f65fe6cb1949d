/* SPDX-License-Identifier: MIT */
#include "core/channel.h"

#include <string.h>

/* Items in a drain that make a channel busy, and that keep it so. In a channel
   with a smaller bound they are all that may wait, and half of them. A turn of
   the loop costs as much as a few hundred pushes, and a wake as much again. */
#define BUSY_FROM 128u
#define BUSY_DOWN_TO 32u

/* Busy drains in a row that make a channel hot. To turn cold costs a barrier,
   which must be little beside what those drains have brought. */
#define HOT_FROM 16u

bool
tsfn__channel_init(struct tsfn__channel *self,
                   const struct tsfn__channel_ops *ops,
                   const tsfn_allocator *allocator, size_t slot_size,
                   uint64_t bound, size_t uses) {
  self->ops = ops;
  self->loop_thread = tsfn__os_thread_self();
  tsfn__lifecycle_init(&self->lifecycle, uses);
  atomic_init(&self->scheduled, false);
  atomic_init(&self->is_hot, false);
  self->orphaned_as = TSFN_COMPLETION_CANNOT_RUN_JS;
  self->busy_drains = 0;
  self->has_left_all = false;
  self->is_drained = false;
  self->probe = NULL;
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    atomic_init(&self->completed[i], 0);
  if (!tsfn__park_init(&self->park)) return false;
  if (tsfn__queue_init(&self->queue, allocator, slot_size, bound)) return true;
  tsfn__park_destroy(&self->park);
  return false;
}

void
tsfn__channel_make_lazy(struct tsfn__channel *self) {
  tsfn__lifecycle_make_lazy(&self->lifecycle);
}

void
tsfn__channel_deinit(struct tsfn__channel *self) {
  tsfn__queue_destroy(&self->queue);
  tsfn__park_destroy(&self->park);
}

/* --- any thread ---------------------------------------------------------- */

/* The park's question: whether a producer must wait for room. */
static bool
must_wait(void *subject) {
  struct tsfn__channel *self = subject;
  return tsfn__queue_is_full(&self->queue);
}

/* The slow path of a send that found the queue full. TSFN_OK: try again. */
static tsfn_status
wait_for_room(struct tsfn__channel *self, uint64_t deadline) {
  if (deadline == TSFN__NO_WAIT) return TSFN_QUEUE_FULL;
  if (tsfn__os_thread_self() == self->loop_thread) return TSFN_WOULD_DEADLOCK;
  switch (tsfn__park_wait(&self->park, deadline, must_wait, self)) {
  case TSFN__PARK_TIMED_OUT:
    return TSFN_TIMED_OUT;
  case TSFN__PARK_FAILED:
    return TSFN_NO_MEMORY;
  default:
    return TSFN_OK;
  }
}

/* Writes a message's items from `index` on into reserved slots of one block. */
static void
place_all(struct tsfn__channel *self, const struct tsfn__message *message,
          size_t index, const struct tsfn__slots *slots) {
  size_t slot_size = tsfn__queue_slot_size(&self->queue), size = message->size;
  const char *from = (const char *)message->items + index * size;
  if (message->place != NULL) {
    for (size_t i = 0; i < slots->count; i++)
      message->place(message, index + i, slots->memory + i * slot_size);
  } else if (size == slot_size) {
    memcpy(slots->memory, from, size * slots->count);
  } else {
    for (size_t i = 0; i < slots->count; i++)
      memcpy(slots->memory + i * slot_size, from + i * size, size);
  }
}

/* Writes and publishes what was reserved, block by block. */
static void
place_and_publish(struct tsfn__channel *self,
                  const struct tsfn__message *message, size_t index,
                  struct tsfn__reservation place) {
  while (place.count != 0) {
    struct tsfn__slots slots = tsfn__queue_slots(&self->queue, &place);
    place_all(self, message, index, &slots);
    tsfn__queue_publish_all(&slots, message->kind);
    index += slots.count;
    place.position += slots.count;
    place.count -= slots.count;
  }
}

tsfn_status
tsfn__channel_send(struct tsfn__channel *self,
                   const struct tsfn__message *message, uint64_t deadline,
                   size_t *accepted) {
  struct tsfn__reservation place;
  bool has_waited = false;
  tsfn_status status = TSFN_OK;
  *accepted = 0;
  while (*accepted < message->count) {
    status =
        tsfn__queue_reserve(&self->queue, message->count - *accepted, &place);
    if (status == TSFN_OK) {
      place_and_publish(self, message, *accepted, place);
      *accepted += place.count;
      tsfn__channel_schedule(self);
      continue;
    }
    if (status == TSFN_QUEUE_FULL) {
      has_waited = true;
      status = wait_for_room(self, deadline);
    }
    if (status != TSFN_OK) break;
  }
  /* A granted waiter that leaves without filling the room hands its grant to
     the next one. */
  if (status == TSFN_NO_MEMORY && has_waited) tsfn__park_grant(&self->park, 1);
  return status;
}

/* Does what an event that closes asks of its caller: [close] and [look] in
   lifecycle.h. Where another thread closes at this moment the queue is closed
   here too, so that no call is accepted after the caller's event. */
TSFN__OS_OUTLINE static void
follow_close(struct tsfn__channel *self, enum tsfn__lifecycle_next next) {
  if (next == TSFN__LIFECYCLE_NOTHING) return;
  tsfn__queue_close(&self->queue);
  tsfn__park_grant_all(&self->park);
  if (next == TSFN__LIFECYCLE_CLOSE) {
    self->ops->closed(self);
    tsfn__lifecycle_tell(&self->lifecycle);
  }
  tsfn__channel_schedule(self);
}

tsfn_status
tsfn__channel_acquire(struct tsfn__channel *self) {
  return tsfn__lifecycle_acquire(&self->lifecycle);
}

tsfn_status
tsfn__channel_release(struct tsfn__channel *self) {
  enum tsfn__lifecycle_next next;
  tsfn_status status = tsfn__lifecycle_release(&self->lifecycle, &next);
  if (next == TSFN__LIFECYCLE_CLOSE) {
    follow_close(self, next);
    tsfn__lifecycle_release(&self->lifecycle, &next);
  } else if (next == TSFN__LIFECYCLE_VISIT) {
    tsfn__channel_schedule(self);
    tsfn__lifecycle_leave(&self->lifecycle);
  }
  if (next == TSFN__LIFECYCLE_FREE) self->ops->destroy(self);
  return status;
}

tsfn_status
tsfn__channel_abort(struct tsfn__channel *self) {
  follow_close(self, tsfn__lifecycle_abort(&self->lifecycle));
  return TSFN_OK;
}

void
tsfn__channel_shut(struct tsfn__channel *self) {
  follow_close(self, tsfn__lifecycle_shut(&self->lifecycle));
}

/* The order is that of lifecycle.h: off the threads, then bring the loop, then
   the use. */
void
tsfn__channel_end_thread(struct tsfn__channel *self) {
  tsfn__lifecycle_end(&self->lifecycle);
  tsfn__channel_schedule(self);
  tsfn__channel_release(self);
}

/* --- loop thread --------------------------------------------------------- */

/* Only the loop thread counts, so a load and a store will do. */
static inline void
count_and_consume(struct tsfn__channel *self, size_t count,
                  tsfn_completion how) {
  uint64_t sum =
      atomic_load_explicit(&self->completed[how], memory_order_relaxed) + count;
  atomic_store_explicit(&self->completed[how], sum, memory_order_relaxed);
  tsfn__queue_consume(&self->queue, count);
}

void
tsfn__channel_complete(struct tsfn__channel *self, const struct tsfn__run *run,
                       size_t count, tsfn_completion how) {
  struct tsfn__run ended = {run->slots, run->kinds, count};
  self->ops->complete(self, &ended, how);
  count_and_consume(self, count, how);
}

void
tsfn__channel_consume(struct tsfn__channel *self, size_t count,
                      tsfn_completion how) {
  count_and_consume(self, count, how);
}

/* Takes what was reserved, which makes room, and wakes as many waiters as there
   is room for. */
static void
take(struct tsfn__channel *self) {
  uint64_t bound = self->queue.bound;
  uint64_t left = tsfn__queue_take(&self->queue);
  if (bound == 0) return;
  uint64_t accepted = tsfn__queue_accepted(&self->queue);
  uint64_t taken = tsfn__queue_consumed(&self->queue) + left;
  uint64_t used = accepted - taken;
  tsfn__park_grant(&self->park, used < bound ? bound - used : 0);
}

/* Takes for a drain. In a busy channel without a bound it leaves the block that
   is being filled, but not in two drains in a row when that was all there was.
   False: something was left. */
static bool
take_for_drain(struct tsfn__channel *self) {
  bool all = true;
  uint64_t taken = 0;
  if (self->busy_drains == 0 || self->queue.bound != 0 || self->has_left_all)
    take(self);
  else
    taken = tsfn__queue_take_whole(&self->queue, &all);
  self->has_left_all = !all && taken == 0;
  return all;
}

/* A drain that chased its producers item by item would cost both sides more
   than a turn of the loop. So it takes whole blocks, or three quarters of a
   bound. */
bool
tsfn__channel_take_more(struct tsfn__channel *self) {
  struct tsfn__queue *queue = &self->queue;
  uint64_t before = tsfn__queue_taken(queue), bound = queue->bound;
  bool all;
  if (bound == 0)
    tsfn__queue_take_whole(queue, &all);
  else if (tsfn__queue_accepted(queue) - before >= bound - bound / 4)
    take(self);
  return tsfn__queue_taken(queue) != before;
}

/* Completes all taken items that are published. False: some are left whose
   producers are still writing, or that were reserved since. */
static bool
complete_all(struct tsfn__channel *self, tsfn_completion how) {
  for (;;) {
    struct tsfn__run run = tsfn__queue_peek(&self->queue);
    if (run.count == 0) break;
    tsfn__channel_complete(self, &run, run.count, how);
  }
  return tsfn__queue_is_drained(&self->queue);
}

/* Whether a lazy channel has neither uses nor items. An item that slips in
   before the queue is closed is seen by the look after that. */
static bool
can_expire(const struct tsfn__channel *self) {
  return tsfn__lifecycle_can_expire(&self->lifecycle) &&
         tsfn__queue_is_drained(&self->queue);
}

/* Whether nothing can come any more and nothing is left. */
static bool
can_finish(const struct tsfn__channel *self) {
  return tsfn__lifecycle_can_finish(&self->lifecycle) &&
         tsfn__queue_is_drained(&self->queue);
}

/* Whether a drain would find something to do in an empty queue. */
static bool
wants_look(const struct tsfn__channel *self) {
  return !tsfn__lifecycle_is_quiet(&self->lifecycle) &&
         (can_expire(self) || can_finish(self) ||
          tsfn__lifecycle_is_visited(&self->lifecycle));
}

/* Calls ops->drained once, when the queue is closed and empty. It is closed
   when the close is told, so no item comes after this. */
static void
note_drained(struct tsfn__channel *self) {
  if (self->is_drained || !tsfn__lifecycle_is_told(&self->lifecycle) ||
      !tsfn__queue_is_drained(&self->queue))
    return;
  self->is_drained = true;
  self->ops->drained(self);
}

/* Finalizes the channel. The finish of the lifecycle is this thread's last
   event on it. */
static void
finish(struct tsfn__channel *self) {
  enum tsfn__lifecycle_next next;
  note_drained(self); /* the close may have been told since it last looked */
  self->ops->finalize(self);
  tsfn__lifecycle_finish(&self->lifecycle, &next);
  if (next == TSFN__LIFECYCLE_FREE) self->ops->destroy(self);
}

/* How items complete that are queued in a channel which is aborted or
   orphaned. */
static tsfn_completion
stopped_as(const struct tsfn__channel *self) {
  return tsfn__lifecycle_is_aborted(&self->lifecycle) ? TSFN_COMPLETION_ABORTED
                                                      : self->orphaned_as;
}

/* A busy drain has ended. An owner is faster from when the barrier is ready,
   and once more in a hot channel. Producers that share the queue need no
   barrier; in a hot channel they take turns (queue.h). */
static void
note_busy(struct tsfn__channel *self) {
  bool needs_barrier = !tsfn__owner_is_shared(&self->queue.owner);
  if (needs_barrier && !tsfn__os_barrier_is_ready())
    tsfn__os_barrier_start();
  else if (self->busy_drains >= HOT_FROM)
    atomic_store_explicit(&self->is_hot, true, memory_order_relaxed);
}

/* Counts busy drains, and turns the channel hot. Answers whether to look once
   more before the next send must wake: the top of channel.h. */
static bool
note_drain(struct tsfn__channel *self, uint64_t brought) {
  bool was_busy = self->busy_drains != 0;
  uint64_t least = was_busy ? BUSY_DOWN_TO : BUSY_FROM;
  uint64_t bound = self->queue.bound;
  if (bound != 0 && bound < BUSY_FROM) {
    uint64_t share = was_busy ? (bound + 1) / 2 : bound;
    if (least > share) least = share;
  }
  self->busy_drains = brought < least ? 0 : self->busy_drains + 1;
  if (self->busy_drains == 0) return false;
  note_busy(self);
  return true;
}

/* Ends a schedule because nothing is left: the next send will wake. False:
   something came meanwhile, and this thread must see to it. */
static bool
unschedule(struct tsfn__channel *self) {
  bool was_hot = atomic_load_explicit(&self->is_hot, memory_order_relaxed);
  atomic_store_explicit(&self->is_hot, false, memory_order_relaxed);
  /* seq_cst, as are the loads below: the top of channel.h. */
  TSFN__OS_STORE_SEQ_CST(&self->scheduled, false);
  if (was_hot && !tsfn__owner_is_shared(&self->queue.owner))
    tsfn__os_barrier_all();
  if (tsfn__queue_is_drained(&self->queue) && !wants_look(self)) return true;
  return atomic_exchange_explicit(&self->scheduled, true, memory_order_seq_cst);
}

/* Does the part of a drain that only a life near its end needs. True: the
   channel is final. */
TSFN__OS_OUTLINE static bool
end_life(struct tsfn__channel *self) {
  if (tsfn__lifecycle_is_stopped(&self->lifecycle)) {
    tsfn__queue_close(&self->queue);
    take(self);
    complete_all(self, stopped_as(self));
  }
  if (can_expire(self))
    follow_close(self, tsfn__lifecycle_expire(&self->lifecycle));
  note_drained(self);
  if (can_finish(self)) {
    finish(self);
    return true;
  }
  if (tsfn__lifecycle_is_visited(&self->lifecycle)) tsfn__os_yield();
  return false;
}

/* Takes, delivers, and decides what comes next; docs/channel.md has the
   reasons. */
TSFN__OS_OUTLINE static enum tsfn__drain
drain(struct tsfn__channel *self, struct tsfn__budget *budget) {
  uint64_t before = tsfn__queue_consumed(&self->queue);
  bool has_all = take_for_drain(self);
  if (!tsfn__lifecycle_is_stopped(&self->lifecycle))
    self->ops->deliver(self, budget);
  if (!tsfn__lifecycle_is_quiet(&self->lifecycle) && end_life(self))
    return TSFN__DRAIN_FINAL;
  uint64_t brought = tsfn__queue_consumed(&self->queue) - before;
  if (!has_all && brought == 0) return TSFN__DRAIN_MORE;
  if (note_drain(self, brought)) return TSFN__DRAIN_MORE;
  if (!tsfn__queue_is_drained(&self->queue)) {
    /* Nothing was published: the producer needs the processor more than this
       thread does. */
    if (brought == 0) tsfn__os_yield();
    return TSFN__DRAIN_MORE;
  }
  tsfn__blocks_trim(&self->queue.blocks);
  return unschedule(self) ? TSFN__DRAIN_IDLE : TSFN__DRAIN_MORE;
}

enum tsfn__drain
tsfn__channel_drain(struct tsfn__channel *self, struct tsfn__budget *budget) {
  const struct tsfn__probe *probe = self->probe;
  if (probe == NULL) return drain(self, budget);
  probe->drain_begins(self);
  enum tsfn__drain result = drain(self, budget);
  probe->drain_ended(self, result);
  return result;
}

void
tsfn__channel_orphan(struct tsfn__channel *self, tsfn_completion how) {
  enum tsfn__lifecycle_next next = tsfn__lifecycle_orphan(&self->lifecycle);
  if (next != TSFN__LIFECYCLE_NOTHING) self->orphaned_as = how;
  follow_close(self, next);
}

void
tsfn__channel_stop(struct tsfn__channel *self, tsfn_completion how) {
  if (tsfn__lifecycle_is_final(&self->lifecycle)) return;
  /* The channel stays scheduled from here on, so that no producer wakes the
     host for it again. */
  TSFN__OS_STORE_SEQ_CST(&self->scheduled, true);
  tsfn__channel_orphan(self, how);
  while (!tsfn__lifecycle_is_told(&self->lifecycle))
    tsfn__os_yield();
  do {
    take(self);
    if (complete_all(self, stopped_as(self))) break;
    tsfn__os_yield();
  } while (true);
  note_drained(self);
}

void
tsfn__channel_shutdown(struct tsfn__channel *self, tsfn_completion how) {
  if (tsfn__lifecycle_is_final(&self->lifecycle)) return;
  tsfn__channel_stop(self, how);
  while (tsfn__lifecycle_is_visited(&self->lifecycle))
    tsfn__os_yield();
  finish(self);
}
