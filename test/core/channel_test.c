/* SPDX-License-Identifier: MIT */

/* The channel, one thread: the test's, which is the loop thread. See
   channel_thread_test.c for races. */

#include "core/channel.h"

#include "fake_host.h"
#include "positions.h"

#define FOREVER UINT64_MAX

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

/* --- each item ends once, in each way to end ----------------------------- */

TEST(c1_delivered, "each item is delivered once, in order") {
  host_init(&host, 0, 1);
  send_all(0, 3000);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 3000);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c1_release_delivers, "what is queued at the last release is delivered") {
  host_init(&host, 0, 1);
  send_all(0, 1500);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 0);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 1500);
  host_check_gone(&host);
}

TEST(c1_abort_completes, "what is queued at an abort is completed as aborted") {
  host_init(&host, 0, 1);
  send_all(0, 1500);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 1500);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

static void
abort_at_700(struct host *self, uint64_t item) {
  if (item == 700) tsfn__channel_abort(&self->channel);
}

TEST(c1_abort_in_the_middle, "an abort between two items parts them exactly") {
  host_init(&host, 0, 1);
  host.on_item = abort_at_700;
  send_all(0, 1500);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 701);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 799);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

TEST(c1_abort_twice_the_bound, "an abort also ends what was taken before it") {
  host_init(&host, 3, 1);
  send_all(0, 3);
  host.holds = true;
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE); /* takes 3 */
  send_all(3, 6);
  CHECK_EQ(host_send_one(&host, 0, 6), TSFN_QUEUE_FULL);
  tsfn__channel_abort(&host.channel);
  enum tsfn__drain result;
  do
    result = host_drain(&host);
  while (result == TSFN__DRAIN_MORE);
  CHECK_EQ(result, TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 6);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

TEST(c1_shutdown_completes, "what is queued at a shutdown ends as env_gone") {
  for (uint64_t bound = 0; bound < 5; bound += 4) {
    host_init(&host, bound, 1);
    send_all(0, 4);
    tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
    CHECK_EQ(ended(TSFN_COMPLETION_ENV_GONE), 4);
    CHECK(host.is_final);
    CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
    host_check_gone(&host);
  }
}

TEST(c1_shutdown_after_abort, "what was aborted stays so at the shutdown") {
  host_init(&host, 0, 1);
  send_all(0, 4);
  tsfn__channel_abort(&host.channel);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 4);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

TEST(c1_out_of_memory, "a send without memory accepts nothing, or a prefix") {
  size_t accepted;
  host_init(&host, 0, 1);
  ledger_fail(&host.ledger, 0, 1);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_NO_MEMORY);
  CHECK_EQ(host.wakes, 0);
  uint64_t sent = 0;
  bool failed = false;
  ledger_fail(&host.ledger, 4, 1);
  while (sent < 3000) {
    tsfn_status status = host_send(&host, 0, sent, 50, 0, &accepted);
    CHECK_EQ(status == TSFN_OK, accepted == 50);
    if (status != TSFN_OK) CHECK_EQ(status, TSFN_NO_MEMORY);
    failed |= status == TSFN_NO_MEMORY;
    sent += accepted;
  }
  CHECK(failed);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), sent);
  host_check_gone(&host);
}

/* --- the budget ---------------------------------------------------------- */

TEST(c1_budget_of_items, "what a drain could not do comes first in the next") {
  host_init(&host, 0, 1);
  host.budget_items = 3;
  send_all(0, 7);
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), 3);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), 6);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), 7);
  CHECK_EQ(host.wakes, 1);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

static void
take_a_millisecond(struct host *self, uint64_t item) {
  (void)self;
  (void)item;
  uint64_t end = tsfn__os_now() + 1000000;
  while (tsfn__os_now() < end) {}
}

TEST(budget_of_time, "slow items give the loop back when the time is spent") {
  host_init(&host, 0, 1);
  host.budget_time = 8000000;
  host.on_item = take_a_millisecond;
  send_all(0, 100);
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK(host_completions(&host) >= 1 && host_completions(&host) <= 8);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_FINAL);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

/* --- waking -------------------------------------------------------------- */

TEST(one_wake_for_many, "a thousand sends wake the host once for each drain") {
  host_init(&host, 0, 1);
  for (unsigned round = 0; round < 5; round++) {
    send_all(round * 1000, (round + 1) * 1000);
    CHECK_EQ(host.wakes, round + 1);
    CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  }
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host.wakes, 6);
  host_turn(&host);
  host_check_gone(&host);
}

