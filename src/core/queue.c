/* SPDX-License-Identifier: MIT */
#include "core/queue.h"

#include "core/memory.h"

#define CLOSED TSFN__QUEUE_CLOSED
#define FINAL_UNKNOWN UINT64_MAX

/* Slots in a block: as many as 32 KiB hold, within 8 and 512, and no more than
   a small bound needs. Large enough that the mutex of grow costs nothing for
   each push; small enough that an idle function with one block stays small. */
#define BLOCK_BYTES 32768u
#define SHIFT_MIN 3u
#define SHIFT_MAX 9u

/* A sanitizer must see each byte's own synchronisation. */
#if defined(__SANITIZE_THREAD__)
#define TSFN__QUEUE_USES_WORDS 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSFN__QUEUE_USES_WORDS 0
#endif
#endif
#if !defined(TSFN__QUEUE_USES_WORDS)
#define TSFN__QUEUE_USES_WORDS 1
#endif

/* A byte, in each byte of a word. */
#define EIGHT_TIMES UINT64_C(0x0101010101010101)

#define DIRECTORY_MIN 4u

/* Items: several drains. More producers than processors would fill memory with
   what the consumer, one thread among many, does not come to. */
#define FAR_BEHIND 16384u

static size_t
directory_size(uint64_t entries) {
  return sizeof(struct tsfn__directory) +
         (size_t)entries * sizeof(unsigned char *);
}

static uint64_t
slots_in_block(const struct tsfn__queue *self) {
  return (uint64_t)1 << self->shift;
}

bool
tsfn__queue_init(struct tsfn__queue *self, const tsfn_allocator *allocator,
                 size_t slot_size, uint64_t bound) {
  memset(self, 0, sizeof *self);
  self->allocator = allocator;
  self->bound = bound;
  self->slot_size = slot_size;
  self->shift = SHIFT_MIN;
  while (self->shift < SHIFT_MAX &&
         ((size_t)2 << self->shift) * (slot_size + 1) <= BLOCK_BYTES &&
         (bound == 0 || slots_in_block(self) < bound))
    self->shift++;
  self->mask = slots_in_block(self) - 1;
  self->data_offset = ((size_t)1 << self->shift);
  if (self->data_offset < 16) self->data_offset = 16; /* aligned slots */
  self->block_size = self->data_offset + (slot_size << self->shift);
  atomic_init(&self->tail, 0);
  atomic_init(&self->limit, 0);
  atomic_init(&self->directory, NULL);
  atomic_init(&self->may_add, false);
  atomic_init(&self->final, FINAL_UNKNOWN);
  atomic_init(&self->taken, 0);
  atomic_init(&self->head, 0);
  atomic_init(&self->blocks, 0);
  tsfn__owner_init(&self->owner, bound == 0);
  atomic_init(&self->baton.holder, 0);
  atomic_init(&self->baton.end, 0);
  return tsfn__os_mutex_init(&self->grow_lock);
}

/* --- blocks -------------------------------------------------------------- */

static _Atomic(unsigned char) *
kind_at(unsigned char *block, uint64_t offset) {
  return (_Atomic(unsigned char) *)block + offset;
}

static unsigned char *
block_allocate(struct tsfn__queue *self) {
  unsigned char *block =
      tsfn__memory_allocate(self->allocator, self->block_size);
  if (block == NULL) return NULL;
  atomic_fetch_add_explicit(&self->blocks, 1, memory_order_relaxed);
  return block;
}

static void
block_release(struct tsfn__queue *self, unsigned char *block) {
  if (block == NULL) return;
  atomic_fetch_sub_explicit(&self->blocks, 1, memory_order_relaxed);
  tsfn__memory_release(self->allocator, block, self->block_size);
}

/* Any thread. The first bytes of a spare are the address of the next. */
static void
spare_push(struct tsfn__queue *self, unsigned char *block) {
  unsigned char *next =
      atomic_load_explicit(&self->spares, memory_order_relaxed);
  do
    memcpy(block, &next, sizeof next);
  while (!atomic_compare_exchange_weak_explicit(
      &self->spares, &next, block, memory_order_release,
      memory_order_relaxed)); /* release: meets the acquire in spare_pop */
}

/* Under grow_lock: so what is the first now stays in the stack until the
   exchange, and its next is what it was. NULL: none. */
