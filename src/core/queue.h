/* SPDX-License-Identifier: MIT */
#ifndef TSFN__QUEUE_H
#define TSFN__QUEUE_H

/* A queue from many producers to one consumer, first in first out, of slots of
   one size, in blocks:

     position    first ... | B ...  2B-1 | 2B ... 3B-1 | 3B ...
     block      [ retired  ] [ o o o * * ] [ * * . * _ ] (not there yet)
                                   ^head   ^taken   ^tail ^limit

     o delivered   * published   . reserved, being written   _ free

     first <= head <= taken <= tail <= limit         all only ever grow

   One word, `tail`, holds the next position and a closed bit. A producer
   reserves positions by moving the tail, writes its slots, and publishes each
   by its kind byte (0: not yet). There are three ways to move the tail:

   reserve  with a compare-and-swap, which succeeds only while the queue is
            open, below the bound and below `limit`. So the bound is exact (a
            reservation at tail t succeeds only if t + n <= taken + bound for a
            `taken` that was read before it, and taken only grows), and out of
            memory is found before anything was reserved.
   add      with a fetch-and-add, which takes half the time, for a queue without
            a bound. An add reserves before it knows whether the queue is open
            and has memory. If the queue turns out to be closed, the add takes
            its position back; nobody will use that position, or any after it.
            If the position is beyond `limit`, the add waits for memory. This
            happens only when memory has run out while more producers are in
            the middle of an add than half a block has slots. For each add keeps
            half a block ahead, and a producer that cannot, or whose reserve
            comes closer to `limit`, clears is_ample, and then the next adds are
            reserves. The wait ends, because the consumer, which never adds, can
            reach every slot before the position and give their blocks back.
   own      with a plain store, which takes half of that again, for a queue
            without a bound whose owner (owner.h) the producer is: nobody else
            moves the tail while the owner is inside. The owner publishes first
            and then moves. The others wait outside; a shared queue has none.

   Closing shares the queue and is exact: the fetch_or of the closed bit has its
   place among the moves of the tail. The positions below it at that moment,
   `final`, are accepted, and no other ever will be.

   The consumer sees reserved positions in order and stops at the first that is
   not published yet; that producer is between two instructions.

   blocks.h has the memory. Apart from an add without memory, a producer waits
   for another thread in three cases only: for the mutex of a new block, for an
   owner between two instructions, and as baton.h says. The channel owns the
   queue, and its host peeks there; the queue knows neither what an item is nor
   who sleeps when it is full. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/baton.h"
#include "core/blocks.h"
#include "core/owner.h"
#include "os/os.h"
#include "tsfn/allocator.h"
#include "tsfn/status.h"

#define TSFN__QUEUE_CLOSED 1u /* in the tail */

/* How far ahead a slot's cache line is asked for, in bytes: about the time that
   the line takes to come from another processor. For slots that are written,
   and for items that are given one by one. */
#define TSFN__QUEUE_AHEAD 512u

struct tsfn__queue {
  uint64_t bound;          /* set once; 0: no bound */
  _Atomic(uint64_t) final; /* of a closed queue; UINT64_MAX: not known yet */
  struct tsfn__blocks blocks;

  /* Any thread. Each word that producers write, or that the consumer writes
     while producers read, has a cache line of its own. */
  char line1[64];
  _Atomic(uint64_t) tail; /* position << 1 | closed */
  char line2[64];
  struct tsfn__owner owner;

  /* Producers that add to a busy queue. */
  char line3[64];
  struct tsfn__baton baton;

  /* The owner, while it is inside: where the tail's slot is. */
  char line4[64];
  unsigned char *own_slot;
  _Atomic(unsigned char) *own_kind;
  uint64_t own_left; /* slots from there on; 0: look again */

  char line5[64];
  _Atomic(uint64_t) taken; /* stored by the consumer, once for each drain */
  char line6[64];