TEST(hot_looks_again, "after many items it looks once more before it idles") {
  host_init(&host, 0, 1);
  send_all(0, 900);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), 900);
  send_all(900, 910); /* this is what it waits for */
  CHECK_EQ(host.wakes, 1);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE); /* a block that fills up? */
  CHECK_EQ(host_completions(&host), 900);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_IDLE); /* too few to stay busy */
  CHECK_EQ(host_completions(&host), 910);
  atomic_store(&host.is_woken, false);
  send_all(910, 911);
  CHECK_EQ(host.wakes, 2);
  CHECK_EQ(host_drain(&host),
           TSFN__DRAIN_IDLE); /* one item makes nothing hot */
  atomic_store(&host.is_woken, false);
  tsfn__channel_release(&host.channel);
  host_turn(&host);
  host_check_gone(&host);
}

TEST(busy_leaves_what_fills,
     "a busy one takes whole blocks, and the rest next") {
  host_init(&host, 0, 1);
  const struct tsfn__blocks *blocks = &host.channel.queue.blocks;
  uint64_t border = 3 * tsfn__blocks_slots(blocks) - blocks->first, sent = 600;
  send_all(0, sent);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), sent);
  send_all(sent, border + 5);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), border);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  CHECK_EQ(host_completions(&host), border);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), border + 5);
  atomic_store(&host.is_woken, false);
  tsfn__channel_release(&host.channel);
  host_turn(&host);
  host_check_gone(&host);
}

static void
end_drained(void) {
  atomic_store(&host.is_woken, false);
  tsfn__channel_release(&host.channel);
  host_turn(&host);
  host_check_gone(&host);
}

TEST(busy_asks_for_the_barrier, "a busy channel asks for the barrier") {
  skip_unless_early();
  host_init(&host, 0, 1);
  send_all(0, 900);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  WAIT_UNTIL(tsfn__os_barrier_is_ready());
  end_drained();
}

TEST(quiet_asks_for_none, "a channel of few items asks for no barrier") {
  skip_unless_early();
  host_init(&host, 0, 1);
  for (uint64_t i = 0; i < 100; i++) {
    send_all(10 * i, 10 * i + 10);
    CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  }
  tsfn__os_nap(); /* a thread that was started would be done */
  CHECK(!tsfn__os_barrier_is_ready());
  end_drained();
}

TEST(bounded_asks_for_none, "a channel with a bound asks for no barrier") {
  skip_unless_early();
  host_init(&host, 1024, 1);
  for (uint64_t i = 0; i < 20; i++) {
    send_all(500 * i, 500 * i + 500);
    CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  }
  tsfn__os_nap();
  CHECK(!tsfn__os_barrier_is_ready());
  end_drained();
}

TEST(shared_turns_hot,
     "producers that share a busy queue need no barrier to be fast") {
  skip_unless_early();
  host_init(&host, 0, 1);
  tsfn__owner_share(&host.channel.queue.owner, tsfn__os_thread_self());
  for (unsigned i = 0; i < 16; i++) {
    CHECK(!atomic_load(&host.channel.is_hot));
    send_all(600 * i, 600 * i + 600);
    CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  }
  CHECK(atomic_load(&host.channel.is_hot));
  CHECK(!tsfn__os_barrier_is_ready());
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  end_drained();
}

TEST(flood_is_trimmed, "a channel that falls idle gives its memory back") {
  host_init(&host, 0, 1);
  struct tsfn__queue *queue = &host.channel.queue;
  send_all(0, 200000);
  CHECK(tsfn__blocks_memory(&queue->blocks) > 200000 * 8);
  host_turn(&host);
  CHECK(tsfn__blocks_memory(&queue->blocks) <=
        2 * queue->blocks.size + TSFN__BLOCKS_SPARE_MAX);
  tsfn__channel_release(&host.channel);
  host_turn(&host);
  host_check_gone(&host);
}

static void
send_five(struct host *self, uint64_t item) {
  if (item < 5) CHECK_EQ(host_send_one(self, 0, item + 1), TSFN_OK);
}

TEST(c4_sent_by_a_callback, "an item sent in a drain is not forgotten") {
  host_init(&host, 1, 1);
  host.on_item = send_five;
  send_all(0, 1);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), 6);
  CHECK_EQ(host.wakes, 1);
  tsfn__channel_release(&host.channel);
  host_turn(&host);
  host_check_gone(&host);
}

