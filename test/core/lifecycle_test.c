/* SPDX-License-Identifier: MIT */
#include "core/lifecycle.h"

#include "crew.h"

/* --- the table of lifecycle.h, once more, naively ------------------------ */

struct life {
  unsigned uses, threads, visitors;
  bool is_closing, is_told, is_aborted, is_orphaned, is_final, is_lazy;
};

struct answer {
  tsfn_status status;
  enum tsfn__lifecycle_next next;
};

enum event {
  ACQUIRE,
  RELEASE,
  START,
  END,
  LEAVE,
  ABORT,
  ORPHAN,
  SHUT,
  EXPIRE,
  TELL,
  FINISH,
  EVENTS
};

#define NOTHING TSFN__LIFECYCLE_NOTHING
#define CLOSE TSFN__LIFECYCLE_CLOSE
#define LOOK TSFN__LIFECYCLE_LOOK
#define VISIT TSFN__LIFECYCLE_VISIT
#define FREE TSFN__LIFECYCLE_FREE

static struct answer
answer(tsfn_status status, enum tsfn__lifecycle_next next) {
  struct answer result = {status, next};
  return result;
}

static struct answer
expect_close(struct life *life, bool *flag) {
  if (*flag || life->is_final) return answer(TSFN_OK, NOTHING);
  bool is_first = !life->is_closing;
  life->is_closing = *flag = true;
  return answer(TSFN_OK, is_first ? CLOSE : LOOK);
}

/* finish() has no status: TSFN_FAILURE stands for its false. */
static struct answer
expect(struct life *life, enum event event) {
  switch (event) {
  case ACQUIRE:
  case START:
    if (life->is_closing) return answer(TSFN_CLOSING, NOTHING);
    if (life->uses == 0 && !(life->is_lazy && event == ACQUIRE))
      return answer(TSFN_INVALID, NOTHING);
    life->uses++;
    if (event == START) life->threads++;
    return answer(TSFN_OK, NOTHING);
  case RELEASE:
    if (life->uses == 0) return answer(TSFN_INVALID, NOTHING);
    if (life->uses == 1 && !life->is_closing && life->is_lazy) {
      life->uses--;
      life->visitors++;
      return answer(TSFN_OK, VISIT);
    }
    if (life->uses == 1 && !life->is_closing) {
      life->is_closing = true;
      return answer(TSFN_OK, CLOSE);
    }
    life->uses--;
    return answer(TSFN_OK, life->uses == 0 && life->is_final ? FREE : NOTHING);
  case END:
    life->threads--;
    return answer(TSFN_OK, NOTHING);
  case LEAVE:
    life->visitors--;
    return answer(TSFN_OK, NOTHING);
  case ABORT:
    return expect_close(life, &life->is_aborted);
  case ORPHAN:
    return expect_close(life, &life->is_orphaned);
  case SHUT:
    if (life->is_closing) return answer(TSFN_OK, NOTHING);
    life->is_closing = true;
    return answer(TSFN_OK, CLOSE);
  case EXPIRE:
    if (!life->is_lazy || life->is_closing || life->uses > 0)
      return answer(TSFN_OK, NOTHING);
    life->is_closing = true;
    return answer(TSFN_OK, CLOSE);
  case TELL:
    life->is_told = true;
    return answer(TSFN_OK, NOTHING);
  default:
    if (!life->is_told || life->threads > 0 || life->visitors > 0)
      return answer(TSFN_FAILURE, NOTHING);
    life->is_final = true;
    return answer(TSFN_OK, life->uses == 0 ? FREE : NOTHING);
  }
}

static struct answer
perform(struct tsfn__lifecycle *self, enum event event) {
  struct answer result = {TSFN_OK, NOTHING};
  switch (event) {
  case ACQUIRE:
    result.status = tsfn__lifecycle_acquire(self);
    break;
  case RELEASE:
    result.status = tsfn__lifecycle_release(self, &result.next);
    break;
  case START:
    result.status = tsfn__lifecycle_start(self);
    break;
  case END:
    tsfn__lifecycle_end(self);
    break;
  case LEAVE:
    tsfn__lifecycle_leave(self);
    break;
  case ABORT:
    result.next = tsfn__lifecycle_abort(self);
    break;
  case ORPHAN:
    result.next = tsfn__lifecycle_orphan(self);
    break;
  case SHUT:
    result.next = tsfn__lifecycle_shut(self);
    break;
  case EXPIRE:
    result.next = tsfn__lifecycle_expire(self);
    break;
  case TELL:
    tsfn__lifecycle_tell(self);
    break;
  default:
    if (!tsfn__lifecycle_finish(self, &result.next))
      result.status = TSFN_FAILURE;
  }
  return result;
}