  /* Consumer; head is read by statistics. */
  _Atomic(uint64_t) head;
  unsigned char *head_block; /* the block of `head`; NULL: look it up */
};

/* Slots that lie one behind the other in one block, all published and of one
   kind. */
struct tsfn__run {
  unsigned char *slots;
  const unsigned char *kinds; /* one for each slot, all the same, not 0 */
  size_t count;
};

/* Reserved positions: their slots are the caller's until it publishes them. */
struct tsfn__reservation {
  uint64_t position;
  size_t count;
};

/* Loop thread. Makes an empty, open queue, which allocates nothing yet.
   `slot_size` > 0, a multiple of 8. False: no mutex could be had, and nothing
   is held. */
bool tsfn__queue_init(struct tsfn__queue *self, const tsfn_allocator *allocator,
                      size_t slot_size, uint64_t bound);

static inline size_t
tsfn__queue_slot_size(const struct tsfn__queue *self) {
  return self->blocks.slot_size;
}

/* The last user. Frees all memory. All items must have been consumed. */
void tsfn__queue_destroy(struct tsfn__queue *self);

/* --- producers: any thread ----------------------------------------------- */

/* Reserves from 1 to `want` positions that follow each other. TSFN_QUEUE_FULL,
   TSFN_CLOSING, TSFN_NO_MEMORY: nothing was reserved. Does not wait for
   room; calls the allocator for a new block. */
tsfn_status tsfn__queue_reserve(struct tsfn__queue *self, size_t want,
                                struct tsfn__reservation *out);

/* The slots of a reservation's first positions, as far as they lie in one
   block. */
struct tsfn__slots {
  unsigned char *memory;
  _Atomic(unsigned char) *kinds;
  size_t count; /* at most the reservation's */
};

/* Answers the slots of the first positions of `from`. A caller with more moves
   `from` on and asks again. */
struct tsfn__slots tsfn__queue_slots(struct tsfn__queue *self,
                                     const struct tsfn__reservation *from);

/* Publishes a written slot: it is the consumer's from now on. `kind` != 0. */
static inline void
tsfn__queue_publish(_Atomic(unsigned char) *slot_kind, unsigned char kind) {
  /* Release: the slot's bytes come before it; meets the acquire in peek. */
  atomic_store_explicit(slot_kind, kind, memory_order_release);
}

/* Publishes all of these slots, which have been written. */
void tsfn__queue_publish_all(const struct tsfn__slots *slots,
                             unsigned char kind);

/* The owner, inside, when own_left is 0: looks up the tail's slot. False: there
   is no block for it yet. */
bool tsfn__queue_own_slowly(struct tsfn__queue *self);

/* Copies `size` bytes into the slot and publishes it. A line further on, which
   is still at the consumer's processor, is asked for before it is needed: the
   next locked instruction waits for our stores, and they wait for their
   lines. */
static inline void
tsfn__queue_write(unsigned char *slot, _Atomic(unsigned char) *slot_kind,
                  const void *item, size_t size, unsigned char kind) {
  tsfn__os_prefetch_write(slot + TSFN__QUEUE_AHEAD);
  if (size == sizeof(uint64_t))
    memcpy(slot, item, sizeof(uint64_t)); /* one load, one store */
  else
    memcpy(slot, item, size);
  tsfn__queue_publish(slot_kind, kind);
}

/* Adds one item: reserves with a fetch-and-add, copies and publishes.
   `is_busy`: several threads do so all the time, and the call may wait for a
   moment (baton.h). False: the item must go another way, nothing was done;
   tsfn__queue_reserve finds out why. */
bool tsfn__queue_add(struct tsfn__queue *self, const void *item, size_t size,
                     unsigned char kind, bool is_busy);

/* As tsfn__queue_add, for the queue's owner, with a plain store. While
   `*is_watched` is true the consumer promises: before it next concludes that
   the queue is empty, it clears the flag and calls tsfn__os_barrier_all. So our
   store cannot be missed. If the flag is already false when we read it, we
   store the tail again, as seq_cst. Read the flag only after the first store:
   an earlier `true` may belong to a promise that has expired. channel.h draws
   the pair. */
