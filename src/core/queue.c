/* SPDX-License-Identifier: MIT */
#include "core/queue.h"

#define CLOSED TSFN__QUEUE_CLOSED
#define FINAL_UNKNOWN UINT64_MAX

/* Kind bytes are read and written eight at a time (count_equal), except under a
   thread sanitizer, which must see each byte's own synchronisation. */
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

/* Times a byte: that byte in each byte of a word. */
#define EIGHT_TIMES UINT64_C(0x0101010101010101)

/* Items that the consumer is behind before a producer gives its processor away:
   four drains of the default budget. Where there are more producers than
   processors they would fill memory, because the consumer is one thread among
   many. */
#define FAR_BEHIND 16384u

bool
tsfn__queue_init(struct tsfn__queue *self, const tsfn_allocator *allocator,
                 size_t slot_size, uint64_t bound) {
  memset(self, 0, sizeof *self);
  self->bound = bound;
  atomic_init(&self->final, FINAL_UNKNOWN);
  if (!tsfn__blocks_init(&self->blocks, allocator, slot_size, bound))
    return false;
  uint64_t first = self->blocks.first;
  atomic_init(&self->tail, first << 1);
  atomic_init(&self->taken, first);
  atomic_init(&self->head, first);
  tsfn__owner_init(&self->owner, bound == 0);
  atomic_init(&self->baton.holder, 0);
  atomic_init(&self->baton.end, 0);
  return true;
}

void
tsfn__queue_destroy(struct tsfn__queue *self) {
  tsfn__blocks_destroy(&self->blocks);
}

/* The position behind the last taken item. */
static uint64_t
taken_end(const struct tsfn__queue *self) {
  return atomic_load_explicit(&self->taken, memory_order_relaxed);
}

/* --- producers ----------------------------------------------------------- */

/* Slots in half a block: how far ahead of the tail adds keep memory. */
static uint64_t
half_block(const struct tsfn__queue *self) {
  return tsfn__blocks_slots(&self->blocks) / 2;
}

/* Reserves, for a thread that is inside or in a shared queue. TSFN_NO_MEMORY:
   there is no block yet for out->position, and nothing was reserved. */
static tsfn_status
reserve_positions(struct tsfn__queue *self, size_t want,
                  struct tsfn__reservation *out) {
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
  for (;;) {
    if (tail & CLOSED) return TSFN_CLOSING;
    uint64_t position = tail >> 1;
    uint64_t count = want;
    if (self->bound != 0) {
      uint64_t taken = atomic_load_explicit(&self->taken, memory_order_acquire);
      if (taken > position) { /* the tail that was read is too old */
        tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
        continue;
      }
      uint64_t used = position - taken;
      if (used >= self->bound) return TSFN_QUEUE_FULL;
      if (count > self->bound - used) count = self->bound - used;
    }
    uint64_t limit = tsfn__blocks_limit(&self->blocks);
    out->position = position;
    if (position >= limit) return TSFN_NO_MEMORY;
    if (count > limit - position) count = limit - position;
    if (self->bound == 0 && position + count + half_block(self) > limit)
      tsfn__blocks_set_short(&self->blocks);
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
    status = reserve_positions(self, want, out);
    if (own != NULL) {
      self->own_left = 0; /* the tail has moved */
      tsfn__owner_leave(own);
    }
    /* Only now, outside, may the allocator be called: it is the author's and
       may wait for anything. */
  } while (status == TSFN_NO_MEMORY &&
           tsfn__blocks_grow(&self->blocks, out->position) == TSFN_OK);
  return status;
}

/* Gives the processor to the consumer if that is far behind `position`. */
static void
yield_to_consumer(struct tsfn__queue *self, uint64_t position) {
  uint64_t taken = taken_end(self);
  if (position > taken && position - taken > FAR_BEHIND) tsfn__os_yield();
}

/* Finds the slots up to the end of a half of the tail's block. It is called at
   each half, and not at each block, to find out in time that memory is getting
   short. Memory itself is allocated by tsfn__queue_reserve, outside: the
   allocator is the author's and may wait for anything, and whoever takes the
   tenure over would wait for it. */
bool
tsfn__queue_own_slowly(struct tsfn__queue *self) {
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_relaxed);
  uint64_t position = tail >> 1, half = half_block(self);
  uint64_t limit = tsfn__blocks_limit(&self->blocks);
  if (position >= limit) return false;
  if (position + 2 * half >= limit) tsfn__blocks_set_short(&self->blocks);
  unsigned char *block = tsfn__blocks_find(&self->blocks, position);
  self->own_slot = tsfn__blocks_slot(&self->blocks, block, position);
  self->own_kind = tsfn__blocks_kind(&self->blocks, block, position);
  self->own_left = half - (position & (half - 1));
  return true;
}