static void
check_same(const struct tsfn__lifecycle *self, const struct life *life) {
  CHECK_EQ(tsfn__lifecycle_uses(self), life->uses);
  CHECK_EQ(tsfn__lifecycle_threads(self), life->threads);
  CHECK_EQ(tsfn__lifecycle_is_closing(self), life->is_closing);
  CHECK_EQ(tsfn__lifecycle_is_aborted(self), life->is_aborted);
  CHECK_EQ(tsfn__lifecycle_is_final(self), life->is_final);
  CHECK_EQ(tsfn__lifecycle_is_told(self), life->is_told);
  CHECK_EQ(tsfn__lifecycle_is_stopped(self),
           life->is_aborted || life->is_orphaned);
  CHECK_EQ(tsfn__lifecycle_is_visited(self), life->visitors > 0);
  CHECK_EQ(tsfn__lifecycle_can_expire(self),
           life->is_lazy && !life->is_closing && life->uses == 0);
  CHECK_EQ(tsfn__lifecycle_can_finish(self),
           life->is_told && life->threads == 0 && life->visitors == 0);
}

#define MOST 3 /* uses, threads, visitors */
#define FLAGS 64
#define STATES ((MOST + 1) * (MOST + 1) * (MOST + 1) * FLAGS)

static unsigned
number_of(const struct life *life) {
  unsigned counts =
      (life->uses * (MOST + 1) + life->threads) * (MOST + 1) + life->visitors;
  unsigned flags =
      (unsigned)life->is_lazy << 5 | (unsigned)life->is_closing << 4 |
      (unsigned)life->is_told << 3 | (unsigned)life->is_aborted << 2 |
      (unsigned)life->is_orphaned << 1 | (unsigned)life->is_final;
  return counts * FLAGS + flags;
}

/* Whether actors that keep to the rules can bring this event in this state. */
static bool
is_possible(const struct life *life, enum event event) {
  switch (event) {
  case ACQUIRE:
    return life->uses < MOST;
  case START:
    return life->uses < MOST && life->threads < MOST;
  case RELEASE:
    /* Not the use of a thread that has not ended. */
    return life->visitors < MOST &&
           (life->threads == 0 || life->uses > life->threads);
  case END:
    return life->threads > 0 && life->uses > 0;
  case LEAVE:
    return life->visitors > 0;
  case TELL:
    return life->is_closing && !life->is_told;
  default:
    return true;
  }
}

static bool was_seen[STATES];
static unsigned states_seen;

/* Depth first: every event in every state that some events lead to. */
static void
explore(uint64_t word, struct life life) {
  if (was_seen[number_of(&life)]) return;
  was_seen[number_of(&life)] = true;
  states_seen++;
  for (enum event event = 0; event < EVENTS; event++) {
    if (!is_possible(&life, event)) continue;
    struct tsfn__lifecycle real;
    struct life model = life;
    atomic_init(&real.word, word);
    struct answer expected = expect(&model, event);
    struct answer actual = perform(&real, event);
    CHECK_EQ(actual.status, expected.status);
    CHECK_EQ(actual.next, expected.next);
    check_same(&real, &model);
    explore(atomic_load(&real.word), model);
  }
}

TEST(c2_c5_table, "every event in every state does what the table says") {
  for (unsigned i = 2; i < 2 * (MOST + 1); i++) {
    struct tsfn__lifecycle real;
    unsigned uses = i / 2;
    struct life model = {.uses = uses, .is_lazy = i % 2 != 0};
    tsfn__lifecycle_init(&real, uses);
    if (model.is_lazy) tsfn__lifecycle_make_lazy(&real);
    check_same(&real, &model);
    explore(atomic_load(&real.word), model);
  }
  printf("%u states\n", states_seen);
  CHECK(states_seen > 100);
}

/* --- whole lives: actors that keep to the rules, in every order ---------- */

#define USERS 3
#define ACTORS 5 /* the rest are library threads */

