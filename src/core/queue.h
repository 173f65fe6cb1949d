/* SPDX-License-Identifier: MIT */
#ifndef TSFN__QUEUE_H
#define TSFN__QUEUE_H

/* A queue from many producers to one consumer, first in first out, of slots of
   one size, in blocks:

     position   0 ...  B-1 | B ...  2B-1 | 2B ... 3B-1 | 3B ...
     block     [ retired  ] [ o o o * * ] [ * * . * _ ] (not there yet)
                                  ^head   ^taken   ^tail ^limit

     o delivered   * published   . reserved, being written   _ free

     0 <= head <= taken <= tail <= limit         all only ever grow

   One word, `tail`, holds the next position and a closed bit. A producer
   reserves positions by moving the tail, then it writes its slots and publishes
   each by its kind byte (0: not yet). There are three ways to move it:

   reserve  with a compare-and-swap, which only succeeds while the queue is
            open, below the bound and below `limit`; so the bound is exact (a
            reservation at tail t succeeds only if t + n <= taken + bound for a
            `taken` that was read before it, and taken only grows), and out of
            memory is found before anything was reserved.
   add      with a fetch-and-add, twice as fast, for a queue without a bound. It
            reserves before it knows: found closed, it takes its position back
            (nobody will use it, or any after it); found beyond `limit`, it
            waits for memory. That takes more producers in the middle of an add
            than half a block has slots, and no memory at the same time, because
            each add keeps half a block ahead, and whoever cannot, or goes
            beyond it in another way, turns adds into reserves (is_ample). The
            wait ends, since the consumer, who never adds, can reach every slot
            before it and give their blocks back.

   own      with a plain store, twice as fast as that, for a queue without
            a bound whose owner (owner.h) the producer is: nobody else moves
            the tail while it is inside. It publishes first and then moves. The
            others wait outside; once the queue is shared there is no owner.

   Closing shares the queue and is exact: fetch_or of the closed bit orders
   itself among the moves of the tail; the positions below it at that moment,
   `final`, are accepted, and no other ever will be.

   Where the slots are is told in blocks.h. A new block takes a mutex; else a
   push waits for no other thread, but for an owner between two instructions and
   as baton.h says.

   The consumer sees reserved positions in order and stops at the first that is
   not published yet; that producer is between two instructions. */

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

/* Bytes: about the time that a line takes from the other processor. For slots
   that are written, and for those that are shown one by one. */
#define TSFN__QUEUE_AHEAD 512u

struct tsfn__queue {
  uint64_t bound;          /* set once; 0: none */
  _Atomic(uint64_t) final; /* of a closed queue; UINT64_MAX: not known yet */
  struct tsfn__blocks blocks;

  /* Any thread. Each word that producers write, or that the consumer writes
     while producers read, has a cache line of its own. */
  char line1[64];
  _Atomic(uint64_t) tail; /* position << 1 | closed */
  char line2[64];
  struct tsfn__owner owner;

  /* Those who add to a busy queue. */
  char line3[64];
  struct tsfn__baton baton;

  /* The owner, inside. */
  char line4[64];
  unsigned char *own_slot; /* the tail's */
  _Atomic(unsigned char) *own_kind;
  uint64_t own_left; /* slots from there on; 0: look again */

  char line5[64];
  _Atomic(uint64_t) taken; /* stored by the consumer, once for each drain */
  char line6[64];

  /* Consumer; head is read by statistics. */
  _Atomic(uint64_t) head;
  unsigned char *head_block; /* of `head`, NULL: look it up */
};

/* Slots in one run of memory, all published and of one kind. */
struct tsfn__run {
  unsigned char *slots;
  const unsigned char *kinds; /* one for each slot, all the same, not 0 */
  size_t count;
};

/* A place of reserved slots: they are the caller's until it publishes them. */
struct tsfn__reservation {
  uint64_t position;
  size_t count;
};

/* Loop thread. Allocates nothing yet. `slot_size` > 0, a multiple of 8. False:
   no mutex could be had. */
bool tsfn__queue_init(struct tsfn__queue *self, const tsfn_allocator *allocator,
                      size_t slot_size, uint64_t bound);

static inline size_t
tsfn__queue_slot_size(const struct tsfn__queue *self) {
  return self->blocks.slot_size;
}

/* The last user. Frees all memory; the items must have been consumed. */
void tsfn__queue_destroy(struct tsfn__queue *self);

/* --- producers: any thread ----------------------------------------------- */

/* Reserves from 1 to `want` positions in one run. TSFN_QUEUE_FULL,
   TSFN_CLOSING, TSFN_NO_MEMORY: nothing was reserved. Never blocks. */
