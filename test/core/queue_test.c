/* SPDX-License-Identifier: MIT */
#include "core/queue.h"

#include "crew.h"
#include "positions.h"
#include "queue_fixture.h"

static const _Atomic(bool) watched[] = {false, true};

/* As its owner or by an add where the queue takes one, as a channel does; every
   third item by a reservation, so that all meet. */
static tsfn_status
push(struct tsfn__queue *queue, uint64_t value) {
  struct tsfn__reservation place;
  if (value % 3 != 0 &&
      (tsfn__queue_own(queue, &value, sizeof value, 1, &watched[value % 2]) ||
       tsfn__queue_add(queue, &value, sizeof value, 1, value % 2 == 0)))
    return TSFN_OK;
  tsfn_status status = tsfn__queue_reserve(queue, 1, &place);
  if (status != TSFN_OK) return status;
  CHECK_EQ(place.count, 1);
  memcpy(slot_at(queue, place.position), &value, sizeof value);
  publish_at(queue, place.position, 1);
  return TSFN_OK;
}

static uint64_t
value_at(struct tsfn__queue *queue, const struct tsfn__run *run, size_t index) {
  uint64_t value;
  memcpy(&value, run->slots + index * queue->blocks.slot_size, sizeof value);
  return value;
}

/* False: nothing was published. */
static bool
pop(struct tsfn__queue *queue, uint64_t *value) {
  tsfn__queue_take(queue);
  struct tsfn__run run = tsfn__queue_peek(queue);
  if (run.count == 0) return false;
  *value = value_at(queue, &run, 0);
  tsfn__queue_consume(queue, 1);
  return true;
}

static void
check_pop(struct tsfn__queue *queue, uint64_t expected) {
  uint64_t value = 0;
  CHECK(pop(queue, &value));
  CHECK_EQ(value, expected);
}

TEST(keeps_order, "items come out in the order in which they went in") {
  struct tsfn__queue queue;
  uint64_t value;
  setup(&queue, 8, 0);
  for (uint64_t i = 0; i < 5000; i++)
    CHECK_EQ(push(&queue, i), TSFN_OK);
  for (uint64_t i = 0; i < 5000; i++)
    check_pop(&queue, i);
  CHECK(!pop(&queue, &value));
  CHECK(tsfn__queue_is_drained(&queue));
  teardown(&queue);
}

TEST(keeps_bytes, "every byte and kind arrives, for slots small and huge") {
  static const size_t sizes[] = {8, 16, 24, 72, 1000, 4096, 32768, 40000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    struct tsfn__queue queue;
    setup(&queue, sizes[s], 0);
    for (unsigned i = 0; i < 1200; i++) {
      struct tsfn__reservation place;
      CHECK_EQ(tsfn__queue_reserve(&queue, 1, &place), TSFN_OK);
      void *slot = slot_at(&queue, place.position);
      CHECK_EQ((uintptr_t)slot % 8, 0);
      memset(slot, (int)(i & 0xff), sizes[s]);
      publish_at(&queue, place.position, (unsigned char)(i % 255 + 1));
      if (i % 3 == 0) continue; /* stay a few hundred behind */
      tsfn__queue_take(&queue);
      struct tsfn__run run = tsfn__queue_peek(&queue);
      unsigned head = (unsigned)tsfn__queue_consumed(&queue);
      CHECK(run.count > 0);
      CHECK_EQ(run.kinds[0], head % 255 + 1);
      CHECK_EQ(run.slots[0], head & 0xff);
      CHECK_EQ(run.slots[sizes[s] - 1], head & 0xff);
      tsfn__queue_consume(&queue, 1);
    }
    teardown(&queue);
  }
}

TEST(idle_allocates_nothing, "a queue that was never used has no memory") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  CHECK_EQ(ledger.calls, 0);
  CHECK_EQ(tsfn__blocks_memory(&queue.blocks), 0);
  CHECK_EQ(tsfn__queue_take(&queue), 0);
  CHECK_EQ(tsfn__queue_peek(&queue).count, 0);
  teardown(&queue);
}

TEST(c1_leftovers_are_freed, "destroy frees the blocks of items left in it") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  for (uint64_t i = 0; i < 3000; i++)
    CHECK_EQ(push(&queue, i), TSFN_OK);
  for (uint64_t i = 0; i < 700; i++)
    check_pop(&queue, i);
  teardown(&queue);
}

