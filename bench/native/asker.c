/* SPDX-License-Identifier: MIT */

/* An asker: a thread that sends items to a kind whose send waits for the answer
   to its item, one after the other or in runs, and takes the time of each
   send. It says that it is done by a function of the host's, which nobody calls
   before. */

#include <pthread.h>
#include <stdlib.h>

#include "harness.h"

struct asker {
  pthread_t thread;
  struct bench_function *function;
  napi_threadsafe_function done;
  size_t count; /* items */
  size_t run;   /* items of one send; 1: one by one */
  size_t failures;
  size_t sends;
  uint64_t times[]; /* nanoseconds of each send */
};

static bool
send(struct asker *self, uint64_t i, size_t count) {
  const struct bench_kind *kind = self->function->kind;
  return self->run == 1 ? kind->send(self->function, i)
                        : kind->send_many(self->function, i, count);
}

static void *
ask(void *data) {
  struct asker *self = data;
  for (size_t i = 0; i < self->count; i += self->run) {
    size_t left = self->count - i;
    uint64_t start = bench_now();
    self->failures += !send(self, i, left < self->run ? left : self->run);
    self->times[self->sends++] = bench_now() - start;
  }
  napi_call_threadsafe_function(self->done, NULL, napi_tsfn_blocking);
  napi_release_threadsafe_function(self->done, napi_tsfn_release);
  return NULL;
}

static bool
create_done(struct asker *self, napi_env env, napi_value callback) {
  napi_value name;
  return napi_create_string_utf8(env, "done", NAPI_AUTO_LENGTH, &name) ==
             napi_ok &&
         napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL,
                                         NULL, NULL, NULL,
                                         &self->done) == napi_ok;
}

/* asker(function, count, run, done): calls `done` after the last answer. */
napi_value
bench_asker(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  struct asker *self = calloc(1, sizeof *self + count * sizeof(uint64_t));
  if (self == NULL) return bench_fail(env, "out of memory");
  self->function = bench_pointer_at(&arguments, 0);
  self->count = count;
  self->run = (size_t)bench_number_at(&arguments, 2);
  if (!create_done(self, env, arguments.values[3]) ||
      pthread_create(&self->thread, NULL, ask, self) != 0) {
    free(self);
    return bench_fail(env, "asker: no more threads");
  }
  return bench_from_pointer(env, self);
}

/* Waits for the thread and frees the asker; the nanoseconds of each send.
   Throws where a reply was wrong. */
napi_value
bench_end_asker(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct asker *self = bench_pointer_at(&arguments, 0);
  napi_value times;
  pthread_join(self->thread, NULL);
  napi_create_array(env, &times);
  for (size_t i = 0; i < self->sends; i++)
    napi_set_element(env, times, (uint32_t)i,
                     bench_from_number(env, (double)self->times[i]));
  size_t failures = self->failures;
  free(self);
  return failures == 0 ? times : bench_fail(env, "asker: a reply was wrong");
}