static unsigned char *
spare_pop(struct tsfn__queue *self) {
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

static uint64_t
retired_blocks(struct tsfn__queue *self) {
  /* Acquire: meets the release in retire; their places in the directory may be
     written again. */
  return atomic_load_explicit(&self->retired, memory_order_acquire);
}

void
tsfn__queue_destroy(struct tsfn__queue *self) {
  struct tsfn__directory *directory =
      atomic_load_explicit(&self->directory, memory_order_acquire);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
  for (uint64_t n = retired_blocks(self); n < limit >> self->shift; n++)
    block_release(self,
                  atomic_load_explicit(&directory->blocks[n & directory->mask],
                                       memory_order_relaxed));
  unsigned char *spare;
  while ((spare = spare_pop(self)) != NULL)
    block_release(self, spare);
  while (directory != NULL) {
    struct tsfn__directory *older = directory->older;
    tsfn__memory_release(self->allocator, directory,
                         directory_size(directory->mask + 1));
    directory = older;
  }
  tsfn__os_mutex_destroy(&self->grow_lock);
}

/* Under grow_lock. Makes room in the directory for one more block. False: out
   of memory, nothing was changed. */
static bool
directory_make_room(struct tsfn__queue *self, uint64_t number) {
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
  /* Release: meets the acquire in tsfn__queue_block. */
  atomic_store_explicit(&self->directory, directory, memory_order_release);
  return true;
}

/* Under grow_lock. The kinds are cleared here and not when the block was
   retired: so the lines that a producer is about to write are at its own
   processor. */
static tsfn_status
append_block(struct tsfn__queue *self, uint64_t limit, unsigned char *block) {
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
  /* Before the limit: who goes near that forbids adds again, and last. */
  atomic_store_explicit(&self->may_add, self->bound == 0, memory_order_relaxed);
  /* Release: who sees the new limit (reserve's acquire) sees the block in the
     directory, and its kinds cleared. */
  atomic_store_explicit(&self->limit, limit + slots_in_block(self),
                        memory_order_release);
  return TSFN_OK;
}

/* Adds the block of position `position` if no one else has. */
static tsfn_status
grow(struct tsfn__queue *self, uint64_t position) {
  tsfn_status status = TSFN_OK;
  tsfn__os_mutex_lock(&self->grow_lock);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  unsigned char *block = limit <= position ? spare_pop(self) : NULL;
  if (limit <= position && block == NULL) {
    tsfn__os_mutex_unlock(&self->grow_lock);
    block = block_allocate(self);
    if (block == NULL) return TSFN_NO_MEMORY;
    tsfn__os_mutex_lock(&self->grow_lock);
    limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  }
  if (limit <= position)
    status = append_block(self, limit, block);
  else if (block != NULL)
    spare_push(self, block); /* someone else's came first */
  tsfn__os_mutex_unlock(&self->grow_lock);
  return status;
}

/* --- producers ----------------------------------------------------------- */

/* Until the next block: fewer slots than half a block are left behind the tail
   that the caller is about to set. */
static void
forbid_adds(struct tsfn__queue *self) {
  atomic_store_explicit(&self->may_add, false, memory_order_relaxed);
}

/* Inside, or in a shared queue. TSFN_NO_MEMORY: there is no block yet for
   out->position. */
static tsfn_status
reserve(struct tsfn__queue *self, size_t want, struct tsfn__reservation *out) {
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
  for (;;) {
    if (tail & CLOSED) return TSFN_CLOSING;
    uint64_t position = tail >> 1;
    uint64_t count = want;
    if (self->bound != 0) {
      uint64_t taken = atomic_load_explicit(&self->taken, memory_order_acquire);
      if (taken > position) { /* our tail is old */
        tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
        continue;
      }
      uint64_t used = position - taken;
      if (used >= self->bound) return TSFN_QUEUE_FULL;
      if (count > self->bound - used) count = self->bound - used;
    }
    /* Acquire: meets the release in grow. */
    uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
    out->position = position;
    if (position >= limit) return TSFN_NO_MEMORY;
    if (count > limit - position) count = limit - position;
    if (self->bound == 0 && position + count + self->mask / 2 >= limit)
      forbid_adds(self);
    /* seq_cst: the store half of the store-load pair with the consumer's
       "unschedule, then look at the tail" (channel.c). Its release half hands
       limit and directory on to the consumer's acquire of the tail. */
    if (atomic_compare_exchange_weak_explicit(
            &self->tail, &tail, tail + 2 * count, memory_order_seq_cst,
            memory_order_relaxed)) {
      out->count = (size_t)count;
      return TSFN_OK;
    }
    tsfn__os_pause();
  }
}

tsfn_status
tsfn__queue_reserve(struct tsfn__queue *self, size_t want,
                    struct tsfn__reservation *out) {
  tsfn_status status;
  do {
    struct tsfn__tenure *own =
        tsfn__owner_take(&self->owner, tsfn__os_thread_self());
    status = reserve(self, want, out);
    if (own != NULL) {
      self->own_left = 0; /* the tail has moved */
      tsfn__owner_leave(own);
    }
    /* Outside: see tsfn__queue_own_slowly. */
  } while (status == TSFN_NO_MEMORY && grow(self, out->position) == TSFN_OK);
  return status;
}

/* Lets the consumer have the processor if it is far behind `position`. */
static void
yield_to_consumer(struct tsfn__queue *self, uint64_t position) {
  uint64_t taken = tsfn__queue_taken(self);
  if (position > taken && position - taken > FAR_BEHIND) tsfn__os_yield();
}

/* At the beginning of each half of a block. Memory is had elsewhere, by
   reserve: the allocator is the author's and may wait for anything. */
bool
tsfn__queue_own_slowly(struct tsfn__queue *self) {
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
  uint64_t position = tail >> 1, block_slots = slots_in_block(self);
  uint64_t half = block_slots / 2;
  /* Acquire: meets the release in append_block. */
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
  if (position >= limit) return false;
  if (position + block_slots >= limit) forbid_adds(self);
  unsigned char *block = tsfn__queue_block(self, position);
  uint64_t offset = position & self->mask;
  self->own_slot = block + self->data_offset + offset * self->slot_size;
  self->own_kind = kind_at(block, offset);
  self->own_left = half - (offset & (half - 1));
  return true;
}

/* Closed, or few slots are left. False: closed. */
static bool
add_slowly(struct tsfn__queue *self, uint64_t position, bool is_closed) {
  if (is_closed) {
    atomic_fetch_sub_explicit(&self->tail, 2, memory_order_relaxed);
    return false;
  }
  while (position >= atomic_load_explicit(&self->limit, memory_order_acquire)) {
    if (grow(self, position) == TSFN_OK) continue;
    forbid_adds(self);
    tsfn__os_yield();
  }
  if (grow(self, position + self->mask / 2) != TSFN_OK) forbid_adds(self);
  return true;
}

bool
tsfn__queue_add(struct tsfn__queue *self, const void *item, size_t size,
                unsigned char kind, bool is_busy) {
  if (!atomic_load_explicit(&self->may_add, memory_order_relaxed) ||
      !tsfn__owner_is_shared(&self->owner))
    return false;
  uintptr_t me = tsfn__os_thread_self();
  if (is_busy && !tsfn__baton_is_held_by(&self->baton, me))
    tsfn__baton_take(&self->baton, me, &self->tail, 2 * TSFN__BATON_MOVES);
  /* seq_cst: as in reserve. */
  uint64_t tail =
      atomic_fetch_add_explicit(&self->tail, 2, memory_order_seq_cst);
  uint64_t position = tail >> 1;
  bool is_closed = (tail & TSFN__QUEUE_CLOSED) != 0;
  /* Acquire: meets the release in grow. */
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
  if ((is_closed || position + self->mask / 2 >= limit) &&
      !add_slowly(self, position, is_closed))
    return false;
  unsigned char *block = tsfn__queue_block(self, position);
  uint64_t offset = position & self->mask;
  tsfn__queue_write(block + self->data_offset + offset * self->slot_size,
                    kind_at(block, offset), item, size, kind);
  if (is_busy && tsfn__baton_lay_down_after(&self->baton, tail))
    yield_to_consumer(self, position);
  return true;
}

struct tsfn__slots
tsfn__queue_slots(struct tsfn__queue *self,
                  const struct tsfn__reservation *from) {
  unsigned char *block = tsfn__queue_block(self, from->position);
  size_t offset = (size_t)(from->position & self->mask);
  struct tsfn__slots slots = {
      block + self->data_offset + offset * self->slot_size,
      kind_at(block, offset), slots_in_block(self) - offset};
  if (slots.count > from->count) slots.count = from->count;
  return slots;
}

void
tsfn__queue_publish_all(const struct tsfn__slots *slots, unsigned char kind) {
  size_t i = 0;
#if TSFN__QUEUE_USES_WORDS
  /* Up to 7 bytes, then words; see count_equal. */
  for (; i < slots->count && (uintptr_t)&slots->kinds[i] % 8 != 0; i++)
    tsfn__queue_publish(&slots->kinds[i], kind);
  for (; slots->count - i >= 8; i += 8)
    atomic_store_explicit((_Atomic(uint64_t) *)(void *)&slots->kinds[i],
                          kind * EIGHT_TIMES, memory_order_release);
#endif
  for (; i < slots->count; i++)
    tsfn__queue_publish(&slots->kinds[i], kind);
}

bool
tsfn__queue_is_full(struct tsfn__queue *self) {
  if (self->bound == 0) return false;
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_seq_cst);
  uint64_t taken = atomic_load_explicit(&self->taken, memory_order_seq_cst);
  if (tail & CLOSED) return false; /* a reservation would say so */
  return taken <= tail >> 1 && (tail >> 1) - taken >= self->bound;
}