TEST(c4_half_sent, "a drain that meets a half-written item comes again") {
  struct tsfn__reservation place;
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__queue_reserve(&host.channel.queue, 1, &place), TSFN_OK);
  tsfn__channel_schedule(&host.channel);
  CHECK(atomic_exchange(&host.is_woken, false));
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_MORE); /* not final before it */
  memset(slot_at(&host.channel.queue, place.position), 0, 8);
  publish_at(&host.channel.queue, place.position, 1);
  CHECK_EQ(host_drain(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_ABORTED), 1);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

/* --- waiting, on the loop thread ----------------------------------------- */

TEST(c6_would_deadlock, "a send that would wait on the loop thread says so") {
  size_t accepted = 99;
  host_init(&host, 2, 1);
  CHECK_EQ(host_send(&host, 0, 0, 1, FOREVER, &accepted), TSFN_OK);
  CHECK_EQ(host_send(&host, 0, 1, 1, 1000, &accepted), TSFN_OK);
  CHECK_EQ(host_send(&host, 0, 2, 1, FOREVER, &accepted), TSFN_WOULD_DEADLOCK);
  CHECK_EQ(accepted, 0);
  CHECK_EQ(host_send(&host, 0, 2, 1, 60000, &accepted), TSFN_WOULD_DEADLOCK);
  CHECK_EQ(host_send(&host, 0, 2, 1, 0, &accepted), TSFN_QUEUE_FULL);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_send(&host, 0, 2, 1, FOREVER, &accepted), TSFN_CLOSING);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c1_prefix, "of many items those that fit are accepted") {
  size_t accepted = 99;
  host_init(&host, 10, 1);
  CHECK_EQ(host_send(&host, 0, 0, 7, 0, &accepted), TSFN_OK);
  CHECK_EQ(accepted, 7);
  CHECK_EQ(host_send(&host, 0, 7, 7, 0, &accepted), TSFN_QUEUE_FULL);
  CHECK_EQ(accepted, 3);
  CHECK_EQ(host_send(&host, 0, 10, 7, FOREVER, &accepted), TSFN_WOULD_DEADLOCK);
  CHECK_EQ(accepted, 0);
  host_turn(&host);
  CHECK_EQ(host_send(&host, 0, 10, 17, FOREVER, &accepted),
           TSFN_WOULD_DEADLOCK);
  CHECK_EQ(accepted, 10);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_send(&host, 0, 20, 7, 0, &accepted), TSFN_CLOSING);
  CHECK_EQ(accepted, 0);
  host_turn(&host);
  CHECK_EQ(host_completions(&host), 20);
  tsfn__channel_release(&host.channel);
  host_check_gone(&host);
}

/* --- uses ---------------------------------------------------------------- */

TEST(c2_closing_keeps_the_use, "a send told closing keeps its use") {
  host_init(&host, 0, 2);
  tsfn__channel_abort(&host.channel);
  for (int i = 0; i < 5; i++)
    CHECK_EQ(host_send_one(&host, 0, 0), TSFN_CLOSING);
  CHECK_EQ(tsfn__lifecycle_uses(&host.channel.lifecycle), 2);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_INVALID);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c2_release_too_many, "a release too many is refused before the end") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__channel_acquire(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK(!tsfn__lifecycle_is_closing(&host.channel.lifecycle));
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_INVALID);
  CHECK_EQ(tsfn__channel_acquire(&host.channel), TSFN_CLOSING);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_CLOSING);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c3_every_call_when_final, "a use may call all, after the end too") {
  host_init(&host, 2, 2);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK(!host.is_destroyed);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_CLOSING);
  CHECK_EQ(tsfn__channel_acquire(&host.channel), TSFN_CLOSING);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK(!host.is_destroyed);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_CLOSING);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

TEST(c2_abort_twice, "a second abort does nothing, and is no error") {
  host_init(&host, 0, 1);
  send_all(0, 3);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(host.wakes, 1);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(tsfn__channel_abort(&host.channel), TSFN_OK);
  CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  host_check_gone(&host);
}

/* --- the one order ------------------------------------------------------- */

TEST(c5_destroy_after_last_use, "the handle lives while a use is out") {
  host_init(&host, 0, 3);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK(host.is_final);
  for (int i = 0; i < 3; i++) {
    CHECK(!host.is_destroyed);
    CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  }
  host_check_gone(&host);
}

