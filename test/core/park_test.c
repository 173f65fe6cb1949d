/* SPDX-License-Identifier: MIT */
#include "core/park.h"

#include "crew.h"

/* A counter with a bound, the least that one can wait for. */
struct yard {
  struct tsfn__park park;
  _Atomic(uint64_t) put;
  _Atomic(uint64_t) taken;
  uint64_t bound;
  atomic_bool is_closed;
  uint64_t each; /* items of a producer */
};

static void
yard_init(struct yard *yard, uint64_t bound) {
  memset(yard, 0, sizeof *yard);
  CHECK(tsfn__park_init(&yard->park));
  yard->bound = bound;
}

static void
yard_destroy(struct yard *yard) {
  CHECK_EQ(tsfn__park_waiters(&yard->park), 0);
  CHECK(yard->park.first == NULL && yard->park.last == NULL);
  tsfn__park_destroy(&yard->park);
}

static bool
is_full(void *subject) {
  struct yard *yard = subject;
  if (atomic_load(&yard->is_closed)) return false;
  return atomic_load(&yard->put) - atomic_load(&yard->taken) >= yard->bound;
}

static bool
try_put(struct yard *yard) {
  uint64_t put = atomic_load(&yard->put);
  do {
    uint64_t taken = atomic_load(&yard->taken);
    if (put >= taken + yard->bound) return false;
  } while (!atomic_compare_exchange_weak(&yard->put, &put, put + 1));
  return true;
}

static void
produce(void *subject, int index) {
  struct yard *yard = subject;
  (void)index;
  for (uint64_t i = 0; i < yard->each; i++)
    while (!try_put(yard))
      CHECK_EQ(tsfn__park_wait(&yard->park, TSFN__OS_FOREVER, is_full, yard),
               TSFN__PARK_RETRY);
}

/* A thread that waits once. */
struct sleeper {
  struct crew crew;
  struct yard *yard;
  uint64_t deadline;
  enum tsfn__park_result result; /* after the join */
};

static void
sleep_once(void *subject, int index) {
  struct sleeper *sleeper = subject;
  (void)index;
  sleeper->result = tsfn__park_wait(&sleeper->yard->park, sleeper->deadline,
                                    is_full, sleeper->yard);
}

static void
sleeper_begin(struct sleeper *self, struct yard *yard, uint64_t deadline) {
  self->yard = yard;
  self->deadline = deadline;
  crew_start(&self->crew, 1, sleep_once, self);
}

/* Returns when it is in the list (or has left it); the others stay there. */
static void
sleeper_start(struct sleeper *self, struct yard *yard, uint64_t deadline) {
  size_t before = tsfn__park_waiters(&yard->park);
  sleeper_begin(self, yard, deadline);
  WAIT_UNTIL(tsfn__park_waiters(&yard->park) > before ||
             atomic_load(&self->crew.ended) == 1);
}

static bool
sleeper_has_ended(struct sleeper *self) {
  return atomic_load(&self->crew.ended) == 1;
}

static void
check_no_lost_wake(uint64_t bound, int producers, uint64_t each) {
  static struct yard yard;
  static struct crew crew;
  yard_init(&yard, bound);
  yard.each = each;
  crew_start(&crew, producers, produce, &yard);
  uint64_t all = each * (uint64_t)producers;
  while (atomic_load(&yard.taken) < all) {
    uint64_t put = atomic_load(&yard.put);
    if (put == atomic_load(&yard.taken)) {
      tsfn__os_yield();
      continue;
    }
    atomic_store(&yard.taken, put);
    uint64_t used = atomic_load(&yard.put) - put;
    tsfn__park_grant(&yard.park, bound - used);
  }
  crew_join(&crew);
  yard_destroy(&yard);
}

TEST(c4_bound_1, "bound 1 and 8 producers: nobody sleeps for ever") {
  check_no_lost_wake(1, 8, test_scaled(20000));
}

TEST(c4_bound_3, "bound 3 and 6 producers: nobody sleeps for ever") {
  check_no_lost_wake(3, 6, test_scaled(30000));
  check_no_lost_wake(4, 4, test_scaled(50000));
}

TEST(c4_no_need, "who need not wait any more does not sleep, and leaves") {
  struct yard yard;
  yard_init(&yard, 1);
  CHECK_EQ(tsfn__park_wait(&yard.park, TSFN__OS_FOREVER, is_full, &yard),
           TSFN__PARK_RETRY);
  yard_destroy(&yard);
}