enum role {
  OUT,      /* has no use */
  USING,    /* has a use */
  ENDED,    /* a thread: lifecycle_end was called, the use is still there */
  CLOSING,  /* was answered CLOSE by a release: tells, then releases again */
  TOLD,     /* the same, and has told */
  ABORTING, /* was answered CLOSE by an abort: tells */
  VISITING, /* was answered VISIT: has no use, and will touch it once more */
  GONE      /* a thread that is over */
};

struct world {
  uint64_t word;
  unsigned char role[ACTORS];
  bool is_finished; /* the loop thread's part is over */
  bool is_closed;   /* somebody was answered CLOSE */
  bool is_lazy;
  bool is_free;
};

#define WORLDS 65536
static struct world worlds[WORLDS];
static unsigned char world_state[WORLDS]; /* 0 new, 1 known */
static unsigned worlds_seen, lives_ended;

static bool
remember(const struct world *world) {
  uint64_t hash = world->word * 31 + world->is_finished * 7 +
                  world->is_free * 3 + world->is_closed;
  for (int i = 0; i < ACTORS; i++)
    hash = hash * 131 + world->role[i];
  hash ^= hash >> 29;
  for (;; hash++) {
    unsigned place = (unsigned)(hash % WORLDS);
    if (!world_state[place]) {
      world_state[place] = 1;
      worlds[place] = *world;
      CHECK(++worlds_seen < WORLDS / 2);
      return true;
    }
    struct world *other = &worlds[place];
    if (other->word == world->word &&
        memcmp(other->role, world->role, ACTORS) == 0 &&
        other->is_finished == world->is_finished &&
        other->is_free == world->is_free &&
        other->is_closed == world->is_closed)
      return false;
  }
}

static void live(struct world world);

/* One event by `actor` (ACTORS: the loop thread), then all that may follow. */
static struct answer
step(struct world *world, enum event event) {
  struct tsfn__lifecycle real;
  CHECK(!world->is_free); /* nobody may come after FREE */
  atomic_init(&real.word, world->word);
  struct answer result = perform(&real, event);
  world->word = atomic_load(&real.word);
  if (result.next == CLOSE) {
    CHECK(!world->is_closed); /* one event of a life answers it */
    world->is_closed = true;
  }
  if (result.next == FREE) world->is_free = true;
  /* Whoever closes is told to do it. */
  CHECK_EQ(tsfn__lifecycle_is_closing(&real), world->is_closed);
  return result;
}

static void
release_by(struct world world, int actor) {
  bool again = world.role[actor] == TOLD;
  struct answer result = step(&world, RELEASE);
  CHECK_EQ(result.status, TSFN_OK);
  if (result.next == CLOSE) {
    CHECK(!again);
    CHECK(!world.is_lazy);
    world.role[actor] = CLOSING;
  } else if (result.next == VISIT) {
    CHECK(world.is_lazy);
    world.role[actor] = VISITING;
  } else {
    world.role[actor] = actor < USERS ? OUT : GONE;
  }
  live(world);
}

static void
acquire_for(struct world world, int other) {
  struct answer result = step(&world, ACQUIRE);
  if (result.status == TSFN_OK) world.role[other] = USING;
  live(world);
}

static void
live_user(struct world world, int actor) {
  switch (world.role[actor]) {
  case CLOSING:
  case ABORTING:
    step(&world, TELL);
    world.role[actor] = world.role[actor] == CLOSING ? TOLD : USING;
    live(world);
    return;
  case TOLD:
    release_by(world, actor);
    return;
  case VISITING:
    step(&world, LEAVE);
    world.role[actor] = OUT;
    live(world);
    return;
  default:
    break;
  }
  if (world.role[actor] != USING) return;
  release_by(world, actor);
  for (int other = 0; other < USERS; other++)
    if (world.role[other] == OUT) acquire_for(world, other);
  struct world aborted = world;
  if (step(&aborted, ABORT).next == CLOSE) aborted.role[actor] = ABORTING;
  live(aborted);
}

static void
live_thread(struct world world, int actor) {
  struct world next = world;
  switch (world.role[actor]) {
  case OUT: { /* the loop thread starts it while it has a use: user 0 */
    if (world.role[0] != USING) return;
    if (step(&next, START).status == TSFN_OK) next.role[actor] = USING;
    live(next);
    return;
  }
  case USING:
    step(&next, END);
    next.role[actor] = ENDED;
    live(next);
    return;
  case CLOSING:
    step(&next, TELL);
    next.role[actor] = TOLD;
    live(next);
    return;
  case ENDED:
  case TOLD:
    release_by(world, actor);
    return;
  default:
    return;
  }
}

