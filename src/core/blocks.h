/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BLOCKS_H
#define TSFN__BLOCKS_H

/* The memory of a queue: blocks of slots, found by position.

     position   0 ...  B-1 | B ...  2B-1 | 2B ... 3B-1 | 3B ...
     block     [ retired  ] [ in use    ] [ in use    ] (not there yet)
                                                       ^limit

   A position finds its block through the directory, a ring of block pointers.
   A producer looks there only for positions that it has reserved and not yet
   published; the block of such a position cannot have been retired, because
   the consumer retires a block after it has consumed all of its positions.
   So no block is ever touched by a thread that could find it freed, and blocks
   are freed without epochs or hazard pointers.

   Adding a block takes a mutex, once in B pushes (as malloc would); the mutex
   is held to clear the block's kinds and for a few pointer writes, and never
   while allocating a block (a larger directory is). */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/os.h"
#include "tsfn/allocator.h"
#include "tsfn/status.h"

/* A ring of block pointers. When the blocks in use no longer fit, a ring of
   twice the size takes over; the older ones stay, since a producer may be about
   to read its block's address there, until the queue is destroyed. All together
   they are smaller than the last. */
struct tsfn__directory {
  struct tsfn__directory *older;
  uint64_t mask;
  _Atomic(unsigned char *) blocks[];
};

/* Bytes of blocks that wait for their next use: those of an idle queue, and
   those of a queue in a flood, where producers run ahead of the loop by some
   megabytes and back. New memory is dear: each page of it is a fault, and the C
   library gives freed pages back to the system at once. One block at least. */
#define TSFN__BLOCKS_SPARE_MAX 65536u
#define TSFN__BLOCKS_SPARE_MAX_IN_FLOOD 16777216u

struct tsfn__blocks {
  /* Set once. */
  const tsfn_allocator *allocator;
  size_t slot_size;   /* a multiple of 8 */
  size_t size;        /* of a block, bytes */
  size_t data_offset; /* of the slots in a block, behind the kind bytes */
  unsigned shift;     /* a block has 1 << shift slots */
  uint64_t mask;      /* slots in a block - 1 */

  /* Any thread reads. */
  char line1[64];
  _Atomic(uint64_t) limit; /* positions below it have memory */
  _Atomic(struct tsfn__directory *) directory;
  _Atomic(bool) is_ample; /* a block came, and none was found short since */
  char line2[64];

  /* The consumer retires blocks without the lock, or it would sleep where a
     producer grows at the same moment. */
  _Atomic(uint64_t) retired;       /* by the consumer */
  _Atomic(unsigned char *) spares; /* a stack; pop under grow_lock only */
  _Atomic(size_t) count;           /* allocated now, the spares included */
  struct tsfn__os_mutex grow_lock;
};

/* Loop thread. Allocates nothing yet. `slot_size` > 0, a multiple of 8; a block
   has no more slots than `most` needs, 0: any number. False: no mutex could be
   had. */
bool tsfn__blocks_init(struct tsfn__blocks *self,
                       const tsfn_allocator *allocator, size_t slot_size,
                       uint64_t most);

/* The last user. Frees all memory. */
void tsfn__blocks_destroy(struct tsfn__blocks *self);

static inline uint64_t
tsfn__blocks_slots(const struct tsfn__blocks *self) {
  return self->mask + 1;
}

/* --- any thread ---------------------------------------------------------- */

/* Acquire: meets the release of the block that came last. */
static inline uint64_t
tsfn__blocks_limit(const struct tsfn__blocks *self) {
  return atomic_load_explicit(&self->limit, memory_order_acquire);
}

/* Makes the block of `position`, if no one else has: it is then below the
   limit, or below the next one's. Calls the allocator. TSFN_NO_MEMORY: nothing
   was done. */
tsfn_status tsfn__blocks_grow(struct tsfn__blocks *self, uint64_t position);

/* Memory was had last time, and nobody has said otherwise since. A hint. */
static inline bool
tsfn__blocks_is_ample(const struct tsfn__blocks *self) {
  return atomic_load_explicit(&self->is_ample, memory_order_relaxed);
}

/* Until the next block comes. */
static inline void
tsfn__blocks_set_short(struct tsfn__blocks *self) {
  atomic_store_explicit(&self->is_ample, false, memory_order_relaxed);
}

/* Of a position below the limit that is not consumed: see the top. */
static inline unsigned char *
tsfn__blocks_find(const struct tsfn__blocks *self, uint64_t position) {
  /* Acquire: meets the release of a larger one. */
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_acquire);
  return atomic_load_explicit(
      &directory->blocks[(position >> self->shift) & directory->mask],
      memory_order_relaxed);
}

static inline unsigned char *
tsfn__blocks_slot(const struct tsfn__blocks *self, unsigned char *block,
                  uint64_t position) {
  return block + self->data_offset +
         (size_t)(position & self->mask) * self->slot_size;
}

/* 0 until the slot is published. */
static inline _Atomic(unsigned char) *
tsfn__blocks_kind(const struct tsfn__blocks *self, unsigned char *block,
                  uint64_t position) {
  return (_Atomic(unsigned char) *)block + (size_t)(position & self->mask);
}

/* Bytes, at the moment. */
size_t tsfn__blocks_memory(const struct tsfn__blocks *self);

/* --- consumer ------------------------------------------------------------ */

/* The oldest block in use, all of whose positions are consumed: it is kept for
   its next use, or freed. */
void tsfn__blocks_retire(struct tsfn__blocks *self, unsigned char *block);

/* The flood is over: frees spares down to TSFN__BLOCKS_SPARE_MAX. */
void tsfn__blocks_trim(struct tsfn__blocks *self);

#endif
