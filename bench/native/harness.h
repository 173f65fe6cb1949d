/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

/* What every bench addon is made of besides its adapter. */

#include <time.h>

#include "adapter.h"

#define BENCH_MAX_ARGUMENTS 5u

/* Nanoseconds of a clock that only goes forward. */
static inline uint64_t
bench_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The arguments of a method; those not given are undefined. */
struct bench_arguments {
  napi_env env;
  napi_value values[BENCH_MAX_ARGUMENTS];
};

/* values.c */
struct bench_arguments bench_arguments_of(napi_env env,
                                          napi_callback_info info);
double bench_number_at(const struct bench_arguments *self, size_t index);
void *bench_pointer_at(const struct bench_arguments *self, size_t index);

napi_value bench_from_number(napi_env env, double number);
napi_value bench_from_pointer(napi_env env, void *pointer);
napi_value bench_fail(napi_env env, const char *message);

/* flood.c: flood(functions, producers, count, run), elapsed(flood),
   join(flood) */
napi_value bench_flood(napi_env env, napi_callback_info info);
napi_value bench_elapsed(napi_env env, napi_callback_info info);
napi_value bench_join(napi_env env, napi_callback_info info);

/* pour.c: pour(function, producers, delivered), stop(pour), endPour(pour) */
napi_value bench_pour(napi_env env, napi_callback_info info);
napi_value bench_stop(napi_env env, napi_callback_info info);
napi_value bench_end_pour(napi_env env, napi_callback_info info);

/* pinger.c: pinger(function, pause), ping(pinger), stamp(pinger),
   endPinger(pinger) */
napi_value bench_pinger(napi_env env, napi_callback_info info);
napi_value bench_ping(napi_env env, napi_callback_info info);
napi_value bench_stamp(napi_env env, napi_callback_info info);
napi_value bench_end_pinger(napi_env env, napi_callback_info info);

/* capture.c: capture(function, path) */
napi_value bench_capture(napi_env env, napi_callback_info info);

/* shots.c: shoot(functions), endShots(shots) */
napi_value bench_shoot(napi_env env, napi_callback_info info);
napi_value bench_end_shots(napi_env env, napi_callback_info info);

/* asker.c: asker(function, count, run, done), endAsker(asker) */
napi_value bench_asker(napi_env env, napi_callback_info info);
napi_value bench_end_asker(napi_env env, napi_callback_info info);

/* Fills `out` from a JavaScript array of functions; their number, 0 for more
   than `most`. */
size_t bench_functions_at(const struct bench_arguments *self, size_t index,
                          struct bench_function **out, size_t most);

#endif