/* --- the bound ----------------------------------------------------------- */

static void
check_bound(uint64_t bound) {
  struct tsfn__queue queue;
  setup(&queue, 8, bound);
  uint64_t sent = 0, received = 0;
  for (int round = 0; round < 3; round++) {
    /* One bound waits, one bound is taken: twice the bound is the most. */
    CHECK(!tsfn__queue_is_full(&queue));
    for (uint64_t i = 0; i < bound; i++)
      CHECK_EQ(push(&queue, sent++), TSFN_OK);
    CHECK(tsfn__queue_is_full(&queue));
    CHECK_EQ(push(&queue, 0), TSFN_QUEUE_FULL);
    CHECK_EQ(tsfn__queue_take(&queue), bound);
    for (uint64_t i = 0; i < bound; i++)
      CHECK_EQ(push(&queue, sent++), TSFN_OK);
    CHECK_EQ(push(&queue, 0), TSFN_QUEUE_FULL);
    CHECK_EQ(tsfn__queue_take(&queue), bound);
    CHECK_EQ(push(&queue, 0), TSFN_QUEUE_FULL);
    CHECK_EQ(tsfn__queue_accepted(&queue), sent);
    /* Each consumed item lets the next take open room for one. */
    for (uint64_t i = 0; i < bound; i++) {
      check_pop(&queue, received++);
      CHECK_EQ(tsfn__queue_take(&queue), bound);
    }
    for (uint64_t i = 0; i < bound; i++)
      check_pop(&queue, received++);
    CHECK(tsfn__queue_is_drained(&queue));
  }
  teardown(&queue);
}

TEST(bound_is_exact, "exactly the bound is accepted and not taken") {
  for (uint64_t bound = 1; bound <= 70; bound++)
    check_bound(bound);
  check_bound(511);
  check_bound(512);
  check_bound(513);
  check_bound(4000);
}

TEST(bound_cuts_a_run, "a reservation of many is as long as there is room") {
  struct tsfn__queue queue;
  struct tsfn__reservation place;
  setup(&queue, 8, 6);
  CHECK_EQ(tsfn__queue_reserve(&queue, 4, &place), TSFN_OK);
  CHECK_EQ(place.count, 4);
  CHECK_EQ(tsfn__queue_reserve(&queue, 4, &place), TSFN_OK);
  CHECK_EQ(place.position, 4);
  CHECK_EQ(place.count, 2);
  CHECK_EQ(tsfn__queue_reserve(&queue, 4, &place), TSFN_QUEUE_FULL);
  teardown(&queue);
}

struct race {
  struct tsfn__queue queue;
  size_t each; /* items of a producer; 0: until it hears closing */
  atomic_uint_fast64_t sent;
  uint64_t next[CREW_MAX];
};

#define PRODUCER_SHIFT 40

/* Runs of 1 to 7 items, published from the last to the first. */
static void
produce(void *subject, int index) {
  struct race *race = subject;
  struct dice dice = {UINT64_C(88172645463325252) + (unsigned)index};
  uint64_t sent = 0;
  while (race->each == 0 || sent < race->each) {
    struct tsfn__reservation place;
    size_t want = 1 + (size_t)dice_roll(&dice, 7);
    if (race->each != 0 && want > race->each - sent)
      want = (size_t)(race->each - sent);
    tsfn_status status = tsfn__queue_reserve(&race->queue, want, &place);
    if (status == TSFN_CLOSING) break;
    if (status == TSFN_QUEUE_FULL) {
      tsfn__os_yield();
      continue;
    }
    CHECK_EQ(status, TSFN_OK);
    CHECK(place.count > 0 && place.count <= want);
    for (size_t i = place.count; i-- > 0;) {
      uint64_t item = (uint64_t)index << PRODUCER_SHIFT | (sent + i);
      memcpy(slot_at(&race->queue, place.position + i), &item, 8);
      publish_at(&race->queue, place.position + i, 1);
    }
    sent += place.count;
  }
  atomic_fetch_add(&race->sent, sent);
}