static void
live(struct world world) {
  if (!remember(&world)) return;
  bool anyone = false;
  for (int i = 0; i < ACTORS; i++)
    anyone |= world.role[i] != OUT && world.role[i] != GONE;
  if (world.is_free) {
    CHECK(world.is_finished);
    CHECK(!anyone);
    lives_ended++;
    return;
  }
  /* Nobody has the handle any more, and nobody was told to free it: a leak. */
  CHECK(anyone || !world.is_finished);
  for (int i = 0; i < USERS; i++)
    live_user(world, i);
  for (int i = USERS; i < ACTORS && !world.is_lazy; i++)
    live_thread(world, i);
  if (!world.is_finished) {
    /* The loop thread, which needs no use to give somebody one. */
    if (world.is_lazy && world.role[0] == OUT) acquire_for(world, 0);
    /* It closes and tells with nothing in between. */
    for (enum event event = ORPHAN; event <= EXPIRE; event++) {
      struct world closed = world;
      if (step(&closed, event).next == CLOSE) step(&closed, TELL);
      live(closed);
    }
    struct world finished = world;
    if (step(&finished, FINISH).status == TSFN_OK) {
      finished.is_finished = true;
      for (int i = 0; i < ACTORS; i++) { /* nobody is inside */
        CHECK(world.role[i] != CLOSING && world.role[i] != ABORTING);
        CHECK(world.role[i] != (i < USERS ? VISITING : USING));
      }
    }
    live(finished);
  }
}

static void
live_all(bool is_lazy) {
  struct world world = {.is_lazy = is_lazy};
  struct tsfn__lifecycle real;
  tsfn__lifecycle_init(&real, 1);
  if (is_lazy) tsfn__lifecycle_make_lazy(&real);
  world.word = atomic_load(&real.word);
  world.role[0] = USING;
  live(world);
  printf("%u worlds, %u ends\n", worlds_seen, lives_ended);
  CHECK(lives_ended > 0);
}

TEST(c3_c5_lives, "in every order of every life, the last one frees, once") {
  live_all(false);
  CHECK(worlds_seen > 300);
}

TEST(c3_c5_lazy_lives, "the same of those that the loop closes") {
  live_all(true);
  CHECK(worlds_seen > 30);
}

/* --- borders ------------------------------------------------------------- */

TEST(c2_most_uses, "a use more than the word can count is refused") {
  struct tsfn__lifecycle self;
  enum tsfn__lifecycle_next next;
  tsfn__lifecycle_init(&self, TSFN__LIFECYCLE_USES_MAX);
  CHECK_EQ(tsfn__lifecycle_acquire(&self), TSFN_INVALID);
  CHECK_EQ(tsfn__lifecycle_start(&self), TSFN_INVALID);
  CHECK_EQ(tsfn__lifecycle_uses(&self), TSFN__LIFECYCLE_USES_MAX);
  CHECK_EQ(tsfn__lifecycle_threads(&self), 0);
  CHECK_EQ(tsfn__lifecycle_release(&self, &next), TSFN_OK);
  CHECK_EQ(tsfn__lifecycle_start(&self), TSFN_OK);
  CHECK_EQ(tsfn__lifecycle_uses(&self), TSFN__LIFECYCLE_USES_MAX);
  CHECK_EQ(tsfn__lifecycle_threads(&self), 1);
}

TEST(c2_release_too_many, "a release too many is refused, in every state") {
  struct tsfn__lifecycle self;
  enum tsfn__lifecycle_next next;
  tsfn__lifecycle_init(&self, 1);
  CHECK_EQ(tsfn__lifecycle_release(&self, &next), TSFN_OK);
  CHECK_EQ(next, CLOSE);
  CHECK(!tsfn__lifecycle_finish(&self, &next));
  tsfn__lifecycle_tell(&self);
  CHECK_EQ(tsfn__lifecycle_release(&self, &next), TSFN_OK);
  CHECK_EQ(tsfn__lifecycle_release(&self, &next), TSFN_INVALID);
  CHECK_EQ(next, NOTHING);
  CHECK(tsfn__lifecycle_finish(&self, &next));
  CHECK_EQ(next, FREE);
}