/* The slow path of an add that found the queue closed, or less than half a
   block ahead. False: it is closed, and the position was taken back. */
static bool
add_slowly(struct tsfn__queue *self, uint64_t position, bool is_closed) {
  if (is_closed) {
    atomic_fetch_sub_explicit(&self->tail, 2, memory_order_relaxed);
    return false;
  }
  struct tsfn__blocks *blocks = &self->blocks;
  while (position >= tsfn__blocks_limit(blocks)) {
    if (tsfn__blocks_grow(blocks, position) == TSFN_OK) continue;
    tsfn__blocks_set_short(blocks);
    tsfn__os_yield();
  }
  if (tsfn__blocks_grow(blocks, position + half_block(self) - 1) != TSFN_OK)
    tsfn__blocks_set_short(blocks);
  return true;
}

bool
tsfn__queue_add(struct tsfn__queue *self, const void *item, size_t size,
                unsigned char kind, bool is_busy) {
  if (self->bound != 0 || !tsfn__blocks_is_ample(&self->blocks) ||
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
  uint64_t limit = tsfn__blocks_limit(&self->blocks);
  if ((is_closed || position + half_block(self) > limit) &&
      !add_slowly(self, position, is_closed))
    return false;
  unsigned char *block = tsfn__blocks_find(&self->blocks, position);
  tsfn__queue_write(tsfn__blocks_slot(&self->blocks, block, position),
                    tsfn__blocks_kind(&self->blocks, block, position), item,
                    size, kind);
  if (is_busy && tsfn__baton_lay_down_after(&self->baton, tail))
    yield_to_consumer(self, position);
  return true;
}

struct tsfn__slots
tsfn__queue_slots(struct tsfn__queue *self,
                  const struct tsfn__reservation *from) {
  const struct tsfn__blocks *blocks = &self->blocks;
  unsigned char *block = tsfn__blocks_find(blocks, from->position);
  struct tsfn__slots slots = {
      tsfn__blocks_slot(blocks, block, from->position),
      tsfn__blocks_kind(blocks, block, from->position),
      (size_t)(tsfn__blocks_slots(blocks) - (from->position & blocks->mask))};
  if (slots.count > from->count) slots.count = from->count;
  return slots;
}

void
tsfn__queue_publish_all(const struct tsfn__slots *slots, unsigned char kind) {
  size_t i = 0;
#if TSFN__QUEUE_USES_WORDS
  /* Up to 7 single bytes, then words, then the rest; see count_equal. */
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
tsfn__queue_is_full(const struct tsfn__queue *self) {
  if (self->bound == 0) return false;
  uint64_t tail = atomic_load_explicit(&self->tail, memory_order_seq_cst);
  uint64_t taken = atomic_load_explicit(&self->taken, memory_order_seq_cst);
  if (tail & CLOSED) return false; /* a reservation answers TSFN_CLOSING */
  return taken <= tail >> 1 && (tail >> 1) - taken >= self->bound;
}

/* The queue is shared first, so that no owner moves the tail by a plain store
   that would overwrite the closed bit. */
void
tsfn__queue_close(struct tsfn__queue *self) {
  tsfn__owner_share(&self->owner, tsfn__os_thread_self());
  uint64_t tail =
      atomic_fetch_or_explicit(&self->tail, CLOSED, memory_order_seq_cst);
  if (!(tail & CLOSED))
    atomic_store_explicit(&self->final, tail >> 1, memory_order_release);
}

bool
tsfn__queue_is_closed(const struct tsfn__queue *self) {
  return atomic_load_explicit(&self->tail, memory_order_acquire) & CLOSED;
}

/* The position behind the last accepted item. In a closed queue the tail may
   be beyond it for a moment, by adds that are about to take their position
   back. */
static uint64_t
accepted_end(const struct tsfn__queue *self, memory_order order) {
  uint64_t tail = atomic_load_explicit(&self->tail, order);
  uint64_t final =
      tail & CLOSED ? atomic_load_explicit(&self->final, memory_order_acquire)
                    : FINAL_UNKNOWN;
  return final != FINAL_UNKNOWN ? final : tail >> 1;
}

/* --- consumer ------------------------------------------------------------ */

/* The position up to which all are reserved and have a slot. */
static uint64_t
reserved_end(struct tsfn__queue *self) {
  uint64_t end = accepted_end(self, memory_order_acquire);
  /* A position beyond the limit is reserved, and waits for its memory. */
  uint64_t limit = tsfn__blocks_limit(&self->blocks);
  return end < limit ? end : limit;
}

/* Moves `taken` to `end`, or less far in a bounded queue. */
static uint64_t
take_up_to(struct tsfn__queue *self, uint64_t end) {
  uint64_t head = atomic_load_explicit(&self->head, memory_order_relaxed);
  if (self->bound != 0 && end - head > self->bound) end = head + self->bound;
  if (end == taken_end(self)) return end - head;
  /* seq_cst: the store half of the pair with a producer that is about to park
     (park.h). The producer enters the list of waiters, then reads taken; the
     consumer stores taken, then looks for waiters. Without a bound nobody
     parks. */
  if (self->bound != 0)
    TSFN__OS_STORE_SEQ_CST(&self->taken, end);
  else
    atomic_store_explicit(&self->taken, end, memory_order_relaxed);
  return end - head;
}

uint64_t
tsfn__queue_take(struct tsfn__queue *self) {
  return take_up_to(self, reserved_end(self));
}

uint64_t
tsfn__queue_take_whole(struct tsfn__queue *self, bool *all) {
  uint64_t taken = taken_end(self);
  uint64_t end = reserved_end(self), whole = end & ~self->blocks.mask;
  if (whole < taken) whole = taken;
  *all = whole == end;
  return take_up_to(self, whole);
}

/* How many of the `most` kinds are published and equal to the first.

   They are read eight at a time where that is possible. C11 has no words for a
   load of eight atomic bytes, nor for their store in publish_all. But every
   processor we know moves an aligned word at once, and a kind, once published,
   stays until the block is retired. So a byte that is seen in the word was
   published, and the fence behind it meets that release as a load-acquire of
   the byte would. */
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

/* The slots from `position` on that lie in its block, at most `most`. */
static struct tsfn__run
run_at(const struct tsfn__queue *self, unsigned char *block, uint64_t position,
       uint64_t most) {
  const struct tsfn__blocks *blocks = &self->blocks;
  uint64_t left = tsfn__blocks_slots(blocks) - (position & blocks->mask);
  struct tsfn__run run = {
      tsfn__blocks_slot(blocks, block, position),
      (unsigned char *)tsfn__blocks_kind(blocks, block, position),
      (size_t)(most < left ? most : left)};
  return run;
}

/* Those of the taken slots from `position` on that are published and of one
   kind. */
static struct tsfn__run
peek_at(const struct tsfn__queue *self, unsigned char *block,
        uint64_t position) {
  struct tsfn__run run =
      run_at(self, block, position, taken_end(self) - position);
  run.count =
      count_equal((_Atomic(unsigned char) *)(uintptr_t)run.kinds, run.count);
  return run;
}

/* The block of the position `skip` behind the head. The head's own is kept,
   because consume needs it. */
static unsigned char *
block_behind(struct tsfn__queue *self, uint64_t head, uint64_t skip) {
  if (skip != 0) return tsfn__blocks_find(&self->blocks, head + skip);
  if (self->head_block == NULL)
    self->head_block = tsfn__blocks_find(&self->blocks, head);
  return self->head_block;
}

struct tsfn__run
tsfn__queue_peek_behind(struct tsfn__queue *self, uint64_t skip) {
  static const struct tsfn__run none;
  uint64_t head = atomic_load_explicit(&self->head, memory_order_relaxed);
  if (head + skip == taken_end(self)) return none;
  return peek_at(self, block_behind(self, head, skip), head + skip);
}

struct tsfn__run
tsfn__queue_peek_again(struct tsfn__queue *self, uint64_t skip, size_t count) {
  uint64_t head = atomic_load_explicit(&self->head, memory_order_relaxed);
  return run_at(self, block_behind(self, head, skip), head + skip, count);
}

/* A block is retired when its last position is consumed. */
void
tsfn__queue_consume(struct tsfn__queue *self, size_t count) {
  uint64_t head =
      atomic_load_explicit(&self->head, memory_order_relaxed) + count;
  /* Release: meets the acquire in consumed. */
  atomic_store_explicit(&self->head, head, memory_order_release);
  if ((head & self->blocks.mask) != 0) return;
  tsfn__blocks_retire(&self->blocks, self->head_block);
  self->head_block = NULL;
}

bool
tsfn__queue_is_drained(const struct tsfn__queue *self) {
  return accepted_end(self, memory_order_seq_cst) ==
         atomic_load_explicit(&self->head, memory_order_relaxed);
}

/* --- a moment's values --------------------------------------------------- */

uint64_t
tsfn__queue_accepted(const struct tsfn__queue *self) {
  return accepted_end(self, memory_order_relaxed) - self->blocks.first;
}

uint64_t
tsfn__queue_consumed(const struct tsfn__queue *self) {
  /* Acquire: a tail that is read after it is not older. Meets the release in
     consume. */
  return atomic_load_explicit(&self->head, memory_order_acquire) -
         self->blocks.first;
}
