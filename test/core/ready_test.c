/* SPDX-License-Identifier: MIT */
#include "core/ready.h"

#include "crew.h"

struct entry {
  struct tsfn__ready_node node;
  unsigned number;
  uint64_t pushes; /* plain memory: handed over with the node */
};

static struct tsfn__ready ready;

static struct entry *
pop(void) {
  return (struct entry *)tsfn__ready_pop(&ready);
}

static void
push_all(struct entry *entries, unsigned from, unsigned to) {
  for (unsigned i = from; i < to; i++) {
    entries[i].number = i;
    tsfn__ready_push(&ready, &entries[i].node);
  }
}

TEST(order, "who asked first comes first") {
  struct entry entries[10];
  tsfn__ready_init(&ready);
  CHECK(tsfn__ready_is_empty(&ready));
  CHECK(pop() == NULL);
  push_all(entries, 0, 10);
  CHECK(!tsfn__ready_is_empty(&ready));
  CHECK(pop() == NULL); /* nothing was collected */
  tsfn__ready_collect(&ready);
  for (unsigned i = 0; i < 10; i++)
    CHECK_EQ(pop()->number, i);
  CHECK(pop() == NULL);
  CHECK(tsfn__ready_is_empty(&ready));
}

TEST(behind, "what is collected later waits behind what waits already") {
  struct entry entries[9];
  tsfn__ready_init(&ready);
  for (unsigned i = 0; i < 9; i += 3) {
    push_all(entries, i, i + 3);
    tsfn__ready_collect(&ready);
  }
  for (unsigned i = 0; i < 9; i++)
    CHECK_EQ(pop()->number, i);
  CHECK(pop() == NULL);
}

TEST(append, "who has more to do goes to the end") {
  struct entry entries[3];
  tsfn__ready_init(&ready);
  push_all(entries, 0, 3);
  tsfn__ready_collect(&ready);
  static const unsigned expected[] = {0, 1, 2, 0, 1, 0};
  unsigned left[] = {3, 2, 1};
  for (unsigned i = 0; i < 6; i++) {
    struct entry *entry = pop();
    CHECK_EQ(entry->number, expected[i]);
    if (--left[entry->number] != 0) tsfn__ready_append(&ready, &entry->node);
  }
  CHECK(tsfn__ready_is_empty(&ready));
}

TEST(collect_nothing, "collecting when nothing was pushed changes nothing") {
  struct entry entries[2];
  tsfn__ready_init(&ready);
  tsfn__ready_collect(&ready);
  CHECK(tsfn__ready_is_empty(&ready));
  push_all(entries, 0, 2);
  tsfn__ready_collect(&ready);
  tsfn__ready_collect(&ready);
  CHECK_EQ(pop()->number, 0);
  tsfn__ready_collect(&ready);
  CHECK_EQ(pop()->number, 1);
}

/* --- threads ------------------------------------------------------------- */

#define PRODUCERS 3
#define PUSHES 2000

struct asker {
  struct entry entry;
  atomic_bool is_ready; /* as a channel's `scheduled` */
};

static struct asker askers[PRODUCERS];
static atomic_int running;

static void
ask_or_serve(void *subject, int index) {
  (void)subject;
  if (index < PRODUCERS) {
    struct asker *self = &askers[index];
    for (size_t i = 0; i < test_scaled(PUSHES); i++) {
      WAIT_UNTIL(!atomic_load(&self->is_ready));
      atomic_store(&self->is_ready, true);
      self->entry.pushes++;
      tsfn__ready_push(&ready, &self->entry.node);
    }
    atomic_fetch_sub(&running, 1);
    return;
  }
  uint64_t served[PRODUCERS] = {0};
  while (atomic_load(&running) != 0 || !tsfn__ready_is_empty(&ready)) {
    tsfn__ready_collect(&ready);
    struct entry *entry = pop();
    if (entry == NULL) {
      tsfn__os_yield();
      continue;
    }
    CHECK_EQ(entry->pushes, ++served[entry->number]);
    atomic_store(&askers[entry->number].is_ready, false);
  }
  for (int i = 0; i < PRODUCERS; i++)
    CHECK_EQ(served[i], test_scaled(PUSHES));
}

TEST(c4_race, "nobody who asks is forgotten, or served twice") {
  static struct crew crew;
  tsfn__ready_init(&ready);
  atomic_store(&running, PRODUCERS);
  for (unsigned i = 0; i < PRODUCERS; i++)
    askers[i].entry.number = i;
  crew_start(&crew, PRODUCERS + 1, ask_or_serve, NULL);
  crew_join(&crew);
}

TEST_MAIN()