TEST(c2_most_threads, "a thread more than the word can count is refused") {
  struct tsfn__lifecycle self;
  tsfn__lifecycle_init(&self, 1);
  for (unsigned i = 0; i < TSFN__LIFECYCLE_THREADS_MAX; i++)
    CHECK_EQ(tsfn__lifecycle_start(&self), TSFN_OK);
  CHECK_EQ(tsfn__lifecycle_start(&self), TSFN_INVALID);
  CHECK_EQ(tsfn__lifecycle_threads(&self), TSFN__LIFECYCLE_THREADS_MAX);
  CHECK_EQ(tsfn__lifecycle_uses(&self), TSFN__LIFECYCLE_THREADS_MAX + 1);
  CHECK(!tsfn__lifecycle_is_visited(&self));
}

struct visit {
  struct tsfn__lifecycle life;
  atomic_bool has_left;
};

static void
release_after_the_most(void *subject, int index) {
  struct visit *visit = subject;
  enum tsfn__lifecycle_next next;
  (void)index;
  CHECK_EQ(tsfn__lifecycle_release(&visit->life, &next), TSFN_OK);
  CHECK_EQ(next, VISIT);
  CHECK(atomic_load(&visit->has_left));
}

TEST(c3_most_visitors, "a visitor more than the word can count waits for one") {
  static struct crew crew;
  static struct visit visit;
  enum tsfn__lifecycle_next next;
  tsfn__lifecycle_init(&visit.life, 1);
  tsfn__lifecycle_make_lazy(&visit.life);
  for (unsigned i = 0; i < TSFN__LIFECYCLE_VISITORS_MAX; i++) {
    CHECK_EQ(tsfn__lifecycle_release(&visit.life, &next), TSFN_OK);
    CHECK_EQ(next, VISIT);
    CHECK_EQ(tsfn__lifecycle_acquire(&visit.life), TSFN_OK);
  }
  crew_start(&crew, 1, release_after_the_most, &visit);
  for (int i = 0; i < 100; i++)
    tsfn__os_yield();
  CHECK_EQ(tsfn__lifecycle_uses(&visit.life), 1);
  atomic_store(&visit.has_left, true);
  tsfn__lifecycle_leave(&visit.life);
  crew_join(&crew);
  CHECK_EQ(tsfn__lifecycle_uses(&visit.life), 0);
  CHECK_EQ(tsfn__lifecycle_threads(&visit.life), 0);
}

/* --- threads ------------------------------------------------------------- */

struct race {
  struct tsfn__lifecycle life;
  atomic_int frees;
  atomic_int closes;
};

static void
count(struct race *race, enum tsfn__lifecycle_next next) {
  if (next == FREE) atomic_fetch_add(&race->frees, 1);
  if (next != CLOSE) return;
  atomic_fetch_add(&race->closes, 1);
  tsfn__lifecycle_tell(&race->life);
}

static void
let_go(struct race *race) {
  enum tsfn__lifecycle_next next;
  CHECK_EQ(tsfn__lifecycle_release(&race->life, &next), TSFN_OK);
  count(race, next);
  if (next != CLOSE) return;
  CHECK_EQ(tsfn__lifecycle_release(&race->life, &next), TSFN_OK);
  count(race, next);
}

/* The last one is the loop thread. */
static void
race_main(void *subject, int index) {
  struct race *race = subject;
  enum tsfn__lifecycle_next next;
  if (index == 4) {
    while (!tsfn__lifecycle_finish(&race->life, &next))
      tsfn__os_yield();
    count(race, next);
    return;
  }
  for (int i = 0; i < 20; i++) {
    if (tsfn__lifecycle_acquire(&race->life) != TSFN_OK) break;
    if (index == 3 && i == 10) count(race, tsfn__lifecycle_abort(&race->life));
    let_go(race);
  }
  let_go(race);
}

TEST(c3_c5_one_free, "of many threads that let go at once, exactly one frees") {
  static struct crew crew;
  static struct race race;
  for (size_t round = 0; round < test_scaled(2000); round++) {
    tsfn__lifecycle_init(&race.life, 4);
    atomic_store(&race.frees, 0);
    atomic_store(&race.closes, 0);
    crew_start(&crew, 5, race_main, &race);
    crew_join(&crew);
    CHECK_EQ(race.frees, 1);
    CHECK_EQ(race.closes, 1);
    CHECK_EQ(tsfn__lifecycle_uses(&race.life), 0);
  }
}

TEST_MAIN()
