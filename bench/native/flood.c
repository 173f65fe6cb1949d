/* SPDX-License-Identifier: MIT */

/* A flood: threads that wait at a gate, then each send `count` items as fast as
   they can. Thread t sends to function t modulo their number. The clock starts
   when the gate opens; JavaScript reads it when the last item has arrived. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness.h"

#define FUNCTIONS_MAX 16u

struct producer {
  pthread_t thread;
  struct flood *flood;
  struct bench_function *function;
};

struct flood {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  size_t arrived; /* producers at the gate */
  bool is_open;
  uint64_t count; /* items of each producer */
  size_t run;     /* items of one call; 0: one by one */
  uint64_t start;
  atomic_size_t failures;
  size_t producer_count;
  struct producer producers[];
};

/* --- a producer ---------------------------------------------------------- */

static void
wait_at_gate(struct flood *self) {
  pthread_mutex_lock(&self->mutex);
  self->arrived++;
  pthread_cond_broadcast(&self->changed);
  while (!self->is_open)
    pthread_cond_wait(&self->changed, &self->mutex);
  pthread_mutex_unlock(&self->mutex);
}

static size_t
send_one_by_one(struct bench_function *function, uint64_t count) {
  bool (*send)(struct bench_function *, uint64_t) = function->kind->send;
  size_t failures = 0;
  for (uint64_t i = 0; i < count; i++)
    failures += !send(function, i);
  return failures;
}

static size_t
send_runs(struct bench_function *function, uint64_t count, size_t run) {
  size_t failures = 0;
  for (uint64_t i = 0; i < count; i += run) {
    size_t length = count - i < run ? (size_t)(count - i) : run;
    failures += !function->kind->send_many(function, i, length);
  }
  return failures;
}

static void *
produce(void *data) {
  struct producer *self = data;
  struct flood *flood = self->flood;
  wait_at_gate(flood);
  size_t failures = flood->run != 0 && self->function->kind->send_many != NULL
                        ? send_runs(self->function, flood->count, flood->run)
                        : send_one_by_one(self->function, flood->count);
  atomic_fetch_add_explicit(&flood->failures, failures, memory_order_relaxed);
  return NULL;
}

/* --- the loop thread ----------------------------------------------------- */

static bool
start_producers(struct flood *self, size_t count,
                struct bench_function *const *functions,
                size_t function_count) {
  for (size_t i = 0; i < count; i++) {
    struct producer *producer = &self->producers[i];
    producer->flood = self;
    producer->function = functions[i % function_count];
    if (pthread_create(&producer->thread, NULL, produce, producer) != 0)
      return false; /* the bench cannot go on: the child ends with an error */
    self->producer_count++;
  }
  return true;
}

static void
open_gate(struct flood *self) {
  pthread_mutex_lock(&self->mutex);
  while (self->arrived < self->producer_count)
    pthread_cond_wait(&self->changed, &self->mutex);
  self->is_open = true;
  self->start = bench_now();
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
}

/* flood(functions, producers, count, run) */
napi_value
bench_flood(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct bench_function *functions[FUNCTIONS_MAX];
  size_t function_count =
      bench_functions_at(&arguments, 0, functions, FUNCTIONS_MAX);
  size_t producers = (size_t)bench_number_at(&arguments, 1);
  if (function_count == 0) return bench_fail(env, "flood: which functions?");
  struct flood *self =
      calloc(1, sizeof *self + producers * sizeof(struct producer));
  if (self == NULL) return bench_fail(env, "out of memory");
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->changed, NULL);
  self->count = (uint64_t)bench_number_at(&arguments, 2);
  self->run = (size_t)bench_number_at(&arguments, 3);
  if (!start_producers(self, producers, functions, function_count))
    return bench_fail(env, "flood: no more threads");
  open_gate(self);
  return bench_from_pointer(env, self);
}

/* Nanoseconds since the gate opened. */
napi_value
bench_elapsed(napi_env env, napi_callback_info info) {
  uint64_t now = bench_now();
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct flood *self = bench_pointer_at(&arguments, 0);
  return bench_from_number(env, (double)(now - self->start));
}

/* Waits for the threads and frees the flood; how many calls failed. */
napi_value
bench_join(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct flood *self = bench_pointer_at(&arguments, 0);
  for (size_t i = 0; i < self->producer_count; i++)
    pthread_join(self->producers[i].thread, NULL);
  size_t failures = atomic_load_explicit(&self->failures, memory_order_relaxed);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  free(self);
  return bench_from_number(env, (double)failures);
}
