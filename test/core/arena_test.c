/* SPDX-License-Identifier: MIT */
#include "core/arena.h"

#include "../support/ledger.h"
#include "core/memory.h"
#include "crew.h"

/* These are arena.c's. */
#define CHUNK_BYTES 65536u
#define FIRST_PIECES 16
#define SPARES_MAX 32
#define SPARES_OF_IDLE 4

static struct ledger ledger;
static const tsfn_allocator *arena;

static void
open_arena(void) {
  ledger_init(&ledger);
  arena = tsfn__arena_open(&ledger.allocator);
  CHECK(arena != NULL);
}

static void
close_arena(void) {
  tsfn__arena_close(arena);
  CHECK_EQ(ledger.live, 0);
  CHECK_EQ(ledger.bytes, 0);
}

/* After these the next small piece begins a chunk. */
static void
use_up_first_pieces(void) {
  for (int i = 0; i < FIRST_PIECES; i++)
    tsfn__memory_release(arena, tsfn__memory_allocate(arena, 8), 8);
}

/* A piece whose bytes tell whose it is. */
struct piece {
  unsigned char *memory;
  size_t size;
  unsigned char mark;
};

static struct piece
make_piece(size_t size, unsigned char mark) {
  struct piece piece = {tsfn__memory_allocate(arena, size), size, mark};
  CHECK(piece.memory != NULL);
  CHECK_EQ((uintptr_t)piece.memory % _Alignof(max_align_t), 0);
  memset(piece.memory, mark, size);
  return piece;
}

static void
end_piece(const struct piece *piece) {
  for (size_t i = 0; i < piece->size; i++)
    CHECK_EQ(piece->memory[i], piece->mark);
  tsfn__memory_release(arena, piece->memory, piece->size);
}

TEST(few_make_no_chunk, "the first 16 pieces come from the base, one by one") {
  struct piece pieces[FIRST_PIECES];
  open_arena();
  size_t before = ledger.bytes;
  for (int i = 0; i < FIRST_PIECES; i++)
    pieces[i] = make_piece(200, (unsigned char)i);
  CHECK(ledger.bytes - before < FIRST_PIECES * 256);
  for (int i = 0; i < FIRST_PIECES; i++)
    end_piece(&pieces[i]);
  CHECK_EQ(ledger.bytes, before);
  close_arena();
}

TEST(chunk_is_cut, "small pieces share a chunk after that, large ones do not") {
  open_arena();
  use_up_first_pieces();
  size_t made = ledger.made;
  struct piece small[100];
  for (int i = 0; i < 100; i++)
    small[i] = make_piece(256, (unsigned char)i);
  CHECK_EQ(ledger.made - made, 1);
  struct piece large = make_piece(40000, 7);
  CHECK_EQ(ledger.made - made, 2);
  end_piece(&large);
  for (int i = 0; i < 100; i++)
    end_piece(&small[i]);
  close_arena();
}

TEST(chunk_comes_back, "a chunk whose pieces are released is used again") {
  open_arena();
  use_up_first_pieces();
  struct piece first = make_piece(1000, 1);
  end_piece(&first);
  size_t made = ledger.made;
  for (size_t i = 0; i < test_scaled(10000); i++) {
    struct piece piece = make_piece(1000, (unsigned char)i);
    end_piece(&piece);
  }
  CHECK_EQ(ledger.made, made);
  close_arena();
}

TEST(held_piece_stays, "a piece that is held keeps its bytes and its chunk") {
  open_arena();
  use_up_first_pieces();
  struct piece held = make_piece(100, 0x5a);
  for (int i = 0; i < 1000; i++) {
    struct piece piece = make_piece(1000, (unsigned char)i);
    end_piece(&piece);
  }
  end_piece(&held);
  close_arena();
}

TEST(any_order, "pieces of any size are released in any order") {
  enum { HELD = 300 };
  static struct piece held[HELD];
  struct dice dice = {1};
  open_arena();
  for (size_t i = 0; i < test_scaled(200000); i++) {
    struct piece *place = &held[dice_roll(&dice, HELD)];
    if (place->memory != NULL) end_piece(place);
    size_t most = (size_t[]){64, 600, 9000, 20000}[dice_roll(&dice, 4)];
    *place = make_piece((size_t)dice_roll(&dice, most), (unsigned char)i);
  }
  for (int i = 0; i < HELD; i++)
    end_piece(&held[i]);
  close_arena();
}

TEST(flood_is_given_back, "after a flood a few chunks stay, and not all") {
  enum { FLOOD = 8000 };
  static struct piece flood[FLOOD];
  open_arena();
  for (int i = 0; i < FLOOD; i++)
    flood[i] = make_piece(1000, (unsigned char)i);
  CHECK(ledger.bytes > 100 * CHUNK_BYTES);
  for (int i = 0; i < FLOOD; i++)
    end_piece(&flood[i]);
  CHECK(ledger.bytes <= (SPARES_OF_IDLE + 2) * CHUNK_BYTES);
  close_arena();
}

