/* SPDX-License-Identifier: MIT */

/* Everything at once, at random, then the books are checked.

     STRESS_THREADS      4    threads that call, acquire, release, abort
     STRESS_SCALE        200  operations of each thread in a life
     STRESS_ITERATIONS   400  lives
     STRESS_SEED         1    of the first life

   Sanitizers divide the lives by ten. */

#include "core/channel.h"

#include "fake_host.h"

static struct host host;
static struct crew crew;
static uint64_t scale, seed;

static uint64_t
setting(const char *name, uint64_t fallback) {
  const char *text = getenv(name);
  uint64_t value = text == NULL ? 0 : strtoull(text, NULL, 10);
  return value > 0 ? value : fallback;
}

struct actor {
  struct dice dice;
  unsigned index;
  uint64_t sent;
  uint64_t uses; /* of its own: never below 1 until the end */
};

static void
act_send(struct host *self, struct actor *actor) {
  static const uint64_t waits[] = {0, 0, 1, 2, UINT64_MAX};
  size_t count =
      1 + (size_t)dice_roll(&actor->dice,
                            1 + 63 * (dice_roll(&actor->dice, 4) == 0));
  uint64_t wait = waits[dice_roll(&actor->dice, 5)];
  size_t accepted = 99;
  tsfn_status status =
      host_send(self, actor->index, actor->sent, count, wait, &accepted);
  CHECK(accepted <= count);
  CHECK((status == TSFN_OK) == (accepted == count) || status == TSFN_CLOSING);
  if (status == TSFN_QUEUE_FULL) CHECK_EQ(wait, 0);
  if (status == TSFN_TIMED_OUT) CHECK(wait != 0 && wait != UINT64_MAX);
  CHECK(status <= TSFN_CLOSING || status == TSFN_NO_MEMORY);
  actor->sent += accepted;
}

static void
act_once(struct host *self, struct actor *actor) {
  uint64_t roll = dice_roll(&actor->dice, 1000);
  if (roll < 800) {
    act_send(self, actor);
  } else if (roll < 900) {
    tsfn_status status = tsfn__channel_acquire(&self->channel);
    CHECK(status == TSFN_OK || status == TSFN_CLOSING);
    if (status == TSFN_OK) actor->uses++;
  } else if (roll < 990) {
    if (actor->uses == 1) return;
    actor->uses--;
    CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
  } else if (roll < 992) {
    CHECK_EQ(tsfn__channel_abort(&self->channel), TSFN_OK);
  } else if (roll < 993) {
    host_stop(self);
  } else {
    ledger_fail(&self->ledger, 0, 1);
  }
}

static void
act(void *subject, int index) {
  struct host *self = subject;
  struct actor actor = {
      {seed * 1000003 + (uint64_t)index + 1}, (unsigned)index, 0, 1};
  for (uint64_t i = 0; i < scale; i++)
    act_once(self, &actor);
  atomic_fetch_add(&self->sent, actor.sent);
  while (actor.uses-- > 0)
    CHECK_EQ(tsfn__channel_release(&self->channel), TSFN_OK);
}

TEST(c1_c2_c3_c4_c5_random_lives, "after any life: all completed, all freed") {
  static const uint64_t bounds[] = {0, 1, 2, 5, 64, 1000};
  int threads = (int)setting("STRESS_THREADS", 4);
  uint64_t lives = setting("STRESS_ITERATIONS", test_scaled(400));
  scale = setting("STRESS_SCALE", 200);
  seed = setting("STRESS_SEED", 1);
  for (uint64_t life = 0; life < lives; life++, seed++) {
    struct dice dice = {seed * 7919 + 1};
    host_prepare(&host, bounds[dice_roll(&dice, 6)], (size_t)threads);
    host.budget_items = 1 + (uint32_t)dice_roll(&dice, 100);
    host_run(&host);
    crew_start(&crew, threads, act, &host);
    crew_join(&crew);
    host_join(&host);
    CHECK_EQ(host_completions(&host), host.sent);
    host_check_gone(&host);
  }
}

TEST_MAIN()