static bool
is_in_the_list(void *subject) {
  struct yard *yard = subject;
  CHECK_EQ(tsfn__park_waiters(&yard->park), 1);
  return false;
}

TEST(c4_asked_in_the_list, "who asks for room is seen by a grant already") {
  struct yard yard;
  yard_init(&yard, 1);
  atomic_store(&yard.park.sleeps, 1); /* no look before */
  CHECK_EQ(tsfn__park_wait(&yard.park, TSFN__OS_FOREVER, is_in_the_list, &yard),
           TSFN__PARK_RETRY);
  yard_destroy(&yard);
}

static bool
is_full_and_counts(void *subject) {
  struct yard *yard = subject;
  atomic_fetch_add(&yard->taken, 1);
  return true;
}

TEST(vain_looks_end, "who looks for room in vain soon sleeps without a look") {
  struct yard yard;
  int sleeps_at_once = 0;
  yard_init(&yard, 1);
  for (int i = 0; i < 100; i++) {
    atomic_store(&yard.taken, 0);
    CHECK_EQ(tsfn__park_wait(&yard.park, tsfn__os_now() + 1000,
                             is_full_and_counts, &yard),
             TSFN__PARK_TIMED_OUT);
    if (atomic_load(&yard.taken) == 1) sleeps_at_once++;
  }
  CHECK(sleeps_at_once >= 80);
  yard_destroy(&yard);
}

TEST(deadline_passed, "a deadline that has passed is a time-out at once") {
  struct yard yard;
  yard_init(&yard, 0);
  CHECK_EQ(tsfn__park_wait(&yard.park, 1, is_full, &yard),
           TSFN__PARK_TIMED_OUT);
  yard_destroy(&yard);
}

TEST(deadline_is_kept, "nobody gives up before the deadline") {
  struct yard yard;
  yard_init(&yard, 0);
  uint64_t deadline = tsfn__os_now() + 20000000;
  CHECK_EQ(tsfn__park_wait(&yard.park, deadline, is_full, &yard),
           TSFN__PARK_TIMED_OUT);
  CHECK(tsfn__os_now() >= deadline);
  yard_destroy(&yard);
}

TEST(grants_in_order, "the first to wait is the first to be granted") {
  static struct yard yard;
  static struct sleeper sleepers[6];
  yard_init(&yard, 0);
  for (int i = 0; i < 6; i++)
    sleeper_start(&sleepers[i], &yard, TSFN__OS_FOREVER);
  for (size_t i = 0; i < 6; i++) {
    CHECK_EQ(tsfn__park_waiters(&yard.park), 6 - i);
    tsfn__park_grant(&yard.park, 1);
    CHECK_EQ(tsfn__park_waiters(&yard.park), 5 - i);
    crew_join(&sleepers[i].crew); /* hangs if another was woken */
    CHECK_EQ(sleepers[i].result, TSFN__PARK_RETRY);
  }
  yard_destroy(&yard);
}

TEST(grants_as_many, "a grant wakes as many as there is room for, no more") {
  static struct yard yard;
  static struct sleeper sleepers[6];
  yard_init(&yard, 0);
  for (int i = 0; i < 6; i++)
    sleeper_start(&sleepers[i], &yard, TSFN__OS_FOREVER);
  tsfn__park_grant(&yard.park, 0);
  CHECK_EQ(tsfn__park_waiters(&yard.park), 6);
  tsfn__park_grant(&yard.park, 4);
  CHECK_EQ(tsfn__park_waiters(&yard.park), 2);
  for (int i = 0; i < 4; i++)
    crew_join(&sleepers[i].crew);
  CHECK(!sleeper_has_ended(&sleepers[4]) && !sleeper_has_ended(&sleepers[5]));
  tsfn__park_grant(&yard.park, 100);
  crew_join(&sleepers[4].crew);
  crew_join(&sleepers[5].crew);
  yard_destroy(&yard);
}

TEST(c4_close_wakes_all, "closing wakes all of 50") {
  static struct yard yard;
  static struct sleeper sleepers[50];
  for (size_t round = 0; round < test_scaled(50); round++) {
    yard_init(&yard, 0);
    for (int i = 0; i < 50; i++)
      sleeper_start(&sleepers[i], &yard, TSFN__OS_FOREVER);
    atomic_store(&yard.is_closed, true);
    tsfn__park_grant_all(&yard.park);
    for (int i = 0; i < 50; i++) {
      crew_join(&sleepers[i].crew);
      CHECK_EQ(sleepers[i].result, TSFN__PARK_RETRY);
    }
    yard_destroy(&yard);
  }
}

