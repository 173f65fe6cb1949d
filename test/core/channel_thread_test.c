/* SPDX-License-Identifier: MIT */

/* The channel under many threads. The host's loop has a thread of its own, or
   is the test's, and judges each completion: see fake_host.h. */

#include "core/channel.h"

#include "fake_host.h"

#define FOREVER UINT64_MAX

static struct host host;
static struct crew crew;

static uint64_t each;         /* items of a producer; 0: until closing */
static uint64_t milliseconds; /* that a send may wait */
static size_t batch = 1;      /* items of a send */

/* Sends its items, then gives its use back. */
static void
produce(void *subject, int index) {
  struct host *self = subject;
  uint64_t sent = 0;
  while (each == 0 || sent < each) {
    size_t accepted = 99;
    size_t count = each == 0 || each - sent > batch ? batch : each - sent;
    tsfn_status status =
        host_send(self, (unsigned)index, sent, count, milliseconds, &accepted);
    CHECK(accepted <= count);
    sent += accepted;
    if (status == TSFN_OK) {
      CHECK_EQ(accepted, count);
    } else if (status == TSFN_QUEUE_FULL || status == TSFN_TIMED_OUT) {
      CHECK((status == TSFN_QUEUE_FULL) == (milliseconds == 0));
      tsfn__os_yield();
    } else {
      CHECK_EQ(status, TSFN_CLOSING);
      break;
    }
  }
  atomic_fetch_add(&self->sent, sent);
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

/* Every item of every producer arrives, and then all is gone. */
static void
check_all_arrive(int producers, uint64_t bound, uint64_t items) {
  each = items / (uint64_t)producers;
  host_prepare(&host, bound, (size_t)producers);
  host_run(&host);
  crew_start(&crew, producers, produce, &host);
  crew_join(&crew);
  host_join(&host);
  CHECK_EQ(host.completed[TSFN_COMPLETION_DELIVERED],
           each * (uint64_t)producers);
  host_check_gone(&host);
}

TEST(c4_bound_4_producers_4, "bound 4, 4 blocked producers: all items arrive") {
  milliseconds = FOREVER;
  check_all_arrive(4, 4, test_scaled(1000000));
}

TEST(c4_bound_1_producers_8, "bound 1, 8 blocked producers: all items arrive") {
  milliseconds = FOREVER;
  check_all_arrive(8, 1, test_scaled(200000));
}

TEST(c4_bound_3_producers_6, "bound 3, 6 blocked producers: all items arrive") {
  milliseconds = FOREVER;
  check_all_arrive(6, 3, test_scaled(200000));
}

TEST(c4_batches_longer_than_bound, "sends longer than the bound arrive whole") {
  milliseconds = FOREVER;
  batch = 11;
  check_all_arrive(4, 5, test_scaled(200000));
  check_all_arrive(2, 1, test_scaled(100000));
}

TEST(c4_timeouts_race_with_grants, "time-outs and grants lose nothing") {
  milliseconds = 1;
  check_all_arrive(4, 1, test_scaled(100000));
  batch = 3;
  check_all_arrive(6, 2, test_scaled(100000));
}

TEST(c1_unbounded, "4 producers without a bound: each item once, in order") {
  milliseconds = FOREVER;
  check_all_arrive(4, 0, test_scaled(1000000));
}

/* One producer and a loop that runs dry after each item: the next comes at any
   moment around its "nothing to do". A forgotten one hangs the test. */
static void
send_and_wait(void *subject, int index) {
  struct host *self = subject;
  struct dice dice = {12345};
  atomic_uint_fast64_t *delivered = &self->completed[TSFN_COMPLETION_DELIVERED];
  for (uint64_t i = 0; i < each; i++) {
    CHECK_EQ(host_send_one(self, (unsigned)index, i), TSFN_OK);
    /* Some alone, some in pairs; a forgotten one has no next to heal it. */
    for (unsigned turns = 0; i % 3 != 0 && *delivered <= i; turns++)
      if (turns > 2000) tsfn__os_yield();
    for (volatile uint64_t left = dice_roll(&dice, 60); left > 0;)
      left--;
  }
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

static void
wait_until_delivered(struct host *self, uint64_t sent) {
  atomic_uint_fast64_t *delivered = &self->completed[TSFN_COMPLETION_DELIVERED];
  for (unsigned turns = 0; *delivered < sent; turns++)
    if (turns > 2000) tsfn__os_yield();
}

/* A flood makes the channel hot; when all of it has arrived it turns cold, a
   path of its own without fences. One more item comes at any moment of that. */
static void
send_floods(void *subject, int index) {
  struct host *self = subject;
  struct dice dice = {54321};
  for (uint64_t sent = 0; sent < each;) {
    for (int i = 0; sent < each; i++) {
      CHECK_EQ(host_send_one(self, (unsigned)index, sent++), TSFN_OK);
      if (i > 100 && atomic_load(&self->channel.is_hot)) break;
    }
    wait_until_delivered(self, sent);
    for (volatile uint64_t left = dice_roll(&dice, 100); left > 0;)
      left--;
    if (sent < each)
      CHECK_EQ(host_send_one(self, (unsigned)index, sent++), TSFN_OK);
    wait_until_delivered(self, sent);
  }
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

/* Between two looks it pauses: a hot channel's last look then comes at any
   moment of the next send. */
static void
spin_loop(void *data) {
  struct host *self = data;
  struct dice dice = {999};
  enum tsfn__drain last = TSFN__DRAIN_IDLE;
  host_open(self);
  atomic_store(&self->is_running, true);
  for (unsigned turns = 0; last != TSFN__DRAIN_FINAL; turns++) {
    if (turns % 1000 == 999) tsfn__os_yield();
    if (last == TSFN__DRAIN_IDLE && !atomic_exchange(&self->is_woken, false))
      continue;
    last = host_drain(self);
    for (volatile uint64_t left = dice_roll(&dice, 200); left > 0;)
      left--;
  }
}

static void
check_falls_idle(uint64_t items, void (*send)(void *subject, int index)) {
  each = items;
  host_prepare(&host, 0, 1);
  host.budget_items = 130; /* small and yet busy drains: soon hot */
  CHECK(tsfn__os_thread_start(&host.loop, 0, spin_loop, &host));
  WAIT_UNTIL(atomic_load(&host.is_running));
  crew_start(&crew, 1, send, &host);
  crew_join(&crew);
  host_join(&host);
  CHECK_EQ(host_completions(&host), each);
  host_check_gone(&host);
}

TEST(c4_sent_as_it_falls_idle,
     "an item that meets the end of a drain is seen") {
  (void)tsfn__os_barrier_init(); /* the owner, if there is one, is a full one */
  check_falls_idle(test_scaled(600000), send_and_wait);
}

TEST(c4_sent_early_as_it_falls_idle,
     "an early owner's item that meets the end of a drain is seen") {
  check_falls_idle(test_scaled(600000), send_and_wait);
}

TEST(c4_sent_as_it_turns_cold,
     "an item that meets the end of a flood is seen") {
  check_falls_idle(test_scaled(40000000), send_floods);
}

/* --- ends, while producers call ------------------------------------------ */

enum end { BY_ABORT, BY_SHUTDOWN, BY_BOTH };

static void
check_end(enum end end, int producers, uint64_t bound, uint64_t pause) {
  each = 0;
  host_prepare(&host, bound, (size_t)producers + 1);
  host.budget_items = 7;
  host_run(&host);
  crew_start(&crew, producers, produce, &host);
  spin(pause);
  if (end != BY_ABORT) host_stop(&host);
  if (end != BY_SHUTDOWN) tsfn__channel_abort(&host.channel);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  crew_join(&crew);
  host_join(&host);
  CHECK_EQ(host_completions(&host), host.sent);
  host_check_gone(&host);
}

static void
check_ends(enum end end) {
  struct dice dice = {7 + (uint64_t)end};
  for (size_t round = 0; round < test_scaled(600); round++) {
    static const uint64_t bounds[] = {0, 1, 3, 64};
    milliseconds = dice_roll(&dice, 3) == 0 ? 0 : FOREVER;
    batch = 1 + (size_t)dice_roll(&dice, 6);
    check_end(end, 3, bounds[round % 4], dice_roll(&dice, 3000));
  }
}

TEST(c1_abort_while_called, "abort among calls: all accounted for") {
  (void)tsfn__os_barrier_init(); /* a full owner, if there can be one */
  check_ends(BY_ABORT);
}

TEST(c1_shutdown_while_called, "shutdown among calls: accepted = completed") {
  check_ends(BY_SHUTDOWN);
}

TEST(c1_abort_and_shutdown, "both at once, among calls: accepted = completed") {
  check_ends(BY_BOTH);
}

/* --- blocked producers --------------------------------------------------- */

static atomic_int closings;

static void
block(void *subject, int index) {
  struct host *self = subject;
  size_t accepted = 99;
  tsfn_status status =
      host_send(self, (unsigned)index, 0, 1, FOREVER, &accepted);
  CHECK_EQ(accepted, 0);
  if (status == TSFN_CLOSING) atomic_fetch_add(&closings, 1);
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

/* 50 blocked; the test's thread is the loop and drains only at the end. */
static void
check_50_blocked(bool is_abort) {
  host_init(&host, 1, 51);
  atomic_store(&closings, 0);
  CHECK_EQ(host_send_one(&host, 50, 0), TSFN_OK);
  crew_start(&crew, 50, block, &host);
  WAIT_UNTIL(tsfn__park_waiters(&host.channel.park) == 50);
  if (is_abort)
    tsfn__channel_abort(&host.channel);
  else
    tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  crew_join(&crew);
  CHECK_EQ(closings, 50);
  if (is_abort) CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(host_completions(&host), 1);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

TEST(c4_abort_with_50_blocked, "an abort tells all of 50 blocked: closing") {
  for (size_t i = 0; i < test_scaled(20); i++)
    check_50_blocked(true);
}

TEST(c4_shutdown_with_50_blocked, "a shutdown tells all of 50: closing") {
  for (size_t i = 0; i < test_scaled(20); i++)
    check_50_blocked(false);
}

static void
send_first(void *subject, int index) {
  struct host *self = subject;
  size_t accepted = 99;
  CHECK_EQ(host_send(self, (unsigned)index, 0, 1, FOREVER, &accepted), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

TEST(c4_one_drain_is_enough, "6 blocked at bound 3: each drain lets 3 go on") {
  host_init(&host, 3, 7);
  for (uint64_t i = 0; i < 3; i++)
    CHECK_EQ(host_send_one(&host, 10, i), TSFN_OK);
  crew_start(&crew, 6, send_first, &host);
  WAIT_UNTIL(tsfn__park_waiters(&host.channel.park) == 6);
  host.holds = true; /* room comes with the take, not with the delivery */
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(tsfn__park_waiters(&host.channel.park), 3);
  WAIT_UNTIL(atomic_load(&crew.ended) == 3);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE); /* full twice: no room */
  CHECK_EQ(tsfn__park_waiters(&host.channel.park), 3);
  host.holds = false;
  while (host_drain(&host) == TSFN__DRAIN_MORE) {}
  WAIT_UNTIL(atomic_load(&crew.ended) == 6);
  crew_join(&crew);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(host_completions(&host), 9);
  host_check_gone(&host);
}

/* --- a wait that ends ---------------------------------------------------- */

static void
send_for_20_ms(void *subject, int index) {
  struct host *self = subject;
  size_t accepted = 99;
  uint64_t before = tsfn__os_now();
  CHECK_EQ(host_send(self, (unsigned)index, 0, 6, 20, &accepted),
           TSFN_TIMED_OUT);
  CHECK(tsfn__os_now() - before >= 20000000);
  atomic_fetch_add(&self->sent, accepted);
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

TEST(c1_timed_out, "a send that times out has accepted its prefix, no more") {
  host_init(&host, 5, 5);
  crew_start(&crew, 4, send_for_20_ms, &host);
  crew_join(&crew);
  CHECK_EQ(host.sent, 5);
  CHECK_EQ(tsfn__park_waiters(&host.channel.park), 0);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), 5);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

/* --- out of memory with waiters ------------------------------------------ */

static atomic_int failures;

static void
send_or_fail(void *subject, int index) {
  struct host *self = subject;
  size_t accepted = 99;
  tsfn_status status =
      host_send(self, (unsigned)index, 0, 1, FOREVER, &accepted);
  CHECK_EQ(accepted, status == TSFN_OK);
  if (status == TSFN_NO_MEMORY)
    atomic_fetch_add(&failures, 1);
  else
    CHECK_EQ(status, TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

TEST(c4_no_memory_hands_on, "a granted waiter without memory lets another go") {
  host_init(&host, 1, 3);
  /* Fill the block to its last slot, and let nobody give it back. */
  uint64_t block = UINT64_C(1) << host.channel.queue.blocks.shift;
  for (uint64_t i = 0; i < block; i++) {
    CHECK_EQ(host_send_one(&host, 9, i), TSFN_OK);
    if (i < block - 1) CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  }
  crew_start(&crew, 2, send_or_fail, &host);
  WAIT_UNTIL(tsfn__park_waiters(&host.channel.park) == 2);
  ledger_fail(&host.ledger, 0, 1);
  host.holds = true;
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE); /* grants one */
  crew_join(&crew);
  CHECK_EQ(failures, 1);
  host.holds = false;
  tsfn__channel_release(&host.channel);
  while (host_drain(&host) != TSFN__DRAIN_FINAL) {}
  CHECK_EQ(host_completions(&host), block + 1);
  host_check_gone(&host);
}

/* --- library threads ----------------------------------------------------- */

static atomic_int running;

static void
be_a_thread(void *subject, int index) {
  struct host *self = subject;
  uint64_t sent = 0;
  size_t accepted;
  spin((unsigned)index * 200);
  while (sent < 50 && host_send(self, (unsigned)index, sent, 1, FOREVER,
                                &accepted) == TSFN_OK)
    sent++;
  atomic_fetch_add(&self->sent, sent);
  atomic_fetch_sub(&running, 1);
  tsfn__channel_end_thread(&self->channel);
}

static void
check_threads_ended(struct host *self) {
  (void)self;
  CHECK_EQ(running, 0);
}

TEST(c5_finalize_after_threads, "finalize comes after the last thread's end") {
  for (size_t round = 0; round < test_scaled(500); round++) {
    host_prepare(&host, round % 3, 1);
    host.on_finalize = check_threads_ended;
    host_run(&host);
    atomic_store(&running, 3);
    for (int i = 0; i < 3; i++) /* the loop thread's part, before it turns */
      CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
    crew_start(&crew, 3, be_a_thread, &host);
    if (round % 2 == 0) tsfn__channel_abort(&host.channel);
    tsfn__channel_release(&host.channel);
    crew_join(&crew);
    host_join(&host);
    CHECK_EQ(host_completions(&host), host.sent);
    if (round % 2 == 1)
      CHECK_EQ(host.completed[TSFN_COMPLETION_DELIVERED], 150);
    host_check_gone(&host);
  }
}

TEST_MAIN()
