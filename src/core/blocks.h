/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BLOCKS_H
#define TSFN__BLOCKS_H

/* The memory of a queue: blocks of slots, found by position.

     position    B-16...B-1 | B ...  2B-1 | 2B ... 3B-1 | 3B ...
     block      [ retired  ] [ in use    ] [ in use    ] (not there yet)
                                                        ^limit

   Positions begin at `first`, 16 before the end of block 0, so that the first
   block has memory for those 16 only: most functions are called a few times,
   and a whole block of theirs would cost more than the calls. Blocks of 16
   slots and fewer begin at 0.

   In memory the slots of a block come before its kind bytes. A block's address
   is that of the first kind byte, so that the slots and the kinds of the first
   block are found as those of any other:

     slots              kinds
     [ B-2 | B-1 ]      [ (unused) ... | B-2 | B-1 ]
                        ^block

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
   twice the size takes over. The older rings stay until the queue is destroyed,
   since a producer may be about to read its block's address there; all together
   they are smaller than the last. */
struct tsfn__directory {
  struct tsfn__directory *older;
  uint64_t mask;
  _Atomic(unsigned char *) blocks[];
};

/* Bytes of spares, which are blocks that wait for their next use; one block at
   least. The first limit is for an idle queue, the second for one in a flood,
   where producers run ahead of the loop by some megabytes and back. Spares save
   new memory, which is expensive: each page of it is a fault, and the C library
   gives freed pages back to the system at once. */
#define TSFN__BLOCKS_SPARE_MAX 65536u
#define TSFN__BLOCKS_SPARE_MAX_IN_FLOOD 16777216u

struct tsfn__blocks {
  /* Set once. */
  const tsfn_allocator *allocator;
  size_t slot_size;    /* a multiple of 8 */
  size_t size;         /* of a block, bytes */
  size_t short_size;   /* of the short first block, bytes */
  uint64_t first;      /* the first position */
  unsigned shift;      /* a block has 1 << shift slots */
  uint64_t mask;       /* slots in a block - 1 */
  uint64_t above_mask; /* ~mask */

  /* Any thread reads. */
  char line1[64];
  _Atomic(uint64_t) limit; /* positions below it have memory */
  _Atomic(struct tsfn__directory *) directory;
  _Atomic(bool) is_ample; /* a block came, and none was found short since */
  char line2[64];

  /* The consumer retires blocks without the lock: it would sleep where a
     producer grows at the same moment. */
  _Atomic(uint64_t) retired; /* how many blocks; written by the consumer */
  _Atomic(unsigned char *) spares; /* a stack; pop under grow_lock only */
  _Atomic(size_t) count; /* allocated now, the spares included, the short first
                            block not */
  struct tsfn__os_mutex grow_lock;
};

/* Loop thread. Allocates nothing yet. `slot_size` > 0, a multiple of 8. A block
   has no more slots than `most` needs, 0: any number. False: no mutex could be
   had, and nothing is held. */
bool tsfn__blocks_init(struct tsfn__blocks *self,
                       const tsfn_allocator *allocator, size_t slot_size,
                       uint64_t most);

/* The last user. Frees all memory, blocks in use and spares. */
void tsfn__blocks_destroy(struct tsfn__blocks *self);

static inline uint64_t
tsfn__blocks_slots(const struct tsfn__blocks *self) {
  return self->mask + 1;
}

/* --- any thread ---------------------------------------------------------- */

/* The position up to which there is memory. Acquire: meets the release in
   append_block, so that the block is found. */
static inline uint64_t
tsfn__blocks_limit(const struct tsfn__blocks *self) {
  return atomic_load_explicit(&self->limit, memory_order_acquire);
}

/* Adds one block behind the last, unless `position` is below the limit already.
   A caller whose position is further on than one block calls again. Waits for a
   mutex, and calls the allocator. TSFN_NO_MEMORY: no block was added. */
tsfn_status tsfn__blocks_grow(struct tsfn__blocks *self, uint64_t position);

/* Whether the last block could be had, and nobody has found memory short since.
   A hint. */
static inline bool
tsfn__blocks_is_ample(const struct tsfn__blocks *self) {
  return atomic_load_explicit(&self->is_ample, memory_order_relaxed);
}

/* Says that memory is short, which holds until the next block comes. */
static inline void
tsfn__blocks_set_short(struct tsfn__blocks *self) {
  atomic_store_explicit(&self->is_ample, false, memory_order_relaxed);
}

/* Finds the block of a position that is below the limit and not consumed (see
   the top). */
static inline unsigned char *
tsfn__blocks_find(const struct tsfn__blocks *self, uint64_t position) {
  /* Acquire: meets the release in double_directory. */
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_acquire);
  return atomic_load_explicit(
      &directory->blocks[(position >> self->shift) & directory->mask],
      memory_order_relaxed);
}

/* The slot of a position in its block. */
static inline unsigned char *
tsfn__blocks_slot(const struct tsfn__blocks *self, unsigned char *block,
                  uint64_t position) {
  /* The index of the slot, less the number of slots in a block. */
  int64_t index = (int64_t)(position | self->above_mask);
  return block + (ptrdiff_t)index * (ptrdiff_t)self->slot_size;
}

/* The kind byte of a position's slot: 0 until the slot is published. */
static inline _Atomic(unsigned char) *
tsfn__blocks_kind(const struct tsfn__blocks *self, unsigned char *block,
                  uint64_t position) {
  return (_Atomic(unsigned char) *)block + (size_t)(position & self->mask);
}

/* Bytes of all blocks, spares included: a moment's value. Any thread. */
size_t tsfn__blocks_memory(const struct tsfn__blocks *self);

/* --- consumer ------------------------------------------------------------ */

/* Retires the oldest block in use, all of whose positions are consumed: it
   becomes a spare, or is freed. */
void tsfn__blocks_retire(struct tsfn__blocks *self, unsigned char *block);

/* Frees spares down to TSFN__BLOCKS_SPARE_MAX, when a flood is over. */
void tsfn__blocks_trim(struct tsfn__blocks *self);

#endif