static void
close_yard(void *subject, int index) {
  struct yard *yard = subject;
  if (index == 0) {
    atomic_store(&yard->is_closed, true);
    tsfn__park_grant_all(&yard->park);
    return;
  }
  spin((unsigned)index * 20);
  CHECK_EQ(tsfn__park_wait(&yard->park, TSFN__OS_FOREVER, is_full, yard),
           TSFN__PARK_RETRY);
}

TEST(c4_close_meets_waiters, "who comes while it closes goes on") {
  static struct yard yard;
  static struct crew crew;
  for (size_t round = 0; round < test_scaled(1500); round++) {
    yard_init(&yard, 0);
    crew_start(&crew, 6, close_yard, &yard);
    crew_join(&crew);
    yard_destroy(&yard);
  }
}

TEST(c4_leaves_the_middle, "who gives up does not disturb the list") {
  static struct yard yard;
  static struct sleeper sleepers[3];
  yard_init(&yard, 0);
  sleeper_start(&sleepers[0], &yard, TSFN__OS_FOREVER);
  sleeper_start(&sleepers[1], &yard, tsfn__os_now() + 30000000);
  sleeper_begin(&sleepers[2], &yard, TSFN__OS_FOREVER);
  crew_join(&sleepers[1].crew);
  CHECK_EQ(sleepers[1].result, TSFN__PARK_TIMED_OUT);
  WAIT_UNTIL(tsfn__park_waiters(&yard.park) == 2);
  tsfn__park_grant(&yard.park, 1);
  crew_join(&sleepers[0].crew);
  tsfn__park_grant(&yard.park, 1);
  crew_join(&sleepers[2].crew);
  yard_destroy(&yard);
}

/* --- a grant that meets a deadline --------------------------------------- */

static void
grant_one(void *subject, int index) {
  struct yard *yard = subject;
  (void)index;
  tsfn__park_grant(&yard->park, 1);
}

/* Both wait, or the first has left and the second waits. Asked in this order:
   once the first has ended, whoever is in the list is the second. */
static bool
both_came(struct yard *yard, struct sleeper *first) {
  size_t left = (size_t)atomic_load(&first->crew.ended);
  return tsfn__park_waiters(&yard->park) + left >= 2;
}

/* One waiter with a deadline and behind it one without. A grant of one goes to
   one of the two, whatever the clock does: the first says that it timed out
   only if it was not granted; and then the second was woken. */
static bool
check_late_grant(uint64_t margin, bool holds_the_lock) {
  static struct yard yard;
  static struct sleeper first, second;
  static struct crew granter;
  yard_init(&yard, 0);
  uint64_t deadline = tsfn__os_now() + margin;
  sleeper_start(&first, &yard, deadline);
  sleeper_begin(&second, &yard, TSFN__OS_FOREVER);
  WAIT_UNTIL(both_came(&yard, &first));
  /* With the lock held, the granter stands before it when the deadline passes,
     and the first waiter comes to stand behind the granter. */
  if (holds_the_lock) tsfn__os_mutex_lock(&yard.park.lock);
  crew_start(&granter, 1, grant_one, &yard);
  if (holds_the_lock) {
    WAIT_UNTIL(tsfn__os_now() > deadline + 200000);
    tsfn__os_mutex_unlock(&yard.park.lock);
  }
  crew_join(&granter);
  crew_join(&first.crew);
  bool was_granted = first.result == TSFN__PARK_RETRY;
  if (was_granted) {
    CHECK_EQ(tsfn__park_waiters(&yard.park), 1);
    tsfn__park_grant(&yard.park, 1);
  }
  crew_join(&second.crew);
  yard_destroy(&yard);
  return was_granted;
}

TEST(c4_late_grant, "a granted waiter whose time is up tries again") {
  size_t granted = 0;
  for (size_t round = 0; round < test_scaled(300); round++)
    granted += check_late_grant(300000, true);
  printf("%zu were granted late\n", granted);
}

TEST(c4_grants_and_deadlines, "a grant is lost to no deadline") {
  struct dice dice = {99};
  for (size_t round = 0; round < test_scaled(1500); round++)
    check_late_grant(dice_roll(&dice, 200000), false);
}

TEST_MAIN()
