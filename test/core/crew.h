/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_CREW_H
#define TSFN_TEST_CREW_H

/* Threads for a test: all start at one moment, and waiting for something gives
   the processor away. Nothing here sleeps. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../support/test.h"
#include "os/os.h"

#define CREW_MAX 64

/* Until `condition`; the harness's timeout ends a wait for nothing. */
#define WAIT_UNTIL(condition)                                                  \
  while (!(condition))                                                         \
  tsfn__os_yield()

/* For a test that needs an owner. Where the system has no barrier for all
   threads, a queue has none: everything is shared. */
static inline void
skip_without_barrier(void) {
  if (!tsfn__os_barrier_init())
    SKIP("the system has no barrier for all threads, or forbids it");
}

/* For a test of the time before the barrier is ready. Each test has a process
   of its own, where nothing has registered it. */
static inline void
skip_unless_early(void) {
  if (!tsfn__os_barrier_is_possible() || tsfn__os_barrier_is_ready())
    SKIP("the system has no barrier for all threads, or always has it ready");
}

struct crew;

struct crew_member {
  struct crew *crew;
  int index;
  tsfn__os_thread thread;
};

struct crew {
  void (*run)(void *subject, int index);
  void *subject;
  int count;
  atomic_int ready;
  atomic_int ended;
  atomic_bool has_started;
  struct crew_member members[CREW_MAX];
};

static inline void
crew_main(void *data) {
  struct crew_member *member = data;
  struct crew *self = member->crew;
  atomic_fetch_add(&self->ready, 1);
  WAIT_UNTIL(atomic_load(&self->has_started));
  self->run(self->subject, member->index);
  atomic_fetch_add(&self->ended, 1);
}

/* Returns when all run. */
static inline void
crew_start(struct crew *self, int count, void (*run)(void *subject, int index),
           void *subject) {
  CHECK(count <= CREW_MAX);
  self->run = run;
  self->subject = subject;
  self->count = count;
  atomic_init(&self->ready, 0);
  atomic_init(&self->ended, 0);
  atomic_init(&self->has_started, false);
  for (int i = 0; i < count; i++) {
    self->members[i].crew = self;
    self->members[i].index = i;
    CHECK(tsfn__os_thread_start(&self->members[i].thread, 0, crew_main,
                                &self->members[i]));
  }
  WAIT_UNTIL(atomic_load(&self->ready) == count);
  atomic_store(&self->has_started, true);
}

static inline void
crew_join(struct crew *self) {
  for (int i = 0; i < self->count; i++)
    tsfn__os_thread_join(self->members[i].thread);
}

/* A small generator with a seed (xorshift64*): the same numbers each run. */
struct dice {
  uint64_t state;
};

static inline uint64_t
dice_roll(struct dice *self, uint64_t below) {
  self->state ^= self->state >> 12;
  self->state ^= self->state << 25;
  self->state ^= self->state >> 27;
  return (self->state * UINT64_C(2685821657736338717) >> 32) % below;
}

/* Burns a time that no scheduler is asked about, to shift threads' phases. */
static inline void
spin(uint64_t turns) {
  for (volatile uint64_t i = 0; i < turns; i++)
    tsfn__os_pause();
}

#endif
