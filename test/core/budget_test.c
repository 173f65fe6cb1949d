/* SPDX-License-Identifier: MIT */

/* A clock of our own: budget.h is inline, so this renames what it reads. */
#define tsfn__os_now fake_now
#include "core/budget.h"
#undef tsfn__os_now

#include "../support/test.h"

static uint64_t clock_now = 5000;
static unsigned clock_reads;

uint64_t
fake_now(void) {
  clock_reads++;
  return clock_now;
}

/* How many items that take `each` are delivered until it is spent. */
static uint32_t
deliver(struct tsfn__budget *budget, uint64_t each) {
  uint32_t delivered = 0;
  while (!tsfn__budget_is_spent(budget)) {
    clock_now += each;
    delivered++;
    tsfn__budget_spend(budget);
  }
  return delivered;
}

TEST(counts_items, "items that take no time are counted to the last") {
  static const uint32_t limits[] = {1, 2, 31, 32, 33, 1000, 4096};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct tsfn__budget budget;
    tsfn__budget_init(&budget, fake_now(), limits[i], 1000000);
    CHECK(!tsfn__budget_is_spent(&budget));
    CHECK_EQ(deliver(&budget, 0), limits[i]);
  }
}

TEST(one_slow_item, "one item slower than the whole budget is the last") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 4096, 1000000);
  CHECK_EQ(deliver(&budget, 1000000), 1);
}

TEST(slow_items, "items of a sixteenth or more are timed one by one") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 4096, 1600);
  CHECK_EQ(deliver(&budget, 100), 16);
  tsfn__budget_init(&budget, fake_now(), 4096, 1600);
  CHECK_EQ(deliver(&budget, 300), 6);
}

TEST(any_speed_is_in_time, "at any speed, the time is at most a stride over") {
  for (uint64_t each = 1; each < 20000; each += 7) {
    struct tsfn__budget budget;
    uint64_t time = 10000, start = clock_now;
    tsfn__budget_init(&budget, fake_now(), UINT32_MAX, time);
    deliver(&budget, each);
    CHECK(clock_now - start >= time);
    /* A stride doubles after one of less than a sixteenth: less than an
       eighth, then. */
    uint64_t over = each > time / 8 ? each : time / 8;
    CHECK(clock_now - start < time + over);
  }
}

TEST(fast_turned_slow, "fast items turned slow are noticed within a stride") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 100000, 1000000);
  for (int i = 0; i < 1000; i++) {
    clock_now += 1;
    tsfn__budget_spend(&budget);
  }
  CHECK(!tsfn__budget_is_spent(&budget));
  CHECK(deliver(&budget, 1000000) <= TSFN__BUDGET_STRIDE_MAX);
}

TEST(slow_again, "a slow stride brings the stride back to one") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 100000, 1000000);
  for (int i = 0; i < 1000; i++)
    tsfn__budget_spend(&budget);
  clock_now += 1000000 / 16;
  unsigned reads = clock_reads;
  while (clock_reads == reads)
    tsfn__budget_spend(&budget);
  CHECK(!tsfn__budget_is_spent(&budget));
  clock_now += 1000000;
  tsfn__budget_spend(&budget);
  CHECK(tsfn__budget_is_spent(&budget));
}

TEST(reads_the_clock_rarely, "fast items cost one clock in 32") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 32000, 1000000);
  clock_reads = 0;
  deliver(&budget, 1);
  CHECK(clock_reads <= 1000 + 6);
  CHECK(clock_reads >= 1000);
}

TEST(no_limit_of_time, "the longest time is no limit") {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, fake_now(), 100, UINT64_MAX);
  CHECK_EQ(deliver(&budget, 1000), 100);
}

TEST_MAIN()
