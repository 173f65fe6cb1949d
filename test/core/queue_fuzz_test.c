/* SPDX-License-Identifier: MIT */

/* Random operations on a queue and on a plain array; after each of them the two
   must tell the same. FUZZ_SEED, an environment variable, replays one seed. */

#include "core/queue.h"

#include "../support/ledger.h"
#include "../support/test.h"
#include "crew.h"
#include "positions.h"

#define ITEMS_MAX 8000

static uint64_t fuzz_seed;

/* CHECK_EQ that says how to come here again. */
#define AGREE(actual, expected)                                                \
  do {                                                                         \
    intmax_t agree_actual = (intmax_t)(actual);                                \
    intmax_t agree_expected = (intmax_t)(expected);                            \
    if (agree_actual != agree_expected)                                        \
      fprintf(stderr, "FUZZ_SEED=%" PRIu64 ": " #actual "\n", fuzz_seed);      \
    CHECK_EQ(agree_actual, agree_expected);                                    \
  } while (0)

struct oracle {
  uint64_t value[ITEMS_MAX];
  unsigned char kind[ITEMS_MAX]; /* 0: reserved only */
  uint64_t head, taken, tail, bound;
  bool is_closed;
};

struct fuzz {
  struct tsfn__queue queue;
  struct oracle oracle;
  struct ledger ledger;
  struct dice dice;
};

static void
fuzz_reserve(struct fuzz *self) {
  struct oracle *oracle = &self->oracle;
  struct tsfn__reservation place;
  size_t want = 1 + (size_t)dice_roll(&self->dice, 40);
  if (oracle->tail + want > ITEMS_MAX) return;
  bool fails = dice_roll(&self->dice, 10) == 0;
  if (fails) ledger_fail(&self->ledger, 0, 3);
  tsfn_status status = tsfn__queue_reserve(&self->queue, want, &place);
  if (fails) atomic_store(&self->ledger.fail_to, 0);
  uint64_t waiting = oracle->tail - oracle->taken;
  uint64_t first = self->queue.blocks.first;
  if (oracle->is_closed) {
    AGREE(status, TSFN_CLOSING);
  } else if (oracle->bound != 0 && waiting == oracle->bound) {
    AGREE(status, TSFN_QUEUE_FULL);
  } else if (status == TSFN_NO_MEMORY) {
    AGREE(fails, true);
  } else {
    AGREE(status, TSFN_OK);
    AGREE(place.position, first + oracle->tail);
    AGREE(place.count >= 1 && place.count <= want, true);
    if (oracle->bound != 0) AGREE(place.count <= oracle->bound - waiting, true);
    for (size_t i = 0; i < place.count; i++) {
      uint64_t value = dice_roll(&self->dice, UINT32_MAX);
      memcpy(slot_at(&self->queue, first + oracle->tail), &value, 8);
      oracle->value[oracle->tail] = value;
      oracle->kind[oracle->tail++] = 0;
    }
  }
}

/* Some of the unpublished, in no order. */
static void
fuzz_publish(struct fuzz *self) {
  struct oracle *oracle = &self->oracle;
  if (oracle->head == oracle->tail) return;
  uint64_t start =
      oracle->head + dice_roll(&self->dice, oracle->tail - oracle->head);
  if (dice_roll(&self->dice, 2) == 0) start = oracle->head;
  for (uint64_t i = start; i < oracle->tail; i++) {
    if (oracle->kind[i] != 0) continue;
    if (dice_roll(&self->dice, 4) == 0) break;
    oracle->kind[i] = (unsigned char)(1 + dice_roll(&self->dice, 255));
    publish_at(&self->queue, self->queue.blocks.first + i, oracle->kind[i]);
  }
}

static void
fuzz_take(struct fuzz *self) {
  struct oracle *oracle = &self->oracle;
  oracle->taken = oracle->tail;
  if (oracle->bound != 0 && oracle->taken > oracle->head + oracle->bound)
    oracle->taken = oracle->head + oracle->bound;
  AGREE(tsfn__queue_take(&self->queue), oracle->taken - oracle->head);
}

static void
fuzz_consume(struct fuzz *self) {
  struct oracle *oracle = &self->oracle;
  struct tsfn__run run = tsfn__queue_peek(&self->queue);
  uint64_t ready = oracle->head;
  while (ready < oracle->taken && oracle->kind[ready] != 0 &&
         oracle->kind[ready] == oracle->kind[oracle->head])
    ready++;
  ready -= oracle->head;
  AGREE(run.count == 0, ready == 0);
  AGREE(run.count <= ready, true);
  if (run.count < ready) { /* cut by a block's border only */
    AGREE((self->queue.blocks.first + oracle->head + run.count) &
              ((1u << self->queue.blocks.shift) - 1),
          0);
  }
  for (size_t i = 0; i < run.count; i++) {
    uint64_t value;
    memcpy(&value, run.slots + i * 8, 8);
    AGREE(value, oracle->value[oracle->head + i]);
    AGREE(run.kinds[i], oracle->kind[oracle->head + i]);
  }
  if (run.count == 0) return;
  size_t count = 1 + (size_t)dice_roll(&self->dice, run.count);
  tsfn__queue_consume(&self->queue, count);
  oracle->head += count;
}

static void
fuzz_compare(struct fuzz *self) {
  struct oracle *oracle = &self->oracle;
  struct tsfn__queue *queue = &self->queue;
  AGREE(tsfn__queue_accepted(queue), oracle->tail);
  AGREE(tsfn__queue_consumed(queue), oracle->head);
  AGREE(tsfn__queue_is_drained(queue), oracle->head == oracle->tail);
  AGREE(tsfn__queue_is_closed(queue), oracle->is_closed);
  AGREE(tsfn__queue_is_full(queue),
        !oracle->is_closed && oracle->bound != 0 &&
            oracle->tail - oracle->taken >= oracle->bound);
  /* Memory for what is there, one block begun at each end, and the spares. */
  uint64_t block = UINT64_C(1) << queue->blocks.shift;
  uint64_t blocks = (oracle->tail - oracle->head) / block + 3;
  uint64_t spares = TSFN__BLOCKS_SPARE_MAX_IN_FLOOD;
  if (spares < queue->blocks.size) spares = queue->blocks.size;
  AGREE(tsfn__blocks_memory(&queue->blocks) <=
            blocks * queue->blocks.size + spares,
        true);
}

static void
fuzz_run(uint64_t seed) {
  static struct fuzz fuzz;
  static const uint64_t bounds[] = {0, 1, 2, 7, 8, 9, 64, 600};
  fuzz_seed = seed;
  memset(&fuzz.oracle, 0, sizeof fuzz.oracle);
  fuzz.dice.state = seed * 2654435761u + 1;
  fuzz.oracle.bound = bounds[dice_roll(&fuzz.dice, 8)];
  ledger_init(&fuzz.ledger);
  CHECK(tsfn__queue_init(&fuzz.queue, &fuzz.ledger.allocator, 8,
                         fuzz.oracle.bound));
  /* Some runs mostly fill, some mostly drain. */
  uint64_t lean = 2 + dice_roll(&fuzz.dice, 6);
  for (int operation = 0; operation < 3000; operation++) {
    uint64_t roll = dice_roll(&fuzz.dice, 10);
    if (roll < lean) {
      fuzz_reserve(&fuzz);
      fuzz_publish(&fuzz);
    } else if (roll < 9) {
      fuzz_take(&fuzz);
      fuzz_consume(&fuzz);
    } else if (dice_roll(&fuzz.dice, 400) == 0) {
      tsfn__queue_close(&fuzz.queue);
      fuzz.oracle.is_closed = true;
    }
    fuzz_compare(&fuzz);
  }
  tsfn__queue_destroy(&fuzz.queue);
  CHECK_EQ(fuzz.ledger.live, 0);
}

TEST(c1_agrees_with_an_array, "the queue tells the same as a plain array") {
  const char *seed = getenv("FUZZ_SEED");
  if (seed != NULL) {
    fuzz_run(strtoull(seed, NULL, 10));
    return;
  }
  for (uint64_t i = 1; i <= test_scaled(4000); i++)
    fuzz_run(i);
}

TEST_MAIN()