void
tsfn__queue_close(struct tsfn__queue *self) {
  tsfn__owner_share(&self->owner, tsfn__os_thread_self());
  uint64_t tail =
      atomic_fetch_or_explicit(&self->tail, CLOSED, memory_order_seq_cst);
  if (!(tail & CLOSED))
    atomic_store_explicit(&self->final, tail >> 1, memory_order_release);
}

bool
tsfn__queue_is_closed(struct tsfn__queue *self) {
  return atomic_load_explicit(&self->tail, memory_order_acquire) & CLOSED;
}

/* The position behind the last accepted item. In a closed queue the tail may
   be beyond it for a moment, by adds that are about to take their position
   back. */
static uint64_t
accepted_end(struct tsfn__queue *self, memory_order order) {
  uint64_t tail = atomic_load_explicit(&self->tail, order);
  uint64_t final =
      tail & CLOSED ? atomic_load_explicit(&self->final, memory_order_acquire)
                    : FINAL_UNKNOWN;
  return final != FINAL_UNKNOWN ? final : tail >> 1;
}

/* --- consumer ------------------------------------------------------------ */

/* Every position below it is reserved and has a slot. */
static uint64_t
reserved_end(struct tsfn__queue *self) {
  uint64_t end = accepted_end(self, memory_order_acquire);
  /* A position beyond the limit is reserved, and waits for its memory. Acquire:
     meets the release in grow. */
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_acquire);
  return end < limit ? end : limit;
}