TEST(c5_destroy_after_finalize, "the handle lives until it is final") {
  host_init(&host, 0, 3);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(tsfn__channel_release(&host.channel), TSFN_OK);
  CHECK(!host.is_destroyed && !host.is_final);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

static void
send_refused(struct host *self) {
  /* Completed and closed: the host checked it. Not gone: a use is out. */
  CHECK_EQ(host_send_one(self, 0, 0), TSFN_CLOSING);
  CHECK(!self->is_destroyed);
}

TEST(c5_order, "stop accepting, complete, finalize, destroy: at every end") {
  for (int way = 0; way < 3; way++) {
    host_init(&host, 0, 2);
    host.on_finalize = send_refused;
    send_all(0, 600);
    if (way == 0) tsfn__channel_release(&host.channel);
    if (way == 1) tsfn__channel_abort(&host.channel);
    if (way == 2)
      tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
    else
      CHECK_EQ(host_turn(&host),
               way == 0 ? TSFN__DRAIN_IDLE : TSFN__DRAIN_FINAL);
    CHECK_EQ(host_completions(&host), 600);
    CHECK(!host.is_destroyed);
    tsfn__channel_release(&host.channel);
    if (way == 0)
      CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
    else
      tsfn__channel_release(&host.channel);
    host_check_gone(&host);
  }
}

TEST(c5_closing_before_the_queue, "nothing is accepted once it is finalized") {
  enum tsfn__lifecycle_next next;
  host_init(&host, 0, 2);
  send_all(0, 3);
  tsfn__channel_release(&host.channel);
  /* A thread that stopped between the last release and the queue's close. */
  tsfn__lifecycle_release(&host.channel.lifecycle, &next);
  CHECK_EQ(next, TSFN__LIFECYCLE_CLOSE);
  host.on_finalize = send_refused;
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), 3);
  CHECK_EQ(host_send_one(&host, 0, 3), TSFN_OK); /* by whoever: not closed */
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  /* It goes on. */
  tsfn__queue_close(&host.channel.queue);
  host_ops.closed(&host.channel);
  tsfn__lifecycle_tell(&host.channel.lifecycle);
  tsfn__channel_schedule(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(host_send_one(&host, 0, 4), TSFN_CLOSING);
  CHECK(!host.is_destroyed);
  tsfn__channel_release(&host.channel); /* its second half */
  host_check_gone(&host);
}

TEST(c5_final_never_wakes, "a final channel never wakes the host again") {
  host_init(&host, 0, 2);
  send_all(0, 3);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  tsfn__channel_schedule(&host.channel);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_send_one(&host, 0, 3), TSFN_CLOSING);
  tsfn__channel_release(&host.channel);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host.wakes, 1);
  host_check_gone(&host);
}

TEST(c5_shut_down_never_wakes, "nor does one that was shut down, twice") {
  host_init(&host, 0, 2);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  tsfn__channel_schedule(&host.channel);
  CHECK_EQ(host_send_one(&host, 0, 0), TSFN_CLOSING);
  tsfn__channel_abort(&host.channel);
  tsfn__channel_release(&host.channel);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host.wakes, 0);
  host_check_gone(&host);
}

/* --- library threads ----------------------------------------------------- */

TEST(c5_threads_hold_finalize, "finalize waits for the library's threads") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  send_all(0, 10);
  tsfn__channel_release(&host.channel);
  tsfn__channel_abort(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  CHECK_EQ(host_completions(&host), 10);
  CHECK(!host.is_final);
  tsfn__channel_end_thread(&host.channel);
  host_turn(&host);
  CHECK(!host.is_final);
  tsfn__channel_end_thread(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(thread_brings_the_loop, "a thread that ends brings the loop to join it") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  tsfn__channel_end_thread(&host.channel);
  CHECK_EQ(host.wakes, 1);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  host_check_gone(&host);
}

TEST(c5_last_thread_closes, "the last thread's end closes as a release would") {
  host_init(&host, 0, 1);
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  tsfn__channel_release(&host.channel);
  send_all(0, 10);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_IDLE);
  tsfn__channel_end_thread(&host.channel);
  CHECK_EQ(host_turn(&host), TSFN__DRAIN_FINAL);
  CHECK_EQ(ended(TSFN_COMPLETION_DELIVERED), 10);
  host_check_gone(&host);
}

static void
end_the_thread(struct host *self) {
  tsfn__channel_end_thread(&self->channel); /* as a join in finalize sees it */
}

TEST(c5_shutdown_joins, "a shutdown's finalize is where threads are joined") {
  host_init(&host, 0, 1);
  host.on_finalize = end_the_thread;
  CHECK_EQ(tsfn__lifecycle_start(&host.channel.lifecycle), TSFN_OK);
  tsfn__channel_shutdown(&host.channel, TSFN_COMPLETION_ENV_GONE);
  CHECK(!host.is_destroyed);
  tsfn__channel_release(&host.channel);
  CHECK_EQ(host.wakes, 0);
  host_check_gone(&host);
}

TEST_MAIN()