/* Consumes what is there and checks each producer's order. */
static uint64_t
consume_in_order(struct race *race) {
  tsfn__queue_take(&race->queue);
  struct tsfn__run run = tsfn__queue_peek(&race->queue);
  for (size_t i = 0; i < run.count; i++) {
    uint64_t item = value_at(&race->queue, &run, i);
    uint64_t *next = &race->next[item >> PRODUCER_SHIFT];
    CHECK_EQ(item & ((UINT64_C(1) << PRODUCER_SHIFT) - 1), *next);
    (*next)++;
  }
  if (run.count > 0) tsfn__queue_consume(&race->queue, run.count);
  return run.count;
}

static void
check_stress(int producers, size_t each, uint64_t bound) {
  static struct race race;
  static struct crew crew;
  memset(&race, 0, sizeof race);
  setup(&race.queue, 8, bound);
  race.each = each;
  crew_start(&crew, producers, produce, &race);
  uint64_t received = 0, all = each * (uint64_t)producers;
  while (received < all) {
    uint64_t count = consume_in_order(&race);
    received += count;
    /* Only we write taken: whatever tail we read, this is exact. */
    uint64_t taken = tsfn__queue_taken(&race.queue);
    if (bound != 0) CHECK(tsfn__queue_accepted(&race.queue) - taken <= bound);
    if (count == 0) tsfn__os_yield();
  }
  crew_join(&crew);
  CHECK(tsfn__queue_is_drained(&race.queue));
  CHECK_EQ(tsfn__queue_accepted(&race.queue), all);
  teardown(&race.queue);
}

TEST(bound_holds_in_threads, "no race lets more than the bound wait") {
  check_stress(2, test_scaled(300000), 1);
  check_stress(2, test_scaled(300000), 3);
  check_stress(2, test_scaled(300000), 64);
}

TEST(c1_stress_keeps_order, "each producer's items arrive once and in order") {
  check_stress(4, test_scaled(500000), 0);
  check_stress(8, test_scaled(100000), 1000);
  check_stress(3, test_scaled(300000), 513);
}

/* --- blocks -------------------------------------------------------------- */

TEST(block_borders, "filling to and draining from any side of a border works") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  CHECK_EQ(push(&queue, 0), TSFN_OK);
  check_pop(&queue, 0);
  uint64_t block = UINT64_C(1) << queue.blocks.shift;
  uint64_t sent = 1, received = 1;
  for (uint64_t blocks = 1; blocks <= 9; blocks++) {
    for (int side = -1; side <= 1; side++) {
      uint64_t border = (received / block + blocks) * block;
      while (sent < border + (uint64_t)(int64_t)side)
        CHECK_EQ(push(&queue, sent++), TSFN_OK);
      while (received < sent)
        check_pop(&queue, received++);
      uint64_t value;
      CHECK(!pop(&queue, &value));
    }
  }
  teardown(&queue);
}

TEST(runs_end_at_borders, "a run never reaches over the border of a block") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  uint64_t block = UINT64_C(1) << queue.blocks.shift;
  uint64_t next = 0;
  for (int i = 0; i < 50; i++) {
    struct tsfn__reservation place;
    CHECK_EQ(tsfn__queue_reserve(&queue, 100000, &place), TSFN_OK);
    CHECK_EQ(place.position, queue.blocks.first + next);
    CHECK_EQ((place.position + place.count) % block, 0);
    for (size_t j = 0; j < place.count; j++) {
      uint64_t value = next + j;
      memcpy(slot_at(&queue, place.position + j), &value, 8);
      publish_at(&queue, place.position + j, 2);
    }
    next += place.count;
    CHECK_EQ(push(&queue, next++), TSFN_OK);
  }
  for (uint64_t i = 0; i < next; i++)
    check_pop(&queue, i);
  teardown(&queue);
}

