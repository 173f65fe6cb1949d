/* SPDX-License-Identifier: MIT */
#include "core/blocks.h"

#include <string.h>

#include "core/memory.h"

/* Slots in a block: as many as 32 KiB hold, within 8 and 512, and no more than
   a small bound needs. A block is large enough that the mutex of grow costs
   nothing for each push, and small enough that an idle function with one block
   stays small. */
#define BLOCK_BYTES 32768u
#define SHIFT_MIN 3u
#define SHIFT_MAX 9u

/* Entries of the first directory; it doubles, so the number hardly matters. */
#define DIRECTORY_MIN 4u

static size_t
directory_size(uint64_t entries) {
  return sizeof(struct tsfn__directory) +
         (size_t)entries * sizeof(unsigned char *);
}

bool
tsfn__blocks_init(struct tsfn__blocks *self, const tsfn_allocator *allocator,
                  size_t slot_size, uint64_t most) {
  memset(self, 0, sizeof *self);
  self->allocator = allocator;
  self->slot_size = slot_size;
  self->shift = SHIFT_MIN;
  while (self->shift < SHIFT_MAX &&
         ((size_t)2 << self->shift) * (slot_size + 1) <= BLOCK_BYTES &&
         (most == 0 || (uint64_t)1 << self->shift < most))
    self->shift++;
  self->mask = ((uint64_t)1 << self->shift) - 1;
  self->data_offset = ((size_t)1 << self->shift);
  /* 16 keeps the slots of a block of 8 aligned as its memory is. */
  if (self->data_offset < 16) self->data_offset = 16;
  self->size = self->data_offset + (slot_size << self->shift);
  atomic_init(&self->limit, 0);
  atomic_init(&self->directory, NULL);
  atomic_init(&self->is_ample, false);
  atomic_init(&self->retired, 0);
  atomic_init(&self->spares, NULL);
  atomic_init(&self->count, 0);
  return tsfn__os_mutex_init(&self->grow_lock);
}

/* --- one block ----------------------------------------------------------- */

static unsigned char *
allocate_block(struct tsfn__blocks *self) {
  unsigned char *block = tsfn__memory_allocate(self->allocator, self->size);
  if (block == NULL) return NULL;
  atomic_fetch_add_explicit(&self->count, 1, memory_order_relaxed);
  return block;
}

TSFN__OS_OUTLINE static void
release_block(struct tsfn__blocks *self, unsigned char *block) {
  if (block == NULL) return;
  atomic_fetch_sub_explicit(&self->count, 1, memory_order_relaxed);
  tsfn__memory_release(self->allocator, block, self->size);
}

/* --- spares -------------------------------------------------------------- */

/* Any thread. Pushes a spare; its first bytes become the address of the
   next. */
TSFN__OS_OUTLINE static void
spare_push(struct tsfn__blocks *self, unsigned char *block) {
  unsigned char *next =
      atomic_load_explicit(&self->spares, memory_order_relaxed);
  do
    memcpy(block, &next, sizeof next);
  while (!atomic_compare_exchange_weak_explicit(
      &self->spares, &next, block, memory_order_release,
      memory_order_relaxed)); /* release: meets the acquire in spare_pop */
}

/* Pops a spare, under grow_lock: nobody else pops, so the first spare stays in
   the stack until the exchange, and its next is what it was. NULL: there is
   none. */
TSFN__OS_OUTLINE static unsigned char *
spare_pop(struct tsfn__blocks *self) {
  unsigned char *next;
  unsigned char *block =
      atomic_load_explicit(&self->spares, memory_order_acquire);
  do {
    if (block == NULL) return NULL;
    memcpy(&next, block, sizeof next);
  } while (!atomic_compare_exchange_weak_explicit(
      &self->spares, &block, next, memory_order_acquire, memory_order_acquire));
  return block;
}

/* Consumer. How many blocks are spares, counting those that are about to be
   appended: all that are allocated but not in use. */
static uint64_t
spare_count(const struct tsfn__blocks *self) {
  uint64_t retired = atomic_load_explicit(&self->retired, memory_order_relaxed);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  return atomic_load_explicit(&self->count, memory_order_relaxed) -
         ((limit >> self->shift) - retired);
}

/* --- growing ------------------------------------------------------------- */

/* How many blocks have been retired; their places in the directory may be
   written again. */
static uint64_t
retired_blocks(const struct tsfn__blocks *self) {
  /* Acquire: meets the release in tsfn__blocks_retire. */
  return atomic_load_explicit(&self->retired, memory_order_acquire);
}

/* Makes room in the directory for one more block, under grow_lock. False: out
   of memory, and nothing was changed. */