static uint64_t
take_to(struct tsfn__queue *self, uint64_t end) {
  uint64_t head = atomic_load_explicit(&self->head, memory_order_relaxed);
  if (self->bound != 0 && end - head > self->bound) end = head + self->bound;
  /* seq_cst: the store half of the pair with a producer that is about to park
     (park.h): it queues itself, then reads taken; we store taken, then look
     for waiters. */
  if (end != tsfn__queue_taken(self))
    atomic_store_explicit(&self->taken, end, memory_order_seq_cst);
  return end - head;
}

uint64_t
tsfn__queue_take(struct tsfn__queue *self) {
  return take_to(self, reserved_end(self));
}

uint64_t
tsfn__queue_take_whole(struct tsfn__queue *self, bool *all) {
  uint64_t taken = tsfn__queue_taken(self);
  uint64_t end = reserved_end(self), whole = end & ~self->mask;
  if (whole < taken) whole = taken;
  *all = whole == end;
  return take_to(self, whole);
}

/* How many of the `most` kinds are published and equal to the first.

   Eight bytes at a time where it can be. C11 has no words for a load of eight
   atomic bytes, nor for their store in publish_all; every processor we know
   moves an aligned word at once, and a kind, once published, stays until the
   block is retired: so a byte that is seen in the word was published, and the
   fence behind it meets that release as a load-acquire of the byte would. */
static size_t
count_equal(_Atomic(unsigned char) *kinds, size_t most) {
  unsigned char first = atomic_load_explicit(&kinds[0], memory_order_acquire);
  size_t count = 0;
  if (first == 0) return 0;
  while (count < most) {
#if TSFN__QUEUE_USES_WORDS
    if ((uintptr_t)&kinds[count] % 8 == 0 && most - count >= 8) {
      uint64_t word = atomic_load_explicit(
          (_Atomic(uint64_t) *)(void *)&kinds[count], memory_order_relaxed);
      if (word == first * EIGHT_TIMES) {
        count += 8;
        continue;
      }
    }
#endif
    if (atomic_load_explicit(&kinds[count], memory_order_acquire) != first)
      break;
    count++;
  }
#if TSFN__QUEUE_USES_WORDS
  atomic_thread_fence(memory_order_acquire);
#endif
  return count;
}