tsfn_status tsfn__queue_reserve(struct tsfn__queue *self, size_t want,
                                struct tsfn__reservation *out);

/* The reserved, unpublished slots from `position` on that lie in one block. */
struct tsfn__slots {
  unsigned char *memory;
  _Atomic(unsigned char) *kinds;
  size_t count; /* at the most the reservation's */
};

struct tsfn__slots tsfn__queue_slots(struct tsfn__queue *self,
                                     const struct tsfn__reservation *from);

/* Hands a written slot over. `kind` != 0. */
static inline void
tsfn__queue_publish(_Atomic(unsigned char) *slot_kind, unsigned char kind) {
  /* Release: the slot's bytes come before it; meets the acquire in peek. */
  atomic_store_explicit(slot_kind, kind, memory_order_release);
}

/* Hands all written slots over, as publish does. */
void tsfn__queue_publish_all(const struct tsfn__slots *slots,
                             unsigned char kind);

/* The owner, inside, when own_left is 0. False: there is no block yet. */
bool tsfn__queue_own_slowly(struct tsfn__queue *self);

/* Copies `size` bytes into the slot and publishes it. The consumer's processor
   has the line: it is asked for before it is needed, since the next locked
   instruction waits for our stores, and they for the lines. */
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

/* Reserves, copies and publishes, by a fetch-and-add. `is_busy`: others do so
   all the time; then it may wait for a moment, see baton.h. False: not in this
   way, nothing was done; tsfn__queue_reserve knows more. */
bool tsfn__queue_add(struct tsfn__queue *self, const void *item, size_t size,
                     unsigned char kind, bool is_busy);

/* The same for the owner, without a locked instruction while *is_watched: then
   the consumer, before its next look at the tail that matters, sets it to false
   and puts a tsfn__os_barrier_all between that and the look. So the caller's
   next load need not wait for our store. It is read after the store: what was
   true earlier may be of a time that has ended since. */
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
    if (!atomic_load_explicit(is_watched, memory_order_relaxed)) /* once more */
      atomic_store_explicit(&self->tail, tail, memory_order_seq_cst);
  }
  tsfn__owner_leave(own);
  return has_room;
}

/* True while a reservation would be answered TSFN_QUEUE_FULL. seq_cst: the
   loads pair with tsfn__queue_take's store, see park.h. */
bool tsfn__queue_is_full(const struct tsfn__queue *self);

/* From here on reservations are answered TSFN_CLOSING. Idempotent. */
void tsfn__queue_close(struct tsfn__queue *self);

bool tsfn__queue_is_closed(const struct tsfn__queue *self);

/* --- consumer ------------------------------------------------------------ */

/* Takes what was reserved, at most `bound` items ahead of the head: room opens
   for as many. Answers how many are taken and not consumed. */
uint64_t tsfn__queue_take(struct tsfn__queue *self);

/* The same without the block that producers are about to fill, so that nobody
   reads the lines that they write; for a queue without a bound. *all is false
   when something was left. */
uint64_t tsfn__queue_take_whole(struct tsfn__queue *self, bool *all);

/* Up to where. */
static inline uint64_t
tsfn__queue_taken(const struct tsfn__queue *self) {
  return atomic_load_explicit(&self->taken, memory_order_relaxed);
}

/* The published slots of one kind from `skip` slots behind the head on, within
   `taken` and one block; those before them were peeked. A count of 0 with items
   taken: the next producer is still writing. */
struct tsfn__run tsfn__queue_peek_behind(struct tsfn__queue *self,
                                         uint64_t skip);

/* The same from the head on. */
static inline struct tsfn__run
tsfn__queue_peek(struct tsfn__queue *self) {
  return tsfn__queue_peek_behind(self, 0);
}

/* The first of `count` slots from `skip` behind the head on, as far as they lie
   in one block; peeks have shown all of them, and all of one kind. */
struct tsfn__run tsfn__queue_peek_again(struct tsfn__queue *self, uint64_t skip,
                                        size_t count);

/* Consumes `count` slots that peek showed; their memory may be reused. */
void tsfn__queue_consume(struct tsfn__queue *self, size_t count);

/* True when every position below the tail was consumed. seq_cst: see
   channel.c's use of it. */
bool tsfn__queue_is_drained(const struct tsfn__queue *self);

/* --- any thread: a moment's values --------------------------------------- */

uint64_t tsfn__queue_accepted(const struct tsfn__queue *self);
uint64_t tsfn__queue_consumed(const struct tsfn__queue *self);

#endif
