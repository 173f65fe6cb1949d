/* SPDX-License-Identifier: MIT */

/* What a queue keeps: its blocks are used again, and given back after a flood.
 */

#include "core/queue.h"

#include "crew.h"
#include "positions.h"
#include "queue_fixture.h"

/* As a channel does: as its owner or by an add where the queue takes one. */
static void
push(struct tsfn__queue *queue) {
  static const unsigned char item[4096];
  static const _Atomic(bool) unwatched;
  struct tsfn__reservation place;
  if (tsfn__queue_own(queue, item, queue->blocks.slot_size, 1, &unwatched) ||
      tsfn__queue_add(queue, item, queue->blocks.slot_size, 1, false))
    return;
  CHECK_EQ(tsfn__queue_reserve(queue, 1, &place), TSFN_OK);
  memset(slot_at(queue, place.position), 0, queue->blocks.slot_size);
  publish_at(queue, place.position, 1);
}

static void
flood(struct tsfn__queue *queue, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    push(queue);
}

/* Consumes at most `most` at a time, until nothing is left, or a producer is in
   the middle of its item. */
static uint64_t
drain(struct tsfn__queue *queue, size_t most) {
  uint64_t count = 0;
  while (tsfn__queue_take(queue) != 0) {
    struct tsfn__run run = tsfn__queue_peek(queue);
    if (run.count == 0) break;
    if (run.count > most) run.count = most;
    tsfn__queue_consume(queue, run.count);
    count += run.count;
  }
  return count;
}

/* The block of the head, the one that is kept ahead, and spares: one block at
   least. */
static void
check_kept(struct tsfn__queue *queue) {
  size_t spares = queue->blocks.size > TSFN__BLOCKS_SPARE_MAX
                      ? queue->blocks.size
                      : TSFN__BLOCKS_SPARE_MAX;
  tsfn__blocks_trim(&queue->blocks); /* as a channel does when it falls idle */
  CHECK(tsfn__blocks_memory(&queue->blocks) <= 2 * queue->blocks.size + spares);
  CHECK(tsfn__blocks_memory(&queue->blocks) <= ledger.bytes);
}

TEST(first_block_is_short,
     "a few items take less than a KiB, and give it back when consumed") {
  struct tsfn__queue queue;
  setup(&queue, 24, 0);
  CHECK_EQ(tsfn__blocks_memory(&queue.blocks), 0);
  flood(&queue, 16);
  size_t bytes = tsfn__blocks_memory(&queue.blocks);
  CHECK(bytes > 16 * 24 && bytes < 1024);
  flood(&queue, 1);
  CHECK_EQ(tsfn__blocks_memory(&queue.blocks), bytes + queue.blocks.size);
  CHECK_EQ(drain(&queue, SIZE_MAX), 17);
  CHECK_EQ(tsfn__blocks_memory(&queue.blocks), queue.blocks.size);
  teardown(&queue);
}

TEST(first_block_fails, "without memory for its first block a queue says so") {
  struct tsfn__queue queue;
  struct tsfn__reservation place;
  for (size_t nth = 0; nth < 2; nth++) { /* the block, then the directory */
    setup(&queue, 24, 0);
    ledger_fail(&ledger, nth, 1);
    CHECK_EQ(tsfn__queue_reserve(&queue, 1, &place), TSFN_NO_MEMORY);
    CHECK_EQ(tsfn__blocks_memory(&queue.blocks), 0);
    CHECK_EQ(ledger.live, 0);
    flood(&queue, 20);
    CHECK_EQ(drain(&queue, SIZE_MAX), 20);
    teardown(&queue);
  }
}

static void
push_first(void *subject, int index) {
  (void)index;
  for (int i = 0; i < 12; i++)
    push(subject);
}

TEST(first_block_is_one, "threads that need the first block at once get one") {
  for (size_t round = 0; round < test_scaled(1000); round++) {
    struct tsfn__queue queue;
    struct crew crew;
    uint64_t received = 0;
    setup(&queue, 24, 0);
    crew_start(&crew, 3, push_first, &queue);
    while (received < 36)
      received += drain(&queue, SIZE_MAX);
    crew_join(&crew);
    CHECK(tsfn__queue_is_drained(&queue));
    CHECK_EQ(tsfn__queue_accepted(&queue), 36);
    teardown(&queue);
  }
}

