/* SPDX-License-Identifier: MIT */
#include "core/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/memory.h"
#include "os/os.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(HAS_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(memory, size) ((void)(memory), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(memory, size) ((void)(memory), (void)(size))
#endif

/* Bytes of a chunk. */
#define CHUNK_BYTES 65536u

/* Bytes of a piece at the most; a chunk has room for at least seven. */
#define PIECE_MAX 8448u

/* Pieces that come from the base before the first chunk is made. */
#define FIRST_PIECES 16u

/* Chunks that wait for their next use: in a flood, and when all pieces have
   been released. */
#define SPARES_MAX 32u
#define SPARES_OF_IDLE 4u

/* More than a chunk can have of pieces. */
#define PROMISED 65536u

struct chunk {
  struct chunk *next; /* of a spare */
  _Atomic(size_t) left;
};

/* In front of each piece, whose memory must be aligned for any type. */
#define HEAD_BYTES 16u
struct head {
  struct chunk *chunk; /* NULL: the piece is the base's */
  char unused[HEAD_BYTES - sizeof(struct chunk *)];
};
_Static_assert(sizeof(struct head) == HEAD_BYTES, "a head keeps the alignment");

struct arena {
  const tsfn_allocator *base;
  tsfn_allocator allocator;

  char line1[64];
  _Atomic(bool) is_cutting; /* a thread has what follows to itself */
  unsigned first_pieces;    /* how many have come from the base, FIRST_PIECES at
                               the most */
  struct chunk *current;    /* NULL: none yet, or it was full */
  size_t used;              /* bytes of `current` */
  size_t given;             /* pieces of `current` */

  char line2[64];
  _Atomic(struct chunk *) spares; /* a stack; pop while cutting only */
  _Atomic(size_t) spare_count;
  _Atomic(size_t) in_use; /* chunks that are no spares, `current` included */
};

/* --- who cuts ------------------------------------------------------------ */

/* False: another thread is at it. Acquire: meets the release in end_cutting. */
static bool
begin_cutting(struct arena *self) {
  return !atomic_exchange_explicit(&self->is_cutting, true,
                                   memory_order_acquire);
}

static void
end_cutting(struct arena *self) {
  atomic_store_explicit(&self->is_cutting, false, memory_order_release);
}

/* --- chunks -------------------------------------------------------------- */

static size_t
padded(size_t size) {
  return (size + 15) & ~(size_t)15;
}

/* Where the pieces of a chunk begin. */
static size_t
first_used(void) {
  return padded(sizeof(struct chunk));
}

static void
free_chunk(struct arena *self, struct chunk *chunk) {
  ASAN_UNPOISON_MEMORY_REGION(chunk, CHUNK_BYTES);
  tsfn__memory_release(self->base, chunk, CHUNK_BYTES);
}

/* Pops a spare, while cutting: nobody else pops, so the first spare stays in
   the stack until the exchange, and its next is what it was. NULL: none. */
static struct chunk *
pop_spare(struct arena *self) {
  struct chunk *chunk =
      atomic_load_explicit(&self->spares, memory_order_acquire);
  while (chunk != NULL && !atomic_compare_exchange_weak_explicit(
                              &self->spares, &chunk, chunk->next,
                              memory_order_acquire, memory_order_acquire))
    ;
  if (chunk != NULL)
    atomic_fetch_sub_explicit(&self->spare_count, 1, memory_order_relaxed);
  return chunk;
}

/* Any thread. The count goes up first, so that it is never below 0. */
static void
push_spare(struct arena *self, struct chunk *chunk) {
  atomic_fetch_add_explicit(&self->spare_count, 1, memory_order_relaxed);
  chunk->next = atomic_load_explicit(&self->spares, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(
      &self->spares, &chunk->next, chunk, memory_order_release,
      memory_order_relaxed)) /* release: meets the acquire in pop_spare */
    ;
}

/* Frees spares down to SPARES_OF_IDLE, unless somebody cuts. */
TSFN__OS_OUTLINE static void
trim_spares(struct arena *self) {
  if (!begin_cutting(self)) return;
  while (atomic_load_explicit(&self->spare_count, memory_order_relaxed) >
         SPARES_OF_IDLE) {
    struct chunk *chunk = pop_spare(self);
    if (chunk == NULL) break;
    free_chunk(self, chunk);
  }
  end_cutting(self);
}