TEST(grows_and_gives_back, "a million items take 16 MB, and no item none") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  const uint64_t all = test_scaled(1000000);
  for (uint64_t i = 0; i < all; i++)
    CHECK_EQ(push(&queue, i), TSFN_OK);
  CHECK(tsfn__blocks_memory(&queue.blocks) <= 16 * all + 2 * queue.blocks.size);
  CHECK(ledger.bytes <= 16 * all + 2 * queue.blocks.size);
  for (uint64_t i = 0; i < all; i++)
    check_pop(&queue, i);
  CHECK(tsfn__blocks_memory(&queue.blocks) <=
        2 * queue.blocks.size + TSFN__BLOCKS_SPARE_MAX_IN_FLOOD);
  tsfn__blocks_trim(&queue.blocks);
  /* The block of the head, the one that is kept ahead, and spares. */
  CHECK(tsfn__blocks_memory(&queue.blocks) <=
        2 * queue.blocks.size + TSFN__BLOCKS_SPARE_MAX);
  /* The rest are the directories: less than a byte an item, at its most. */
  CHECK(ledger.bytes <= tsfn__blocks_memory(&queue.blocks) + all / 8);
  teardown(&queue);
}

TEST(steady_state_allocates_nothing, "a block is used again, not allocated") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  uint64_t sent = 0, received = 0;
  while (sent < 2000)
    CHECK_EQ(push(&queue, sent++), TSFN_OK);
  while (received < 1600)
    check_pop(&queue, received++);
  size_t calls = ledger.calls;
  for (size_t i = 0; i < test_scaled(200000); i++) {
    CHECK_EQ(push(&queue, sent++), TSFN_OK);
    check_pop(&queue, received++);
  }
  CHECK(ledger.calls <= calls + 1);
  teardown(&queue);
}

/* --- publishing, closing ------------------------------------------------- */

TEST(unpublished_stops_peek,
     "a slot being written holds the later; kinds cut runs") {
  struct tsfn__queue queue;
  struct tsfn__reservation first, second;
  setup(&queue, 8, 0);
  CHECK_EQ(push(&queue, 7), TSFN_OK);
  CHECK_EQ(tsfn__queue_reserve(&queue, 1, &first), TSFN_OK);
  CHECK_EQ(tsfn__queue_reserve(&queue, 1, &second), TSFN_OK);
  memset(slot_at(&queue, second.position), 0, 8);
  publish_at(&queue, second.position, 2);
  CHECK_EQ(tsfn__queue_take(&queue), 3);
  CHECK_EQ(tsfn__queue_peek(&queue).count, 1);
  tsfn__queue_consume(&queue, 1);
  CHECK_EQ(tsfn__queue_peek(&queue).count, 0);
  CHECK(!tsfn__queue_is_drained(&queue));
  memset(slot_at(&queue, first.position), 0, 8);
  publish_at(&queue, first.position, 1);
  struct tsfn__run run = tsfn__queue_peek(&queue);
  CHECK_EQ(run.count, 1);
  CHECK_EQ(run.kinds[0], 1);
  struct tsfn__run behind = tsfn__queue_peek_behind(&queue, 1);
  CHECK_EQ(behind.count, 1);
  CHECK_EQ(behind.kinds[0], 2);
  teardown(&queue);
}

TEST(peeked_again, "what peeks have shown is found again, block by block") {
  struct tsfn__queue queue;
  setup(&queue, 8, 0);
  uint64_t block = tsfn__blocks_slots(&queue.blocks) - queue.blocks.first;
  uint64_t all = block + 5; /* in the first block, and behind it */
  for (uint64_t i = 0; i < all; i++)
    CHECK_EQ(push(&queue, i), TSFN_OK);
  CHECK_EQ(tsfn__queue_take(&queue), all);
  CHECK_EQ(tsfn__queue_peek(&queue).count, block);
  CHECK_EQ(tsfn__queue_peek_behind(&queue, block).count, 5);
  uint64_t next = 0;
  while (next < all) {
    struct tsfn__run run =
        tsfn__queue_peek_again(&queue, next, (size_t)(all - next));
    for (size_t i = 0; i < run.count; i++)
      CHECK_EQ(value_at(&queue, &run, i), next + i);
    next += run.count;
    CHECK_EQ(next, next < all ? block : all);
  }
  while (all > 0) {
    struct tsfn__run run = tsfn__queue_peek_again(&queue, 0, (size_t)all);
    tsfn__queue_consume(&queue, run.count);
    all -= run.count;
  }
  CHECK(tsfn__queue_is_drained(&queue));
  teardown(&queue);
}

