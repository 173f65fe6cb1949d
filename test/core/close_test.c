/* SPDX-License-Identifier: MIT */

/* Whoever closes a channel tells of it, once, before anything else ends. One
   thread: the test's, which is the loop thread. */

#include "fake_host.h"

static struct host host;

static void
send_all(unsigned from, unsigned to) {
  for (unsigned i = from; i < to; i++)
    CHECK_EQ(host_send_one(&host, 0, i), TSFN_OK);
}

static uint64_t
ended(tsfn_completion how) {
  return atomic_load(&host.completed[how]);
}

static void
close_is_first(struct host *self) {
  CHECK_EQ(host_send_one(self, 0, 600), TSFN_CLOSING);
  CHECK(!self->is_drained);
  CHECK(!self->is_final);
}

TEST(c5_told_once, "each way to close tells of it once, before the end") {
  for (int way = 0; way < 4; way++) {
    host_init(&host, 0, 2);
    host.on_closed = close_is_first;
    send_all(0, 600);
    tsfn__channel_release(&host.channel);
    CHECK(!host.is_closed);
    if (way == 1) tsfn__channel_abort(&host.channel);
    if (way == 2)
      tsfn__channel_orphan(&host.channel, TSFN_COMPLETION_CANNOT_RUN_JS);
    if (way == 3)
      tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
    CHECK_EQ(host.is_closed, way != 0);
    tsfn__channel_abort(&host.channel);
    tsfn__channel_release(&host.channel);
    if (way != 3) CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
    CHECK(host.is_closed && host.is_drained);
    CHECK_EQ(ended(way == 2   ? TSFN_COMPLETION_CANNOT_RUN_JS
                   : way == 3 ? TSFN_COMPLETION_ENV_GONE
                              : TSFN_COMPLETION_ABORTED),
             way == 2 ? 0 : 600);
    host_check_gone(&host);
  }
}

TEST(c5_shut, "a channel that is shut delivers what is queued, uses or not") {
  host_init(&host, 0, 2);
  host.on_closed = close_is_first;
  send_all(0, 600);
  tsfn__channel_shut(&host.channel);
  CHECK(host.is_closed);
  CHECK_EQ(host_send_one(&host, 0, 601), TSFN_CLOSING);
  tsfn__channel_shut(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 600);
  tsfn__channel_release(&host.channel);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

static void
abort_inside(struct host *self) {
  CHECK_EQ(tsfn__channel_abort(&self->channel), TSFN_OK);
}

TEST(c5_told_in_itself, "an abort inside of the telling does not tell again") {
  host_init(&host, 0, 1);
  host.on_closed = abort_inside;
  send_all(0, 3);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 3);
  host_check_gone(&host);
}

static void
end_in_telling(struct host *self) {
  tsfn__channel_end_thread(&self->channel); /* it waited for this */
}

TEST(c5_told_before_threads_end, "threads hear of the close while they run") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  host.on_closed = end_in_telling;
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  CHECK_EQ(tsfn__lifecycle_threads(&host.channel.lifecycle), 0);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

TEST(c5_drained_before_threads_end, "drained comes before threads have ended") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  send_all(0, 3);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK(!host.is_drained);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK(host.is_drained);
  tsfn__channel_end_thread(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

/* --- a close on another thread ------------------------------------------- */

static atomic_bool is_closing, may_return;

static void
take_a_while(struct host *self) {
  (void)self;
  atomic_store(&is_closing, true);
  WAIT_UNTIL(atomic_load(&may_return));
  for (int i = 0; i < 20000; i++)
    tsfn__os_yield();
}

static void
release_last(void *subject, int index) {
  struct host *self = subject;
  (void)index;
  CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

/* The host checks that nothing is drained or finalized before the close. */
TEST(c5_shutdown_waits_for_the_close, "a shutdown waits for who closes") {
  static struct crew crew;
  host_init(&host, 0, 1);
  host.on_closed = take_a_while;
  send_all(0, 10);
  crew_start(&crew, 1, release_last, &host);
  WAIT_UNTIL(atomic_load(&is_closing));
  atomic_store(&may_return, true);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  CHECK(host.is_closed && host.is_final);
  CHECK_EQ(ended(TSFN_COMPLETION_ENV_GONE), 10);
  crew_join(&crew);
  host_check_gone(&host);
}

TEST(c5_drain_waits_for_the_close, "a drain finishes only after the close") {
  static struct crew crew;
  host_init(&host, 0, 1);
  host.on_closed = take_a_while;
  send_all(0, 10);
  crew_start(&crew, 1, release_last, &host);
  WAIT_UNTIL(atomic_load(&is_closing));
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 10);
  CHECK(!host.is_final);
  atomic_store(&may_return, true);
  WAIT_UNTIL(atomic_load(&host.is_woken)); /* by who closed */
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  crew_join(&crew);
  host_check_gone(&host);
}

/* --- who looks on -------------------------------------------------------- */

static unsigned begun, ended_drains;
static uint64_t completed_before, completed_inside;

static void
probe_begins(struct tsfn__channel *channel) {
  CHECK(channel == &host.channel);
  begun++;
  completed_before = host_completions(&host);
}

static void
probe_ended(struct tsfn__channel *channel, enum tsfn__drain result) {
  CHECK(channel == &host.channel);
  ended_drains++;
  completed_inside += host_completions(&host) - completed_before;
  CHECK_EQ(result == TSFN__DRAIN_FINAL, host.is_final);
}

TEST(probe, "a probe sees the beginning and the end of each drain") {
  static const struct tsfn__probe probe = {probe_begins, probe_ended};
  host_init(&host, 0, 1);
  host.channel.probe = &probe;
  send_all(0, 10);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(completed_inside, 10);
  CHECK_EQ(begun, ended_drains);
  CHECK(begun > 0);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(begun, ended_drains);
  host_check_gone(&host);
}

TEST_MAIN()
