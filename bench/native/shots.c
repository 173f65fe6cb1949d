/* SPDX-License-Identifier: MIT */

/* Shots: a thread calls each of many functions once, and gives the one use of
   each back. Most callbacks of addons have such a life: they are made for one
   job and called when it is done. One thread serves all of them, as a pool's
   does, so that the figure does not contain the price of a thread. */

#include <pthread.h>
#include <stdlib.h>

#include "harness.h"

struct shots {
  pthread_t thread;
  size_t failures;
  size_t count;
  struct bench_function *functions[];
};

static void *
shoot(void *data) {
  struct shots *self = data;
  for (size_t i = 0; i < self->count; i++) {
    struct bench_function *function = self->functions[i];
    self->failures += !function->kind->send(function, i);
    function->kind->release(function);
    free(function);
  }
  return NULL;
}

/* shoot(functions): the functions are the thread's from now on, and freed. */
napi_value
bench_shoot(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  uint32_t count = 0;
  napi_get_array_length(env, arguments.values[0], &count);
  struct shots *self =
      calloc(1, sizeof *self + count * sizeof(struct bench_function *));
  if (self == NULL) return bench_fail(env, "out of memory");
  self->count = bench_functions_at(&arguments, 0, self->functions, count);
  if (pthread_create(&self->thread, NULL, shoot, self) != 0) {
    free(self);
    return bench_fail(env, "shoot: no more threads");
  }
  return bench_from_pointer(env, self);
}

/* Waits for the thread and frees the shots; how many calls failed. */
napi_value
bench_end_shots(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct shots *self = bench_pointer_at(&arguments, 0);
  pthread_join(self->thread, NULL);
  size_t failures = self->failures;
  free(self);
  return bench_from_number(env, (double)failures);
}
