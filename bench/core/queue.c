/* SPDX-License-Identifier: MIT */

/* The core's queue beside a ring under a mutex, in C alone: producers send
   numbers, one thread sums them up. The same work, in turn, round after round.

     queue [ROUNDS] [ITEMS]    11 rounds of 400,000 items; prints a table

   The ring is what one writes first: a mutex, two conditions, a signal only
   where somebody may wait, and a consumer that takes all there is at once.

   The consumer
     sleeps   while there is nothing, on a mutex and a condition in both (in
              Node ours would sleep in the loop's poll)
     polls    and yields: nobody pays for waking it, and it and the producers
              are always at the same few slots
     turns    sleeps, and does something else for 20 us before it looks, as an
              event loop does; producers have the queue for themselves meanwhile
   */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/channel.h"
#include "core/memory.h"

#define PRODUCERS_MAX 4
#define ROUNDS_MAX 1000
#define WARM_UP 2
#define RING_TAKEN 4096u /* items that the ring's consumer takes at once */

static void
die(const char *what) {
  fprintf(stderr, "queue: %s\n", what);
  exit(1);
}

static double
now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* --- what both do -------------------------------------------------------- */

enum consumer { SLEEPS, POLLS, TURNS, CONSUMERS };

#define TURN_NANOSECONDS 20e3

struct contest {
  void *queue;
  enum consumer consumer;
  void (*send)(void *queue, uint64_t value);
  void (*receive)(void *queue, struct contest *contest);
  pthread_barrier_t gate;
  uint64_t each; /* items of a producer */
  uint64_t left; /* consumer: not received yet */
  uint64_t sum;
};

static void *
produce(void *data) {
  struct contest *self = data;
  pthread_barrier_wait(&self->gate);
  for (uint64_t i = 0; i < self->each; i++)
    self->send(self->queue, i);
  return NULL;
}

/* Nanoseconds for an item. */
static double
run_contest(struct contest *self, int producers, uint64_t items) {
  pthread_t threads[PRODUCERS_MAX];
  self->each = items / (uint64_t)producers;
  uint64_t all = self->left = self->each * (uint64_t)producers;
  self->sum = 0;
  pthread_barrier_init(&self->gate, NULL, (unsigned)producers + 1);
  for (int i = 0; i < producers; i++)
    if (pthread_create(&threads[i], NULL, produce, self) != 0)
      die("no more threads");
  pthread_barrier_wait(&self->gate);
  double start = now();
  while (self->left != 0) {
    if (self->consumer == TURNS)
      for (double end = now() + TURN_NANOSECONDS; now() < end;)
        ;
    self->receive(self->queue, self);
  }
  double taken = now() - start;
  for (int i = 0; i < producers; i++)
    pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&self->gate);
  if (self->sum != (uint64_t)producers * (self->each * (self->each - 1) / 2))
    die("items were lost, doubled or changed");
  return taken / (double)all;
}

static inline void
receive_all(struct contest *self, const uint64_t *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    self->sum += values[i];
  self->left -= count;
}

/* --- ours ---------------------------------------------------------------- */

struct ours {
  struct tsfn__channel channel; /* first: a channel is cast back to this */
  pthread_mutex_t mutex;
  pthread_cond_t woken;
  bool is_woken;
  atomic_bool is_rung; /* the same, of one that polls */
  struct contest *contest;
};

static void
ours_wake(struct tsfn__channel *channel) {
  struct ours *self = (struct ours *)channel;
  if (self->contest->consumer == POLLS) {
    atomic_store(&self->is_rung, true);
    return;
  }
  pthread_mutex_lock(&self->mutex);
  self->is_woken = true;
  pthread_mutex_unlock(&self->mutex);
  pthread_cond_signal(&self->woken);
}

static void
ours_deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct ours *self = (struct ours *)channel;
  struct tsfn__run run;
  (void)budget;
  while ((run = tsfn__queue_peek(&channel->queue)).count != 0) {
    receive_all(self->contest, (const uint64_t *)(const void *)run.slots,
                run.count);
    tsfn__channel_complete(channel, &run, run.count, TSFN_COMPLETION_DELIVERED);
  }
}

static void
ours_complete(struct tsfn__channel *channel, const struct tsfn__run *run,
              tsfn_completion how) {
  (void)channel;
  (void)run;
  (void)how;
}

static void
ours_ignore(struct tsfn__channel *channel) {
  (void)channel;
}

static const struct tsfn__channel_ops ours_ops = {
    ours_wake,   ours_deliver, ours_complete, ours_ignore,
    ours_ignore, ours_ignore,  ours_ignore};

/* As tsfn_call does it. */
static void
ours_send(void *queue, uint64_t value) {
  struct tsfn__channel *channel = queue;
  if (tsfn__channel_push(channel, &value, sizeof value, 1)) return;
  struct tsfn__message message = {&value, sizeof value, 1, 1, NULL};
  size_t accepted;
  if (tsfn__channel_send(channel, &message, UINT64_MAX, &accepted) != TSFN_OK)
    die("a call was refused");
}

static void
ours_sleep(struct ours *self) {
  pthread_mutex_lock(&self->mutex);
  while (!self->is_woken)
    pthread_cond_wait(&self->woken, &self->mutex);
  self->is_woken = false;
  pthread_mutex_unlock(&self->mutex);
}

static void
ours_receive(void *queue, struct contest *contest) {
  struct ours *self = queue;
  struct tsfn__budget budget;
  if (contest->consumer != POLLS)
    ours_sleep(self);
  else
    while (!atomic_exchange(&self->is_rung, false))
      sched_yield();
  tsfn__budget_init(&budget, tsfn__os_now(), UINT32_MAX, UINT64_MAX);
  while (tsfn__channel_drain(&self->channel, &budget) == TSFN__DRAIN_MORE)
    ;
}

