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

/* Slots of the first block, where a block has more than these. */
#define FIRST_SLOTS 16u

/* Entries of the first directory; it doubles, so the number hardly matters. */
#define DIRECTORY_MIN 4u

static size_t
directory_size(uint64_t entries) {
  return sizeof(struct tsfn__directory) +
         (size_t)entries * sizeof(unsigned char *);
}

TSFN__OS_COLD bool
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
  self->above_mask = ~self->mask;
  size_t slots = (size_t)self->mask + 1;
  self->first = slots > FIRST_SLOTS ? slots - FIRST_SLOTS : 0;
  self->size = slots * (slot_size + 1);
  self->short_size = FIRST_SLOTS * slot_size + slots;
  atomic_init(&self->limit, self->first);
  atomic_init(&self->directory, NULL);
  atomic_init(&self->is_ample, false);
  atomic_init(&self->retired, 0);
  atomic_init(&self->spares, NULL);
  atomic_init(&self->count, 0);
  return tsfn__os_mutex_init(&self->grow_lock);
}

/* --- one block ----------------------------------------------------------- */

/* Whether block `number` is the first, with memory for its last slots only. */
static bool
is_short(const struct tsfn__blocks *self, uint64_t number) {
  return number == 0 && self->first != 0;
}

/* Bytes of a block: slots, and behind them the kinds, of which the short block
   has as many as any other. */
static size_t
block_size(const struct tsfn__blocks *self, bool is_first) {
  return is_first ? self->short_size : self->size;
}

/* Bytes of a block's slots, which lie before its address. */
static size_t
slots_size(const struct tsfn__blocks *self, bool is_first) {
  return block_size(self, is_first) - (size_t)(self->mask + 1);
}

static unsigned char *
allocate_block(struct tsfn__blocks *self, bool is_first) {
  unsigned char *memory =
      tsfn__memory_allocate(self->allocator, block_size(self, is_first));
  if (memory == NULL) return NULL;
  atomic_fetch_add_explicit(&self->count, !is_first, memory_order_relaxed);
  return memory + slots_size(self, is_first);
}

TSFN__OS_OUTLINE static void
release_block(struct tsfn__blocks *self, unsigned char *block, bool is_first) {
  if (block == NULL) return;
  atomic_fetch_sub_explicit(&self->count, !is_first, memory_order_relaxed);
  tsfn__memory_release(self->allocator, block - slots_size(self, is_first),
                       block_size(self, is_first));
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
   appended: all that are allocated but not in use. The short one is neither. */
static uint64_t
spare_count(const struct tsfn__blocks *self) {
  uint64_t retired = atomic_load_explicit(&self->retired, memory_order_relaxed);
  /* Acquire: meets the release in append_block, so that the count is not older
     than the limit. */
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
  uint64_t end = limit >> self->shift;
  if (is_short(self, retired)) retired = 1;
  return atomic_load_explicit(&self->count, memory_order_relaxed) -
         (end > retired ? end - retired : 0);
}

/* --- growing ------------------------------------------------------------- */

/* How many blocks have been retired; their places in the directory may be
   written again. */
static uint64_t
retired_blocks(const struct tsfn__blocks *self) {
  /* Acquire: meets the release in tsfn__blocks_retire. */
  return atomic_load_explicit(&self->retired, memory_order_acquire);
}

/* Replaces the directory by one of twice the size, under grow_lock; `number` is
   that of the next block. False: out of memory, and nothing was changed. */
TSFN__OS_COLD static bool
double_directory(struct tsfn__blocks *self, uint64_t number, uint64_t retired) {
  struct tsfn__directory *old =
      atomic_load_explicit(&self->directory, memory_order_relaxed);
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

/* Makes room in the directory for one more block, under grow_lock. False: out
   of memory, and nothing was changed. */
static bool
directory_make_room(struct tsfn__blocks *self, uint64_t number) {
  const struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_relaxed);
  uint64_t retired = retired_blocks(self);
  return (directory != NULL && number - retired <= directory->mask) ||
         double_directory(self, number, retired);
}

/* Puts a block behind the last one, under grow_lock. The kinds are cleared here
   and not when the block was retired, so that the lines that a producer is
   about to write are at its own processor. False: the directory could not grow,
   and the block is still the caller's. */
static bool
append_block(struct tsfn__blocks *self, uint64_t limit, unsigned char *block) {
  uint64_t number = limit >> self->shift;
  if (!directory_make_room(self, number)) return false;
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_relaxed);
  size_t unused = (size_t)(limit & self->mask);
  memset(block + unused, 0, (size_t)(self->mask + 1) - unused);
  atomic_store_explicit(&directory->blocks[number & directory->mask], block,
                        memory_order_relaxed);
  if (!is_short(self, number))
    /* Set this before the new limit is published. A producer that finds even
       the new limit too close clears it after it has read that limit, so its
       store comes last and wins. A short block is not ample. */
    atomic_store_explicit(&self->is_ample, true, memory_order_relaxed);
  /* Release: who sees the new limit (an acquire in tsfn__blocks_limit) sees the
     block in the directory, and its kinds cleared. */
  atomic_store_explicit(&self->limit, (number + 1) << self->shift,
                        memory_order_release);
  return true;
}

