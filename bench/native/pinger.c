/* SPDX-License-Identifier: MIT */

/* One ping at a time: a thread that, asked by ping(), pauses until the loop is
   idle, takes the time and sends one item. stamp(), the first thing that the
   callback does, says how long ago that was. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness.h"

struct pinger {
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool is_asked;
  bool is_ended;
  long pause; /* nanoseconds */
  struct bench_function *function;
  atomic_uint_fast64_t sent_at;
};

static bool
wait_for_order(struct pinger *self) {
  pthread_mutex_lock(&self->mutex);
  while (!self->is_asked && !self->is_ended)
    pthread_cond_wait(&self->changed, &self->mutex);
  bool goes_on = !self->is_ended;
  self->is_asked = false;
  pthread_mutex_unlock(&self->mutex);
  return goes_on;
}

static void *
run(void *data) {
  struct pinger *self = data;
  const struct timespec pause = {.tv_nsec = self->pause};
  for (uint64_t i = 0; wait_for_order(self); i++) {
    nanosleep(&pause, NULL);
    atomic_store_explicit(&self->sent_at, bench_now(), memory_order_relaxed);
    self->function->kind->send(self->function, i);
  }
  return NULL;
}

static void
order(struct pinger *self, bool *what) {
  pthread_mutex_lock(&self->mutex);
  *what = true;
  pthread_cond_signal(&self->changed);
  pthread_mutex_unlock(&self->mutex);
}

/* pinger(function, pause): the pause in nanoseconds, below a second. */
napi_value
bench_pinger(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pinger *self = calloc(1, sizeof *self);
  if (self == NULL) return bench_fail(env, "out of memory");
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->changed, NULL);
  self->function = bench_pointer_at(&arguments, 0);
  self->pause = (long)bench_number_at(&arguments, 1);
  if (pthread_create(&self->thread, NULL, run, self) != 0) {
    free(self);
    return bench_fail(env, "pinger: no more threads");
  }
  return bench_from_pointer(env, self);
}

napi_value
bench_ping(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pinger *self = bench_pointer_at(&arguments, 0);
  order(self, &self->is_asked);
  return NULL;
}

/* Nanoseconds since the last ping was sent. */
napi_value
bench_stamp(napi_env env, napi_callback_info info) {
  uint64_t now = bench_now();
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pinger *self = bench_pointer_at(&arguments, 0);
  uint64_t sent_at = atomic_load_explicit(&self->sent_at, memory_order_relaxed);
  return bench_from_number(env, (double)(now - sent_at));
}

napi_value
bench_end_pinger(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct pinger *self = bench_pointer_at(&arguments, 0);
  order(self, &self->is_ended);
  pthread_join(self->thread, NULL);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  free(self);
  return NULL;
}