TEST(flood_is_given_back,
     "after a million items and a drain few blocks are kept") {
  static const size_t most[] = {1, 7, SIZE_MAX};
  const uint64_t all = test_scaled(1000000);
  for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
    struct tsfn__queue queue;
    setup(&queue, 8, 0);
    flood(&queue, all);
    CHECK(tsfn__blocks_memory(&queue.blocks) >= all * 8);
    CHECK_EQ(drain(&queue, most[i]), all);
    check_kept(&queue);
    teardown(&queue);
  }
}

TEST(large_slots_are_given_back, "so it is for slots of any size") {
  static const size_t sizes[] = {8, 24, 72, 1000, 4096};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    struct tsfn__queue queue;
    const uint64_t all = test_scaled(100000) / (1 + sizes[i] / 64);
    setup(&queue, sizes[i], 0);
    flood(&queue, all);
    CHECK_EQ(drain(&queue, SIZE_MAX), all);
    check_kept(&queue);
    teardown(&queue);
  }
}

/* The directory grows with the first flood, and is not needed twice. That flood
   has two blocks more than the others: these begin anywhere in a block, and so
   may reach into one more than their items fill. */
TEST(floods_do_not_add_up, "the tenth flood leaves what the first one left") {
  struct tsfn__queue queue;
  const uint64_t all = test_scaled(100000);
  setup(&queue, 8, 0);
  flood(&queue, all + 2 * tsfn__blocks_slots(&queue.blocks));
  drain(&queue, SIZE_MAX);
  check_kept(&queue);
  size_t bytes = ledger.bytes + queue.blocks.size; /* one more or less */
  for (int round = 0; round < 9; round++) {
    flood(&queue, all);
    drain(&queue, SIZE_MAX);
    check_kept(&queue);
    CHECK(ledger.bytes <= bytes);
  }
  teardown(&queue);
}

/* Over many blocks, one item or a few waiting at a time. */
static void
check_trickle(struct tsfn__queue *queue, uint64_t waiting) {
  const uint64_t blocks = 20;
  uint64_t count = blocks << queue->blocks.shift;
  flood(queue, waiting);
  for (int warm = 0; warm < 2; warm++) {
    size_t calls = ledger.calls;
    for (uint64_t i = 0; i < count; i++) {
      push(queue);
      tsfn__queue_take(queue);
      CHECK(tsfn__queue_peek(queue).count > 0);
      tsfn__queue_consume(queue, 1);
    }
    if (warm == 1) CHECK_EQ(ledger.calls, calls);
  }
  CHECK_EQ(drain(queue, SIZE_MAX), waiting);
}

TEST(trickle_allocates_nothing, "a steady trickle allocates nothing at all") {
  static const uint64_t waiting[] = {0, 1, 100};
  for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
    struct tsfn__queue queue;
    setup(&queue, 8, 0);
    check_trickle(&queue, waiting[i]);
    teardown(&queue);
  }
}

TEST(trickle_after_a_flood, "nor does it after a flood") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  flood(&queue, test_scaled(200000));
  drain(&queue, SIZE_MAX);
  check_trickle(&queue, 10);
  check_kept(&queue);
  teardown(&queue);
}

TEST(bounded_trickle, "nor does that of a queue with a bound") {
  static const uint64_t bounds[] = {1, 4, 1024};
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    struct tsfn__queue queue;
    setup(&queue, 8, bounds[i]);
    check_trickle(&queue, 0);
    check_kept(&queue);
    teardown(&queue);
  }
}

/* --- in threads ---------------------------------------------------------- */

struct rush {
  struct tsfn__queue queue;
  uint64_t each;
};

static void
rush_main(void *subject, int index) {
  struct rush *rush = subject;
  (void)index;
  flood(&rush->queue, rush->each);
}

TEST(threads_give_back, "a flood of four threads is given back as well") {
  static struct rush rush;
  static struct crew crew;
  setup(&rush.queue, 8, 0);
  rush.each = test_scaled(250000);
  crew_start(&crew, 4, rush_main, &rush);
  uint64_t count = 0;
  while (count < 4 * rush.each) {
    count += drain(&rush.queue, 1000);
    tsfn__os_yield();
  }
  crew_join(&crew);
  CHECK_EQ(count, 4 * rush.each);
  check_kept(&rush.queue);
  teardown(&rush.queue);
}

TEST_MAIN()