/* All pieces of the chunk have been released, and it is the caller's. */
TSFN__OS_OUTLINE static void
recycle(struct arena *self, struct chunk *chunk) {
  if (atomic_load_explicit(&self->spare_count, memory_order_relaxed) <
      SPARES_MAX)
    push_spare(self, chunk);
  else
    free_chunk(self, chunk);
  size_t others =
      atomic_fetch_sub_explicit(&self->in_use, 1, memory_order_relaxed) - 1;
  if (others <= 1) trim_spares(self);
}

/* --- pieces -------------------------------------------------------------- */

/* Takes from `left`. Whether the chunk is free now. Release: what was done with
   the pieces comes before; acquire: and all of that before the next use. */
static bool
take_left(struct chunk *chunk, size_t count) {
  return atomic_fetch_sub_explicit(&chunk->left, count, memory_order_acq_rel) ==
         count;
}

/* While cutting. Begins a new chunk, perhaps the same again. False: out of
   memory. */
TSFN__OS_OUTLINE static bool
renew_chunk(struct arena *self) {
  struct chunk *chunk = self->current;
  if (chunk == NULL || !take_left(chunk, PROMISED - self->given)) {
    chunk = pop_spare(self);
    if (chunk == NULL) chunk = tsfn__memory_allocate(self->base, CHUNK_BYTES);
    if (chunk != NULL)
      atomic_fetch_add_explicit(&self->in_use, 1, memory_order_relaxed);
  }
  self->current = chunk;
  self->used = first_used();
  self->given = 0;
  if (chunk == NULL) return false;
  atomic_init(&chunk->left, PROMISED);
  ASAN_POISON_MEMORY_REGION((char *)chunk + self->used,
                            CHUNK_BYTES - self->used);
  return true;
}

/* While cutting. NULL: the base is asked. */
static struct head *
cut_piece(struct arena *self, size_t size) {
  size_t bytes = sizeof(struct head) + padded(size);
  if (self->first_pieces < FIRST_PIECES) {
    self->first_pieces++;
    return NULL;
  }
  if ((self->current == NULL || bytes > CHUNK_BYTES - self->used) &&
      !renew_chunk(self))
    return NULL;
  struct head *head = (struct head *)((char *)self->current + self->used);
  ASAN_UNPOISON_MEMORY_REGION(head, sizeof *head + size);
  head->chunk = self->current;
  self->used += bytes;
  self->given++;
  return head;
}

static void *
allocate_piece(void *hint, size_t size) {
  struct arena *self = hint;
  struct head *head = NULL;
  if (size <= PIECE_MAX && begin_cutting(self)) {
    head = cut_piece(self, size);
    end_cutting(self);
  }
  if (head == NULL) {
    if (size > SIZE_MAX - sizeof *head) return NULL;
    head = tsfn__memory_allocate(self->base, sizeof *head + size);
    if (head == NULL) return NULL;
    head->chunk = NULL;
  }
  return head + 1;
}

static void
release_piece(void *hint, void *memory, size_t size) {
  struct arena *self = hint;
  struct head *head = (struct head *)memory - 1;
  struct chunk *chunk = head->chunk;
  if (chunk == NULL) {
    tsfn__memory_release(self->base, head, sizeof *head + size);
    return;
  }
  ASAN_POISON_MEMORY_REGION(head, sizeof *head + size);
  if (take_left(chunk, 1)) recycle(self, chunk);
}

/* --- the arena ----------------------------------------------------------- */

TSFN__OS_COLD const tsfn_allocator *
tsfn__arena_open(const tsfn_allocator *base) {
  struct arena *self = tsfn__memory_allocate_zero(base, sizeof *self);
  if (self == NULL) return NULL;
  self->base = base;
  self->allocator = (tsfn_allocator){allocate_piece, release_piece, self};
  atomic_init(&self->is_cutting, false);
  atomic_init(&self->spares, NULL);
  atomic_init(&self->spare_count, 0);
  atomic_init(&self->in_use, 0);
  return &self->allocator;
}

TSFN__OS_COLD void
tsfn__arena_close(const tsfn_allocator *allocator) {
  struct arena *self = allocator->hint;
  struct chunk *spare;
  if (self->current != NULL) free_chunk(self, self->current);
  while ((spare = pop_spare(self)) != NULL)
    free_chunk(self, spare);
  tsfn__memory_release(self->base, self, sizeof *self);
}