TEST(closed_accepts_nothing, "a closed queue gives out what it has, no more") {
  struct tsfn__queue queue;
  setup(&queue, 8, 2);
  CHECK_EQ(push(&queue, 1), TSFN_OK);
  CHECK_EQ(push(&queue, 2), TSFN_OK);
  CHECK(tsfn__queue_is_full(&queue));
  tsfn__queue_close(&queue);
  tsfn__queue_close(&queue);
  CHECK(tsfn__queue_is_closed(&queue));
  CHECK(!tsfn__queue_is_full(&queue));
  CHECK_EQ(push(&queue, 3), TSFN_CLOSING);
  check_pop(&queue, 1);
  CHECK_EQ(push(&queue, 3), TSFN_CLOSING);
  check_pop(&queue, 2);
  CHECK(tsfn__queue_is_drained(&queue));
  CHECK_EQ(tsfn__queue_accepted(&queue), 2);
  teardown(&queue);
}

TEST(c1_closing_is_exact, "accepted is what came before close, item for item") {
  static struct race race;
  static struct crew crew;
  struct dice dice = {4711};
  for (size_t round = 0; round < test_scaled(1500); round++) {
    memset(&race, 0, sizeof race);
    setup(&race.queue, 8, round % 3 == 0 ? 0 : 5 * (round % 3));
    crew_start(&crew, 3, produce, &race);
    uint64_t received = 0;
    for (uint64_t i = dice_roll(&dice, 200); i > 0; i--)
      received += consume_in_order(&race);
    tsfn__queue_close(&race.queue);
    uint64_t accepted = tsfn__queue_accepted(&race.queue);
    while (received < accepted)
      received += consume_in_order(&race);
    CHECK(tsfn__queue_is_drained(&race.queue));
    crew_join(&crew);
    CHECK_EQ(tsfn__queue_accepted(&race.queue), accepted);
    CHECK_EQ(race.sent, accepted);
    CHECK(tsfn__queue_is_drained(&race.queue));
    teardown(&race.queue);
  }
}

/* As when several threads send: adds instead of an owner. */
static void
share(struct tsfn__queue *queue) {
  tsfn__owner_share(&queue->owner, tsfn__os_thread_self());
}

struct adders {
  struct tsfn__queue queue;
  atomic_uint_fast64_t added;
  atomic_bool stop;
};

static void
add_until_refused(void *subject, int index) {
  struct adders *self = subject;
  uint64_t value = (uint64_t)index;
  while (tsfn__queue_add(&self->queue, &value, sizeof value, 1, false))
    atomic_fetch_add(&self->added, 1);
  while (!atomic_load(&self->stop)) /* each takes its position back */
    CHECK(!tsfn__queue_add(&self->queue, &value, sizeof value, 1, false));
}

TEST(c1_adds_race_with_close,
     "an add is accepted before close, or not at all") {
  for (int round = 0; round < 20; round++) {
    struct adders adders = {.added = 0};
    struct crew crew;
    setup(&adders.queue, 8, 0);
    share(&adders.queue);
    uint64_t pushed = fill_past_first(&adders.queue);
    crew_start(&crew, 3, add_until_refused, &adders);
    while (atomic_load(&adders.added) < 500)
      tsfn__os_yield();
    tsfn__queue_close(&adders.queue);
    uint64_t accepted = tsfn__queue_accepted(&adders.queue), received = 0;
    while (received < accepted) {
      tsfn__queue_take(&adders.queue);
      struct tsfn__run run = tsfn__queue_peek(&adders.queue);
      if (run.count != 0) tsfn__queue_consume(&adders.queue, run.count);
      received += run.count;
    }
    CHECK(tsfn__queue_is_drained(&adders.queue));
    CHECK_EQ(tsfn__queue_take(&adders.queue), 0);
    atomic_store(&adders.stop, true);
    crew_join(&crew);
    CHECK_EQ(adders.added + pushed, accepted);
    CHECK_EQ(tsfn__queue_accepted(&adders.queue), accepted);
    teardown(&adders.queue);
  }
}

TEST(adds_want_no_bound, "a queue with a bound takes no adds") {
  struct tsfn__queue queue;
  uint64_t value = 1;
  setup(&queue, 8, 1000);
  CHECK_EQ(push(&queue, 0), TSFN_OK);
  CHECK(!tsfn__queue_add(&queue, &value, sizeof value, 1, false));
  check_pop(&queue, 0);
  teardown(&queue);
}