static struct tsfn__run
peek_at(struct tsfn__queue *self, unsigned char *block, uint64_t position) {
  uint64_t end = tsfn__queue_taken(self);
  uint64_t first = position & self->mask;
  uint64_t most = self->mask + 1 - first;
  if (most > end - position) most = end - position;
  struct tsfn__run run = {
      block + self->data_offset + (size_t)first * self->slot_size,
      block + first, count_equal(kind_at(block, first), (size_t)most)};
  return run;
}

struct tsfn__run
tsfn__queue_peek(struct tsfn__queue *self) {
  static const struct tsfn__run none;
  uint64_t head = atomic_load_explicit(&self->head, memory_order_relaxed);
  if (head == tsfn__queue_taken(self)) return none;
  if (self->head_block == NULL)
    self->head_block = tsfn__queue_block(self, head);
  return peek_at(self, self->head_block, head);
}

struct tsfn__run
tsfn__queue_peek_behind(struct tsfn__queue *self, uint64_t skip) {
  static const struct tsfn__run none;
  uint64_t position =
      atomic_load_explicit(&self->head, memory_order_relaxed) + skip;
  if (position == tsfn__queue_taken(self)) return none;
  return peek_at(self, tsfn__queue_block(self, position), position);
}

/* Consumer. Blocks that wait, with those that are about to be appended. */
static uint64_t
count_spares(struct tsfn__queue *self) {
  uint64_t retired = atomic_load_explicit(&self->retired, memory_order_relaxed);
  uint64_t limit = atomic_load_explicit(&self->limit, memory_order_relaxed);
  return atomic_load_explicit(&self->blocks, memory_order_relaxed) -
         ((limit >> self->shift) - retired);
}

/* The head has left `block`: keep it for its next use, or free it. */
static void
retire(struct tsfn__queue *self, unsigned char *block) {
  uint64_t retired =
      atomic_load_explicit(&self->retired, memory_order_relaxed) + 1;
  /* Release: meets the acquire in retired_blocks. */
  atomic_store_explicit(&self->retired, retired, memory_order_release);
  uint64_t spares = count_spares(self);
  if (spares <= 1 ||
      spares * self->block_size <= TSFN__QUEUE_SPARES_MAX_IN_FLOOD)
    spare_push(self, block);
  else
    block_release(self, block);
}

void
tsfn__queue_trim(struct tsfn__queue *self) {
  uint64_t spares = count_spares(self);
  while (spares > 1 && spares-- * self->block_size > TSFN__QUEUE_SPARES_MAX) {
    tsfn__os_mutex_lock(&self->grow_lock);
    unsigned char *block = spare_pop(self);
    tsfn__os_mutex_unlock(&self->grow_lock);
    block_release(self, block);
  }
}

void
tsfn__queue_consume(struct tsfn__queue *self, size_t count) {
  uint64_t head =
      atomic_load_explicit(&self->head, memory_order_relaxed) + count;
  /* Release: meets the acquire in consumed. */
  atomic_store_explicit(&self->head, head, memory_order_release);
  if ((head & (slots_in_block(self) - 1)) != 0) return;
  retire(self, self->head_block);
  self->head_block = NULL;
}

bool
tsfn__queue_is_drained(struct tsfn__queue *self) {
  return accepted_end(self, memory_order_seq_cst) ==
         atomic_load_explicit(&self->head, memory_order_relaxed);
}

/* --- a moment's values --------------------------------------------------- */

uint64_t
tsfn__queue_accepted(struct tsfn__queue *self) {
  return accepted_end(self, memory_order_relaxed);
}

uint64_t
tsfn__queue_consumed(struct tsfn__queue *self) {
  /* Acquire: a tail that is read after it is not older. Meets the release in
     consume. */
  return atomic_load_explicit(&self->head, memory_order_acquire);
}

size_t
tsfn__queue_memory(struct tsfn__queue *self) {
  return atomic_load_explicit(&self->blocks, memory_order_relaxed) *
         self->block_size;
}