/* A spare is taken first. The lock is given up while the author's allocator
   runs, and so the limit is looked at again afterwards. The short first block
   is never a spare: one for which somebody else's came first, or the directory
   could not grow, is freed. */
tsfn_status
tsfn__blocks_grow(struct tsfn__blocks *self, uint64_t position) {
  tsfn_status status = TSFN_OK;
  tsfn__os_mutex_lock(&self->grow_lock);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  bool is_first = is_short(self, limit >> self->shift);
  unsigned char *block =
      limit <= position && !is_first ? spare_pop(self) : NULL;
  if (limit <= position && block == NULL) {
    tsfn__os_mutex_unlock(&self->grow_lock);
    block = allocate_block(self, is_first);
    if (block == NULL) return TSFN_NO_MEMORY;
    tsfn__os_mutex_lock(&self->grow_lock);
    limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  }
  bool is_late =
      limit > position || is_first != is_short(self, limit >> self->shift);
  if (!is_late && append_block(self, limit, block))
    block = NULL;
  else if (!is_late)
    status = TSFN_NO_MEMORY;
  if (block != NULL && !is_first) {
    spare_push(self, block);
    block = NULL;
  }
  tsfn__os_mutex_unlock(&self->grow_lock);
  release_block(self, block, is_first);
  return status;
}

size_t
tsfn__blocks_memory(const struct tsfn__blocks *self) {
  bool has_short = is_short(self, retired_blocks(self)) &&
                   tsfn__blocks_limit(self) != self->first;
  return atomic_load_explicit(&self->count, memory_order_relaxed) * self->size +
         (has_short ? self->short_size : 0);
}

/* --- consumer ------------------------------------------------------------ */

void
tsfn__blocks_retire(struct tsfn__blocks *self, unsigned char *block) {
  uint64_t retired =
      atomic_load_explicit(&self->retired, memory_order_relaxed) + 1;
  /* Release: meets the acquire in retired_blocks. */
  atomic_store_explicit(&self->retired, retired, memory_order_release);
  bool is_first = is_short(self, retired - 1);
  uint64_t spares = spare_count(self);
  if (!is_first &&
      (spares <= 1 || spares * self->size <= TSFN__BLOCKS_SPARE_MAX_IN_FLOOD))
    spare_push(self, block);
  else
    release_block(self, block, is_first);
}

void
tsfn__blocks_trim(struct tsfn__blocks *self) {
  size_t count = atomic_load_explicit(&self->count, memory_order_relaxed);
  if (count * self->size <= TSFN__BLOCKS_SPARE_MAX) return; /* the usual case */
  uint64_t spares = spare_count(self);
  while (spares > 1 && spares-- * self->size > TSFN__BLOCKS_SPARE_MAX) {
    tsfn__os_mutex_lock(&self->grow_lock);
    unsigned char *block = spare_pop(self);
    tsfn__os_mutex_unlock(&self->grow_lock);
    release_block(self, block, false);
  }
}

TSFN__OS_COLD void
tsfn__blocks_destroy(struct tsfn__blocks *self) {
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_acquire);
  uint64_t end = tsfn__blocks_limit(self) >> self->shift;
  for (uint64_t n = retired_blocks(self); n < end; n++) {
    unsigned char *block = atomic_load_explicit(
        &directory->blocks[n & directory->mask], memory_order_relaxed);
    release_block(self, block, is_short(self, n));
  }
  unsigned char *spare;
  while ((spare = spare_pop(self)) != NULL)
    release_block(self, spare, false);
  while (directory != NULL) {
    struct tsfn__directory *older = directory->older;
    tsfn__memory_release(self->allocator, directory,
                         directory_size(directory->mask + 1));
    directory = older;
  }
  tsfn__os_mutex_destroy(&self->grow_lock);
}
