/* SPDX-License-Identifier: MIT */

/* The other library of docs/guide.md, for its example to run with: two threads
   that call with prices 1, 2, 3 and so on until they are told to stop. It says
   on stderr when a feed is destroyed. */

#include "feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define THREADS 2

struct feed {
  struct feed_events events;
  void *user;
  atomic_bool is_stopped;
  atomic_int running; /* threads, and feed_start while it makes them */
  atomic_int price;
};

/* Whoever was the last one tells that the feed has ended, and touches it no
   more, since `ended` may destroy it. */
static void
leave(feed *self) {
  if (atomic_fetch_sub(&self->running, 1) == 1) self->events.ended(self->user);
}

static void *
run(void *data) {
  feed *self = data;
  while (!atomic_load(&self->is_stopped)) {
    struct timespec pause = {0, 1000000};
    int price = atomic_fetch_add(&self->price, 1) + 1;
    self->events.quote(self->user, price % 2 == 0 ? "EVEN" : "ODD", price);
    nanosleep(&pause, NULL);
  }
  leave(self);
  return NULL;
}

feed *
feed_create(const struct feed_events *events, void *user) {
  feed *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->events = *events;
  self->user = user;
  return self;
}

bool
feed_start(feed *self) {
  pthread_t thread;
  int started = 0;
  if (atomic_load(&self->is_stopped)) return false;
  atomic_store(&self->running, 1);
  for (; started < THREADS; started++) {
    atomic_fetch_add(&self->running, 1);
    if (pthread_create(&thread, NULL, run, self) != 0) break;
    pthread_detach(thread);
  }
  if (started < THREADS) atomic_fetch_sub(&self->running, 1);
  if (started > 0) leave(self);
  return started > 0;
}

void
feed_stop(feed *self) {
  atomic_store(&self->is_stopped, true);
}

void
feed_destroy(feed *self) {
  free(self);
  fprintf(stderr, "a feed is destroyed\n");
}
