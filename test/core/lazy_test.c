/* SPDX-License-Identifier: MIT */

/* Channels that the loop closes, not the last release. */

#include "fake_host.h"

static void
open_lazy(struct host *host, uint64_t bound, size_t uses) {
  host_init(host, bound, uses);
  tsfn__channel_make_lazy(&host->channel);
}

TEST(c2_lazy_send, "until the loop turns, a send without a use is accepted") {
  static struct host host;
  open_lazy(&host, 0, 1);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_INVALID);
  CHECK_EQ(host_send_one(&host, 0, 1), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(host.completed[TSFN_COMPLETION_DELIVERED], 2);
  host_check_gone(&host);
}

TEST(c2_lazy_revival, "until the loop turns, an acquire gives a new use") {
  static struct host host;
  open_lazy(&host, 0, 1);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_acquire(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK(!host.is_final);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

static void
acquire_at_last(struct host *host, uint64_t item) {
  if (item == 1) CHECK_EQ(tsfn__channel_acquire(&host->channel), TSFN_OK);
}

TEST(c2_lazy_in_turn, "nothing is closed before the last item was delivered") {
  static struct host host;
  open_lazy(&host, 0, 1);
  host.on_item = acquire_at_last;
  for (uint64_t n = 0; n < 2; n++)
    CHECK_EQ(host_send_one(&host, 0, n), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c2_lazy_abort, "an abort closes it at once, uses or not") {
  static struct host host;
  open_lazy(&host, 0, 2);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_acquire(&host.channel), TSFN_CLOSING);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(host.completed[TSFN_COMPLETION_ABORTED], 1);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

TEST(c5_lazy_shutdown, "a shutdown ends it between release and turn") {
  static struct host host;
  open_lazy(&host, 0, 1);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  CHECK_EQ(host.completed[TSFN_COMPLETION_ENV_GONE], 1);
  host_check_gone(&host);
}

TEST(c5_lazy_told, "the loop that closes one tells of it") {
  static struct host host;
  open_lazy(&host, 0, 1);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK(!host.is_closed);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK(host.is_closed && host.is_drained);
  host_check_gone(&host);
}

TEST(c8_lazy_thread, "a library thread does not keep the loop turning") {
  static struct host host;
  open_lazy(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_OK);
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  tsfn__channel_end_thread(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

/* --- threads ------------------------------------------------------------- */

#define PRODUCERS 4
#define ITEMS 50

/* Each has a use, and gives it back; so every one of them may be the last. */
static void
send_and_release(void *subject, int producer) {
  struct host *host = subject;
  for (uint64_t n = 0; n < ITEMS; n++) {
    size_t accepted;
    CHECK_EQ(host_send(host, (unsigned)producer, n, 1, UINT64_MAX, &accepted),
             TSFN_OK);
  }
  CHECK_EQ(tsfn__channel_release(&host->channel), TSFN_OK);
}

/* The visitor's last step races with the loop that finds all at its end. */
static void
race(uint64_t bound, bool shuts_down) {
  static struct crew crew;
  static struct host host;
  for (size_t round = 0; round < test_scaled(500); round++) {
    host_prepare(&host, bound, PRODUCERS);
    host.is_lazy = true;
    host_run(&host);
    crew_start(&crew, PRODUCERS, send_and_release, &host);
    crew_join(&crew);
    if (shuts_down) host_stop(&host);
    host_join(&host);
    CHECK_EQ(host_completions(&host), PRODUCERS * ITEMS);
    host_check_gone(&host);
  }
}

TEST(c3_lazy_race, "threads that let go at once: all is delivered, one end") {
  race(0, false);
}

TEST(c4_lazy_bounded, "the same with a bound that they wait for") {
  race(4, false);
}

TEST(c5_lazy_shutdown_race, "the same while a shutdown comes") {
  race(0, true);
}

TEST_MAIN()