TEST(adds_keep_memory_ahead, "without memory ahead, adds turn into reserves") {
  struct tsfn__queue queue;
  uint64_t value = 1, added = 0;
  setup(&queue, 8, 0);
  share(&queue);
  uint64_t before = fill_past_first(&queue);
  ledger_fail(&ledger, 0, SIZE_MAX / 2);
  while (tsfn__queue_add(&queue, &value, sizeof value, 1, false))
    added++;
  CHECK(added >= 1);
  CHECK_EQ(tsfn__queue_accepted(&queue), added + before);
  CHECK(added + 1 < queue.blocks.mask + 1); /* the block is not full yet */
  atomic_store(&ledger.fail_to, 0);
  do /* up to a new block */
    CHECK_EQ(push(&queue, 3), TSFN_OK);
  while ((queue.blocks.first + tsfn__queue_accepted(&queue)) %
             (queue.blocks.mask + 1) !=
         1);
  CHECK(tsfn__queue_add(&queue, &value, sizeof value, 1, false));
  while (pop(&queue, &value))
    continue;
  teardown(&queue);
}

TEST(owned_keeps_memory_ahead,
     "out of memory, its owner fills what there is and then hears of it") {
  struct tsfn__queue queue;
  uint64_t value = 1, pushed = 0;
  skip_without_barrier();
  setup(&queue, 8, 0);
  uint64_t before = fill_past_first(&queue);
  ledger_fail(&ledger, 0, SIZE_MAX / 2);
  while (tsfn__queue_own(&queue, &value, sizeof value, 1, &watched[1]))
    pushed++;
  CHECK_EQ(pushed, queue.blocks.mask);
  CHECK_EQ(tsfn__queue_accepted(&queue), pushed + before);
  CHECK_EQ(push(&queue, 3), TSFN_NO_MEMORY);
  atomic_store(&ledger.fail_to, 0);
  CHECK_EQ(push(&queue, 3), TSFN_OK);
  CHECK(tsfn__queue_own(&queue, &value, sizeof value, 1, &watched[1]));
  while (pop(&queue, &value))
    continue;
  teardown(&queue);
}

TEST(closed_has_no_owner, "what its owner sends after close is refused") {
  struct tsfn__queue queue;
  uint64_t value = 1;
  skip_without_barrier();
  setup(&queue, 8, 0);
  CHECK_EQ(push(&queue, 1), TSFN_OK);
  CHECK(tsfn__queue_own(&queue, &value, sizeof value, 1, &watched[1]));
  tsfn__queue_close(&queue);
  CHECK(!tsfn__queue_own(&queue, &value, sizeof value, 1, &watched[1]));
  CHECK_EQ(push(&queue, 1), TSFN_CLOSING);
  CHECK_EQ(tsfn__queue_accepted(&queue), 2);
  while (pop(&queue, &value))
    continue;
  teardown(&queue);
}

/* --- out of memory ------------------------------------------------------- */

/* True: the n-th allocation was reached, and made to fail. */
static bool
check_failure(size_t nth, uint64_t bound) {
  struct tsfn__queue queue;
  uint64_t sent = 0, received = 0;
  setup(&queue, 8, bound);
  ledger_fail(&ledger, nth - 1, 1);
  while (sent < 6000) {
    uint64_t before = tsfn__queue_accepted(&queue);
    tsfn_status status = push(&queue, sent);
    if (status == TSFN_OK) {
      sent++;
    } else if (status == TSFN_NO_MEMORY) {
      CHECK_EQ(tsfn__queue_accepted(&queue), before);
      CHECK_EQ(before, sent);
    } else {
      CHECK_EQ(status, TSFN_QUEUE_FULL);
      check_pop(&queue, received++);
    }
    if (sent % 5 == 0 && received < sent) check_pop(&queue, received++);
  }
  while (received < sent)
    check_pop(&queue, received++);
  teardown(&queue);
  return ledger.failures == 1;
}

TEST(c1_out_of_memory, "a failed allocation reserves nothing; later it works") {
  size_t reached = 0;
  for (uint64_t bound = 0; bound <= 2000; bound += 1000) {
    size_t nth = 1;
    while (check_failure(nth, bound))
      nth++;
    reached += nth - 1;
  }
  CHECK(reached > 15);
}

TEST_MAIN()
