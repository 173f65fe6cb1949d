/* SPDX-License-Identifier: MIT */
#include "core/gate.h"

#include "crew.h"

static struct tsfn__gate gate;

TEST(c3_open, "an open gate lets any number in, and counts who leaves") {
  tsfn__gate_init(&gate);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 100; i++)
      CHECK(tsfn__gate_enter(&gate));
    for (int i = 0; i < 100; i++)
      tsfn__gate_leave(&gate);
  }
  tsfn__gate_shut(&gate); /* returns: nobody is inside */
}

TEST(c3_shut, "a gate that is shut lets nobody in, and may be shut again") {
  tsfn__gate_init(&gate);
  tsfn__gate_shut(&gate);
  CHECK(!tsfn__gate_enter(&gate));
  tsfn__gate_shut(&gate);
  CHECK(!tsfn__gate_enter(&gate));
}

static atomic_bool is_inside, has_left;

static void
stay_inside(void *subject, int index) {
  (void)subject;
  (void)index;
  CHECK(tsfn__gate_enter(&gate));
  atomic_store(&is_inside, true);
  while (tsfn__gate_enter(&gate)) { /* until it is shut */
    tsfn__gate_leave(&gate);
    tsfn__os_yield();
  }
  for (int i = 0; i < 20000; i++)
    tsfn__os_yield();
  atomic_store(&has_left, true);
  tsfn__gate_leave(&gate);
}

TEST(c3_shut_waits, "shutting waits for those that are inside") {
  static struct crew crew;
  tsfn__gate_init(&gate);
  crew_start(&crew, 1, stay_inside, NULL);
  WAIT_UNTIL(atomic_load(&is_inside));
  tsfn__gate_shut(&gate);
  CHECK(atomic_load(&has_left));
  crew_join(&crew);
}

/* What a sender touches inside: plain memory, freed by whoever shuts. */
static int *cell;

static void
pass_often(void *subject, int index) {
  (void)subject;
  if (index == 0) {
    spin(2000);
    tsfn__gate_shut(&gate);
    *cell = -1;
    free(cell);
    cell = NULL;
    return;
  }
  while (tsfn__gate_enter(&gate)) {
    CHECK(*cell >= 0);
    tsfn__gate_leave(&gate);
  }
}

TEST(c3_nobody_after, "what is used inside may be freed once it is shut") {
  static struct crew crew;
  for (size_t round = 0; round < test_scaled(2000); round++) {
    tsfn__gate_init(&gate);
    cell = calloc(1, sizeof *cell);
    CHECK(cell != NULL);
    crew_start(&crew, 4, pass_often, NULL);
    crew_join(&crew);
    CHECK(cell == NULL);
  }
}

TEST_MAIN()