TSFN__OS_INLINE bool
tsfn__queue_own(struct tsfn__queue *self, const void *item, size_t size,
                unsigned char kind, const _Atomic(bool) *is_watched) {
  struct tsfn__tenure *own =
      tsfn__owner_enter(&self->owner, tsfn__os_thread_self());
  if (own == NULL) return false;
  bool has_room = self->own_left != 0 || tsfn__queue_own_slowly(self);
  if (has_room) {
    uint64_t tail = atomic_load_explicit(&self->tail, memory_order_relaxed) + 2;
    tsfn__queue_write(self->own_slot, self->own_kind++, item, size, kind);
    self->own_slot += self->blocks.slot_size;
    self->own_left--;
    atomic_store_explicit(&self->tail, tail, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    /* Nobody watches: repeat the store, now as seq_cst. */
    if (!atomic_load_explicit(is_watched, memory_order_relaxed))
      TSFN__OS_STORE_SEQ_CST(&self->tail, tail);
  }
  tsfn__owner_leave(own);
  return has_room;
}

/* True while a reservation would be answered TSFN_QUEUE_FULL. seq_cst: the
   loads pair with tsfn__queue_take's store, see park.h. */
bool tsfn__queue_is_full(const struct tsfn__queue *self);

/* Closes the queue: from here on reservations are answered TSFN_CLOSING. Waits
   for an owner between two instructions. Idempotent. */
void tsfn__queue_close(struct tsfn__queue *self);

bool tsfn__queue_is_closed(const struct tsfn__queue *self);

/* --- consumer ------------------------------------------------------------ */

/* Takes all reserved items, at most `bound` ahead of the head; room opens for
   as many others. Answers how many are taken and not consumed. */
uint64_t tsfn__queue_take(struct tsfn__queue *self);

/* Takes whole blocks only, and leaves the block that producers are filling, so
   that nobody reads the lines that they write. For a queue without a bound.
   *all is false when something was left. Answers as tsfn__queue_take does. */
uint64_t tsfn__queue_take_whole(struct tsfn__queue *self, bool *all);

/* How many items have ever been taken. */
static inline uint64_t
tsfn__queue_taken(const struct tsfn__queue *self) {
  return atomic_load_explicit(&self->taken, memory_order_relaxed) -
         self->blocks.first;
}

/* Answers the published slots of one kind from `skip` slots behind the head on,
   as far as they are taken and lie in one block. The `skip` slots before them
   were peeked. A count of 0 with items taken: the next producer is still
   writing. */
struct tsfn__run tsfn__queue_peek_behind(struct tsfn__queue *self,
                                         uint64_t skip);

/* Answers them from the head on. */
static inline struct tsfn__run
tsfn__queue_peek(struct tsfn__queue *self) {
  return tsfn__queue_peek_behind(self, 0);
}

/* Answers the first of `count` slots from `skip` behind the head on, as far as
   they lie in one block. Peeks have shown all of them, and all of one kind, so
   their kinds are not looked at again. */
struct tsfn__run tsfn__queue_peek_again(struct tsfn__queue *self, uint64_t skip,
                                        size_t count);

/* Consumes the first `count` slots of those that peek showed, within one block.
   Their memory may be used again. */
void tsfn__queue_consume(struct tsfn__queue *self, size_t count);

/* True when every position below the tail was consumed. seq_cst: see
   channel.c's use of it. */
bool tsfn__queue_is_drained(const struct tsfn__queue *self);

/* --- any thread: a moment's values --------------------------------------- */

/* How many items have ever been accepted, and consumed. */

uint64_t tsfn__queue_accepted(const struct tsfn__queue *self);
uint64_t tsfn__queue_consumed(const struct tsfn__queue *self);

#endif
