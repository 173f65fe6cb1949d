/* SPDX-License-Identifier: MIT */

/* A pour: threads that send until they are told to stop. JavaScript counts what
   has arrived in a Float64Array that the threads read: they yield while more
   than BACKLOG_MAX items are on their way, so that a queue without a bound
   does not eat the memory, and the threads stay busy. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness.h"

#define FUNCTIONS_MAX 16u
#define BACKLOG_MAX 1000000.0
/* Items between two looks at the count: a look costs a cache miss. */
#define STRIDE 256u

struct pour {
  atomic_bool is_stopped;
  atomic_uint_fast64_t sent;
  atomic_size_t running;            /* threads that have not ended */
  const volatile double *delivered; /* written by the loop thread only */
  napi_ref array;                   /* keeps it alive */
  struct bench_function *function;
  size_t count;
  pthread_t threads[];
};

static bool
is_stopped(struct pour *self) {
  return atomic_load_explicit(&self->is_stopped, memory_order_relaxed);
}

static double
backlog(struct pour *self) {
  if (self->delivered == NULL) return 0;
  return (double)atomic_load_explicit(&self->sent, memory_order_relaxed) -
         *self->delivered;
}

static void *
produce(void *data) {
  struct pour *self = data;
  for (uint64_t i = 0; !is_stopped(self);) {
    for (size_t n = 0; n < STRIDE; n++)
      self->function->kind->send(self->function, i++);
    atomic_fetch_add_explicit(&self->sent, STRIDE, memory_order_relaxed);
    while (backlog(self) > BACKLOG_MAX && !is_stopped(self))
      sched_yield();
  }
  atomic_fetch_sub_explicit(&self->running, 1, memory_order_relaxed);
  return NULL;
}

/* pour(function, producers, delivered): `delivered` may be undefined. */
napi_value
bench_pour(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  size_t producers = (size_t)bench_number_at(&arguments, 1);
  struct pour *self = calloc(1, sizeof *self + producers * sizeof(pthread_t));
  if (self == NULL) return bench_fail(env, "out of memory");
  void *delivered = NULL;
  self->function = bench_pointer_at(&arguments, 0);
  if (napi_get_typedarray_info(env, arguments.values[2], NULL, NULL, &delivered,
                               NULL, NULL) == napi_ok)
    napi_create_reference(env, arguments.values[2], 1, &self->array);
  self->delivered = delivered;
  atomic_init(&self->running, producers);
  for (; self->count < producers; self->count++)
    if (pthread_create(&self->threads[self->count], NULL, produce, self) != 0)
      return bench_fail(env, "pour: no more threads");
  return bench_from_pointer(env, self);
}

/* stop(pour): tells the threads to stop; how many have not ended yet. They may
   wait for room: the loop must go on until the answer is 0. */
napi_value
bench_stop(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pour *self = bench_pointer_at(&arguments, 0);
  atomic_store_explicit(&self->is_stopped, true, memory_order_relaxed);
  return bench_from_number(
      env, (double)atomic_load_explicit(&self->running, memory_order_relaxed));
}

/* endPour(pour): joins the threads and frees the pour; how many items it
   sent. */
napi_value
bench_end_pour(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pour *self = bench_pointer_at(&arguments, 0);
  for (size_t i = 0; i < self->count; i++)
    pthread_join(self->threads[i], NULL);
  double sent = (double)atomic_load_explicit(&self->sent, memory_order_relaxed);
  if (self->array != NULL) napi_delete_reference(env, self->array);
  free(self);
  return bench_from_number(env, sent);
}