static void *
ours_create(uint64_t bound, struct contest *contest) {
  struct ours *self = calloc(1, sizeof *self);
  if (self == NULL ||
      !tsfn__channel_init(&self->channel, &ours_ops, &tsfn__memory_default,
                          sizeof(uint64_t), bound, 1))
    die("out of memory");
  self->contest = contest;
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->woken, NULL);
  return self;
}

/* --- a ring under a mutex ------------------------------------------------ */

struct ring {
  pthread_mutex_t mutex;
  pthread_cond_t not_empty;
  pthread_cond_t not_full;
  uint64_t head;
  uint64_t tail;
  uint64_t capacity; /* a power of two */
  size_t waiting;    /* producers */
  uint64_t *values;
};

static void
ring_send(void *queue, uint64_t value) {
  struct ring *self = queue;
  pthread_mutex_lock(&self->mutex);
  while (self->tail - self->head == self->capacity) {
    self->waiting++;
    pthread_cond_wait(&self->not_full, &self->mutex);
    self->waiting--;
  }
  bool was_empty = self->tail == self->head;
  self->values[self->tail++ & (self->capacity - 1)] = value;
  pthread_mutex_unlock(&self->mutex);
  if (was_empty) pthread_cond_signal(&self->not_empty);
}

static void
ring_receive(void *queue, struct contest *contest) {
  static uint64_t taken[RING_TAKEN];
  struct ring *self = queue;
  size_t count = 0;
  pthread_mutex_lock(&self->mutex);
  while (self->tail == self->head) {
    if (contest->consumer != POLLS) {
      pthread_cond_wait(&self->not_empty, &self->mutex);
      continue;
    }
    pthread_mutex_unlock(&self->mutex);
    sched_yield();
    pthread_mutex_lock(&self->mutex);
  }
  while (self->head != self->tail && count < RING_TAKEN)
    taken[count++] = self->values[self->head++ & (self->capacity - 1)];
  bool must_wake = self->waiting != 0;
  pthread_mutex_unlock(&self->mutex);
  if (must_wake) pthread_cond_broadcast(&self->not_full);
  receive_all(contest, taken, count);
}

static void *
ring_create(uint64_t capacity) {
  struct ring *self = calloc(1, sizeof *self);
  if (self == NULL) die("out of memory");
  self->capacity = 1;
  while (self->capacity < capacity)
    self->capacity *= 2;
  self->values = malloc(self->capacity * sizeof *self->values);
  if (self->values == NULL) die("out of memory");
  memset(self->values, 0, self->capacity * sizeof *self->values);
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->not_empty, NULL);
  pthread_cond_init(&self->not_full, NULL);
  return self;
}

/* --- the report ---------------------------------------------------------- */

static int
compare(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return (one > other) - (one < other);
}

/* By nearest rank, of sorted values. */
static double
quantile(const double *values, int count, double part) {
  int index = (int)(part * (count - 1) + 0.5);
  return values[index];
}

static void
print_row(const char *consumer, int producers, uint64_t bound, double *ours,
          double *ring, int rounds) {
  double ratios[ROUNDS_MAX];
  for (int i = 0; i < rounds; i++)
    ratios[i] = ring[i] / ours[i];
  double *all[] = {ours, ring, ratios};
  for (int i = 0; i < 3; i++)
    qsort(all[i], (size_t)rounds, sizeof *all[i], compare);
  printf("%-8s %9d %6llu", consumer, producers, (unsigned long long)bound);
  for (int i = 0; i < 3; i++)
    printf("  %8.2f (%.2f - %.2f)", quantile(all[i], rounds, 0.5),
           quantile(all[i], rounds, 0.25), quantile(all[i], rounds, 0.75));
  printf("\n");
}

/* The queues live on between rounds and are left to the end of the process. */
static void
run_case(enum consumer consumer, int producers, uint64_t bound, int rounds,
         uint64_t items) {
  static const char *const names[CONSUMERS] = {"sleeps", "polls", "turns"};
  static double times[2][ROUNDS_MAX];
  struct contest contests[2] = {
      {.send = ours_send, .receive = ours_receive},
      {.queue = ring_create(bound != 0 ? bound : items),
       .send = ring_send,
       .receive = ring_receive}};
  contests[0].queue = ours_create(bound, &contests[0]);
  contests[0].consumer = contests[1].consumer = consumer;
  for (int round = -WARM_UP; round < rounds; round++)
    for (int turn = 0; turn < 2; turn++) {
      int who = (turn + round + WARM_UP) & 1; /* who was first is last */
      double time = run_contest(&contests[who], producers, items);
      if (round >= 0) times[who][round] = time;
    }
  print_row(names[consumer], producers, bound, times[0], times[1], rounds);
}

int
main(int argc, char **argv) {
  static const uint64_t bounds[] = {0, 1024};
  int rounds = argc > 1 ? atoi(argv[1]) : 11;
  uint64_t items = argc > 2 ? strtoull(argv[2], NULL, 10) : 400000;
  if (rounds < 1 || rounds > ROUNDS_MAX || items < PRODUCERS_MAX)
    die("how many rounds, of how many items?");
  printf("%d rounds of %llu items; medians (quartiles), ns/item; ratio: ring / "
         "ours\n",
         rounds, (unsigned long long)items);
  printf("consumer producers  bound  ours                    ring              "
         "      "
         "ratio\n");
  for (int consumer = 0; consumer < CONSUMERS; consumer++)
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++)
      for (int producers = 1; producers <= PRODUCERS_MAX; producers *= 2)
        run_case((enum consumer)consumer, producers, bounds[b], rounds, items);
  return 0;
}
