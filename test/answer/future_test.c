/* SPDX-License-Identifier: MIT */

/* One answer and one asker: every order of claim, answer, withdrawal, wait and
   time out. An end that answers for the loop thread is the answerer, too. */

#include "answer/future.h"

#include "../core/crew.h"

#define MILLISECOND UINT64_C(1000000)

/* What ask.c has around a future: a reply beside it. */
struct asked {
  struct tsfn__future future;
  int reply; /* of whoever has claimed, until it has answered */
  atomic_bool is_free;
};

static void
begin(struct asked *self) {
  tsfn__future_init(&self->future, 2);
  self->reply = 0;
  atomic_init(&self->is_free, false);
}

static void
give_back(struct asked *self) {
  if (!tsfn__future_unreference(&self->future)) return;
  CHECK(!atomic_exchange(&self->is_free, true));
}

TEST(answered_first, "an answer that is there is not waited for") {
  struct asked asked;
  tsfn_status status = TSFN_FAILURE;
  begin(&asked);
  CHECK(!tsfn__future_is_answered(&asked.future));
  CHECK(!tsfn__future_wait(&asked.future, 0, &status));
  CHECK_EQ(status, TSFN_TIMED_OUT);
  CHECK(tsfn__future_claim(&asked.future));
  tsfn__future_answer(&asked.future, TSFN_THREW);
  CHECK(tsfn__future_is_answered(&asked.future));
  CHECK(tsfn__future_wait(&asked.future, 0, &status));
  CHECK_EQ(status, TSFN_THREW);
  CHECK(tsfn__future_wait(&asked.future, TSFN__OS_FOREVER, &status));
  CHECK_EQ(status, TSFN_THREW);
}

TEST(claim_or_withdraw, "either the answerer begins or the asker has it back") {
  struct asked asked;
  begin(&asked);
  CHECK(tsfn__future_claim(&asked.future));
  CHECK(!tsfn__future_claim(&asked.future));
  CHECK(!tsfn__future_withdraw(&asked.future));
  begin(&asked);
  CHECK(tsfn__future_withdraw(&asked.future));
  CHECK(!tsfn__future_withdraw(&asked.future));
  CHECK(!tsfn__future_claim(&asked.future));
}

static void
wait_for_ever(void *subject, int index) {
  struct asked *asked = subject;
  tsfn_status status = TSFN_FAILURE;
  (void)index;
  CHECK(tsfn__future_wait(&asked->future, TSFN__OS_FOREVER, &status));
  CHECK_EQ(status, TSFN_OK);
}

TEST(asleep, "an asker that sleeps is woken by the answer") {
  static struct crew crew;
  static struct asked asked;
  begin(&asked);
  crew_start(&crew, 1, wait_for_ever, &asked);
  WAIT_UNTIL(atomic_load(&asked.future.waiter) != NULL);
  CHECK(tsfn__future_claim(&asked.future));
  tsfn__future_answer(&asked.future, TSFN_OK);
  crew_join(&crew);
}

TEST(late, "a wait without an answer ends, and another one finds it") {
  struct asked asked;
  tsfn_status status;
  begin(&asked);
  CHECK(
      !tsfn__future_wait(&asked.future, tsfn__os_now() + MILLISECOND, &status));
  CHECK_EQ(status, TSFN_TIMED_OUT);
  tsfn__future_answer(&asked.future, TSFN_OK);
  CHECK(
      tsfn__future_wait(&asked.future, tsfn__os_now() + MILLISECOND, &status));
  CHECK_EQ(status, TSFN_OK);
}

TEST(references, "whoever gives the last reference back is told") {
  struct asked asked;
  begin(&asked);
  tsfn__future_reference(&asked.future);
  CHECK(!tsfn__future_unreference(&asked.future));
  CHECK(!tsfn__future_unreference(&asked.future));
  CHECK(tsfn__future_unreference(&asked.future));
}

/* --- two threads --------------------------------------------------------- */

#define ROUNDS 20000u

/* Both threads go through the same futures, each at its own pace but for the
   beginning of a round. */
struct match {
  struct asked asked[ROUNDS];
  atomic_uint arrived[ROUNDS];
  uint64_t patience; /* of the asker's wait; 0: it drops at once */
  atomic_uint answered, withdrawn, heard, late, had_back;
};

static struct match match;

/* Both leave at about the same moment. */
static void
meet(unsigned round) {
  atomic_fetch_add(&match.arrived[round], 1);
  for (unsigned spins = 1; atomic_load(&match.arrived[round]) < 2; spins++)
    if (spins % 1024 == 0) tsfn__os_yield();
}

static void
run_answerer(unsigned rounds) {
  for (unsigned i = 0; i < rounds; i++) {
    struct asked *asked = &match.asked[i];
    meet(i);
    if (tsfn__future_claim(&asked->future)) {
      asked->reply = (int)i + 1;
      tsfn__future_answer(&asked->future, TSFN_OK);
      atomic_fetch_add(&match.answered, 1);
    } else {
      atomic_fetch_add(&match.withdrawn, 1);
    }
    give_back(asked);
  }
}

static void
run_asker(unsigned rounds) {
  for (unsigned i = 0; i < rounds; i++) {
    struct asked *asked = &match.asked[i];
    uint64_t deadline = 0;
    tsfn_status status;
    meet(i);
    if (match.patience != 0)
      deadline = match.patience == TSFN__OS_FOREVER
                     ? TSFN__OS_FOREVER
                     : tsfn__os_now() + i % match.patience;
    if (tsfn__future_wait(&asked->future, deadline, &status)) {
      CHECK_EQ(status, TSFN_OK);
      CHECK_EQ(asked->reply, (int)i + 1);
      atomic_fetch_add(&match.heard, 1);
    } else {
      CHECK_EQ(status, TSFN_TIMED_OUT);
      atomic_fetch_add(&match.late, 1);
    }
    if (tsfn__future_withdraw(&asked->future))
      atomic_fetch_add(&match.had_back, 1);
    give_back(asked);
  }
}

static void
run_side(void *subject, int index) {
  unsigned rounds = *(unsigned *)subject;
  if (index == 0)
    run_answerer(rounds);
  else
    run_asker(rounds);
}

static void
play(uint64_t patience) {
  static struct crew crew;
  unsigned rounds = (unsigned)test_scaled(ROUNDS);
  match.patience = patience;
  for (unsigned i = 0; i < rounds; i++)
    begin(&match.asked[i]);
  crew_start(&crew, 2, run_side, &rounds);
  crew_join(&crew);
  CHECK_EQ(match.answered + match.withdrawn, rounds);
  CHECK_EQ(match.heard + match.late, rounds);
  CHECK_EQ(match.had_back, match.withdrawn);
  CHECK(match.heard <= match.answered);
  for (unsigned i = 0; i < rounds; i++)
    CHECK(atomic_load(&match.asked[i].is_free));
}

TEST(patient, "an asker without a deadline hears every answer") {
  play(TSFN__OS_FOREVER);
  CHECK_EQ(match.late, 0);
  CHECK_EQ(match.withdrawn, 0);
}

TEST(hasty, "an answer at the moment of the time out is heard or left, once") {
  play(20000);
}

TEST(leaves, "an asker that leaves at once withdraws or leaves the answer") {
  play(0);
}

TEST_MAIN()