static bool
directory_make_room(struct tsfn__blocks *self, uint64_t number) {
  struct tsfn__directory *old =
      atomic_load_explicit(&self->directory, memory_order_relaxed);
  uint64_t retired = retired_blocks(self);
  if (old != NULL && number - retired <= old->mask) return true;
  uint64_t entries = old == NULL ? DIRECTORY_MIN : (old->mask + 1) * 2;
  struct tsfn__directory *directory =
      tsfn__memory_allocate_zero(self->allocator, directory_size(entries));
  if (directory == NULL) return false;
  directory->older = old;
  directory->mask = entries - 1;
  for (uint64_t n = retired; n < number; n++)
    atomic_init(&directory->blocks[n & directory->mask],
                atomic_load_explicit(&old->blocks[n & old->mask],
                                     memory_order_relaxed));
  /* Release: meets the acquire in tsfn__blocks_find. */
  atomic_store_explicit(&self->directory, directory, memory_order_release);
  return true;
}

/* Puts a block behind the last one, under grow_lock. The kinds are cleared here
   and not when the block was retired, so that the lines that a producer is
   about to write are at its own processor. TSFN_NO_MEMORY: the directory could
   not grow, and the block is a spare. */
static tsfn_status
append_block(struct tsfn__blocks *self, uint64_t limit, unsigned char *block) {
  uint64_t number = limit >> self->shift;
  if (!directory_make_room(self, number)) {
    spare_push(self, block);
    return TSFN_NO_MEMORY;
  }
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_relaxed);
  memset(block, 0, self->data_offset);
  atomic_store_explicit(&directory->blocks[number & directory->mask], block,
                        memory_order_relaxed);
  /* Set this before the new limit is published. A producer that finds even the
     new limit too close clears it after it has read that limit, so its store
     comes last and wins. */
  atomic_store_explicit(&self->is_ample, true, memory_order_relaxed);
  /* Release: who sees the new limit (an acquire in tsfn__blocks_limit) sees the
     block in the directory, and its kinds cleared. */
  atomic_store_explicit(&self->limit, limit + tsfn__blocks_slots(self),
                        memory_order_release);
  return TSFN_OK;
}

/* A spare is taken first. The lock is given up while the author's allocator
   runs, and so the limit is looked at again afterwards. */
tsfn_status
tsfn__blocks_grow(struct tsfn__blocks *self, uint64_t position) {
  tsfn_status status = TSFN_OK;
  tsfn__os_mutex_lock(&self->grow_lock);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  unsigned char *block = limit <= position ? spare_pop(self) : NULL;
  if (limit <= position && block == NULL) {
    tsfn__os_mutex_unlock(&self->grow_lock);
    block = allocate_block(self);
    if (block == NULL) return TSFN_NO_MEMORY;
    tsfn__os_mutex_lock(&self->grow_lock);
    limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  }
  if (limit <= position)
    status = append_block(self, limit, block);
  else if (block != NULL)
    spare_push(self, block); /* somebody else's block came first */
  tsfn__os_mutex_unlock(&self->grow_lock);
  return status;
}

size_t
tsfn__blocks_memory(const struct tsfn__blocks *self) {
  return atomic_load_explicit(&self->count, memory_order_relaxed) * self->size;
}

/* --- consumer ------------------------------------------------------------ */

void
tsfn__blocks_retire(struct tsfn__blocks *self, unsigned char *block) {
  uint64_t retired =
      atomic_load_explicit(&self->retired, memory_order_relaxed) + 1;
  /* Release: meets the acquire in retired_blocks. */
  atomic_store_explicit(&self->retired, retired, memory_order_release);
  uint64_t spares = spare_count(self);
  if (spares <= 1 || spares * self->size <= TSFN__BLOCKS_SPARE_MAX_IN_FLOOD)
    spare_push(self, block);
  else
    release_block(self, block);
}

void
tsfn__blocks_trim(struct tsfn__blocks *self) {
  uint64_t spares = spare_count(self);
  while (spares > 1 && spares-- * self->size > TSFN__BLOCKS_SPARE_MAX) {
    tsfn__os_mutex_lock(&self->grow_lock);
    unsigned char *block = spare_pop(self);
    tsfn__os_mutex_unlock(&self->grow_lock);
    release_block(self, block);
  }
}

void
tsfn__blocks_destroy(struct tsfn__blocks *self) {
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_acquire);
  uint64_t end = tsfn__blocks_limit(self) >> self->shift;
  for (uint64_t n = retired_blocks(self); n < end; n++)
    release_block(self,
                  atomic_load_explicit(&directory->blocks[n & directory->mask],
                                       memory_order_relaxed));
  unsigned char *spare;
  while ((spare = spare_pop(self)) != NULL)
    release_block(self, spare);
  while (directory != NULL) {
    struct tsfn__directory *older = directory->older;
    tsfn__memory_release(self->allocator, directory,
                         directory_size(directory->mask + 1));
    directory = older;
  }
  tsfn__os_mutex_destroy(&self->grow_lock);
}