TEST(no_chunk_no_harm, "without memory for a chunk the base gives the piece") {
  open_arena();
  use_up_first_pieces();
  ledger_fail(&ledger, 0, 1);
  struct piece piece = make_piece(256, 3);
  CHECK_EQ(ledger.failures, 1);
  end_piece(&piece);
  piece = make_piece(256, 4);
  end_piece(&piece);
  close_arena();
}

TEST(out_of_memory, "out of memory is NULL, and later there is memory again") {
  open_arena();
  use_up_first_pieces();
  ledger_fail(&ledger, 0, 2);
  CHECK(tsfn__memory_allocate(arena, 256) == NULL);
  CHECK(tsfn__memory_allocate(arena, SIZE_MAX) == NULL);
  CHECK(tsfn__memory_allocate(arena, SIZE_MAX - 8) == NULL);
  struct piece piece = make_piece(256, 5);
  end_piece(&piece);
  close_arena();
}

TEST(open_fails, "an arena that cannot be made is NULL, and holds nothing") {
  ledger_init(&ledger);
  ledger_fail(&ledger, 0, 1);
  CHECK(tsfn__arena_open(&ledger.allocator) == NULL);
  CHECK_EQ(ledger.live, 0);
}

/* --- nobody waits -------------------------------------------------------- */

/* A base that allocates from the arena in front of it, in the middle of making
   a chunk: as if another thread came then. */
static struct piece in_between;

static void *
allocate_in_between(void *hint, size_t size) {
  if (size == CHUNK_BYTES) in_between = make_piece(300, 9);
  return ledger_allocate(hint, size);
}

TEST(nobody_waits, "who comes while another thread cuts asks the base") {
  ledger_init(&ledger);
  tsfn_allocator base = {allocate_in_between, ledger_release, &ledger};
  arena = tsfn__arena_open(&base);
  use_up_first_pieces();
  struct piece piece = make_piece(300, 8);
  CHECK(in_between.memory != NULL);
  end_piece(&in_between);
  end_piece(&piece);
  close_arena();
}

/* --- several threads ----------------------------------------------------- */

/* Producers fill pieces and hand them to one consumer, through one ring each,
   as a queue would. */
#define RING 64u
#define PRODUCERS 4

static struct ring {
  struct piece pieces[RING];
  char line1[64];
  atomic_size_t written;
  char line2[64];
  atomic_size_t read;
} rings[PRODUCERS];

static size_t
pieces_each(void) {
  return test_scaled(200000);
}

static void
produce(void *subject, int index) {
  struct ring *ring = &rings[index];
  struct dice dice = {(uint64_t)index + 1};
  (void)subject;
  for (size_t i = 0; i < pieces_each(); i++) {
    WAIT_UNTIL(i - atomic_load_explicit(&ring->read, memory_order_acquire) <
               RING);
    size_t size = 1 + (size_t)dice_roll(&dice, i % 16 == 0 ? 9000 : 700);
    ring->pieces[i % RING] = make_piece(size, (unsigned char)(i + size));
    atomic_store_explicit(&ring->written, i + 1, memory_order_release);
  }
}

static bool
consume(struct ring *ring) {
  size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
  size_t end = atomic_load_explicit(&ring->written, memory_order_acquire);
  for (; read < end; read++) {
    end_piece(&ring->pieces[read % RING]);
    atomic_store_explicit(&ring->read, read + 1, memory_order_release);
  }
  return read == pieces_each();
}

TEST(threads, "what four threads allocate and another one frees stays whole") {
  static struct crew crew;
  open_arena();
  crew_start(&crew, PRODUCERS, produce, NULL);
  for (int done = 0; done < PRODUCERS;) {
    done = 0;
    for (int i = 0; i < PRODUCERS; i++)
      done += consume(&rings[i]);
    tsfn__os_yield();
  }
  crew_join(&crew);
  CHECK(ledger.bytes <= (SPARES_MAX + 2) * CHUNK_BYTES);
  close_arena();
}

/* Each thread holds a few small pieces at a time, so that chunks are shared and
   little is done but to cut and to release. */
#define HELD_BY_EACH 12u

static void
allocate_and_release(void *subject, int index) {
  uint64_t *held[HELD_BY_EACH] = {NULL};
  struct dice dice = {(uint64_t)index + 1};
  (void)subject;
  for (uint64_t i = 0; i < 5 * pieces_each(); i++) {
    uint64_t **place = &held[dice_roll(&dice, HELD_BY_EACH)];
    uint64_t mark = i * PRODUCERS + (uint64_t)index;
    if (*place != NULL) {
      CHECK_EQ((*place)[0], (*place)[1]);
      CHECK_EQ((*place)[0] % PRODUCERS, index);
      tsfn__memory_release(arena, *place, 48);
    }
    *place = tsfn__memory_allocate(arena, 48);
    CHECK(*place != NULL);
    (*place)[0] = (*place)[1] = mark;
  }
  for (unsigned i = 0; i < HELD_BY_EACH; i++)
    tsfn__memory_release(arena, held[i], 48);
}

TEST(threads_share, "no piece is given to two threads that share a chunk") {
  static struct crew crew;
  open_arena();
  crew_start(&crew, PRODUCERS, allocate_and_release, NULL);
  crew_join(&crew);
  close_arena();
}

TEST_MAIN()
