/* SPDX-License-Identifier: MIT */

/* Promises that threads settle (tsfn/deferred.h).

     settle(count, threads, how)  an Array of promises, which `threads` threads
                                  settle: as `how` says, RESOLVE, REJECT, DROP,
                                  or MIXED: each in its turn
     one(how)                     a promise that is settled before the return
     twice()                      [statuses] of what follows a first resolve
     keep(), kept(how)            a promise of a later call
     numbers(n)                   a promise of a declared function: a u32
     nothing()                    a promise of nothing
     race(rounds)                 two threads settle each of the promises; the
                                  number of those that were told that they did
     live()                       owned memory that is not freed */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/threads.h"
#include "tsfn.h"

#include "support/owned.h"

#define ROW(FIELD) FIELD(u32, id) FIELD(string, name) FIELD(owned, data)
TSFN_RECORD(row, ROW)

#define OTHER(FIELD) FIELD(u32, id)
TSFN_RECORD(other, OTHER)

#define HOW(VALUE) VALUE(resolve) VALUE(reject) VALUE(drop) VALUE(mixed)
TSFN_ENUM(how, HOW)

/* Settles one promise, and drops its deferred. */
static tsfn_status
settle_one(tsfn_deferred *deferred, uint32_t id, how way) {
  char text[32];
  tsfn_status status = TSFN_OK;
  snprintf(text, sizeof text, "name %u", (unsigned)id);
  if (way == how_mixed) way = (how)(id % 3);
  if (way == how_resolve) {
    row item = {id, text, make_owned(&id, sizeof id)};
    status = row_resolve(deferred, &item);
    if (status != TSFN_OK) free_owned(item.data.data, NULL);
  } else if (way == how_reject) {
    status = tsfn_reject(deferred, "E_MINE", text);
  }
  tsfn_deferred_drop(deferred);
  return status;
}

/* --- many, by threads ---------------------------------------------------- */

struct work {
  atomic_size_t next;
  atomic_int threads;
  size_t count;
  how way;
  tsfn_deferred **deferreds;
};

static void
drop_work(struct work *self) {
  if (atomic_fetch_sub(&self->threads, 1) != 1) return;
  free(self->deferreds);
  free(self);
}

static void *
run_work(void *data) {
  struct work *self = data;
  for (;;) {
    size_t i = atomic_fetch_add(&self->next, 1);
    if (i >= self->count) break;
    settle_one(self->deferreds[i], (uint32_t)i, self->way);
  }
  drop_work(self);
  return NULL;
}

#define SETTLE(ARGUMENT)                                                       \
  ARGUMENT(u32, count) ARGUMENT(u32, threads) ARGUMENT(enum(how), way)
TSFN_EXPORT(settle, NULL, SETTLE, value)

static napi_value
settle(napi_env env, settle_arguments *args) {
  napi_value array, promise;
  struct work *work = calloc(1, sizeof *work);
  work->deferreds = calloc(args->count + 1, sizeof *work->deferreds);
  work->way = args->way;
  atomic_init(&work->threads, (int)args->threads);
  napi_create_array(env, &array);
  for (; work->count < args->count; work->count++) {
    if (tsfn_deferred_create(env, row_record(), &work->deferreds[work->count],
                             &promise) != TSFN_OK)
      break;
    napi_set_element(env, array, (uint32_t)work->count, promise);
  }
  for (uint32_t i = 0; i < args->threads; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_work, work) == 0)
      pthread_detach(thread);
    else
      drop_work(work);
  }
  return array;
}

/* --- one ----------------------------------------------------------------- */

#define ONE(ARGUMENT) ARGUMENT(enum(how), way)
TSFN_EXPORT(one, NULL, ONE, value)

static napi_value
one(napi_env env, one_arguments *args) {
  tsfn_deferred *deferred;
  napi_value promise;
  if (tsfn_deferred_create(env, row_record(), &deferred, &promise) != TSFN_OK)
    return NULL;
  settle_one(deferred, 7, args->way);
  return promise;
}

TSFN_EXPORT(twice, NULL, TSFN_NONE, list(nonnull(string)))

static tsfn_status
twice(napi_env env, twice_arguments *args, twice_result *result) {
  static const char *names[7];
  tsfn_deferred *deferred;
  napi_value promise;
  row item = {1, "one", {NULL, 0, NULL, NULL}};
  row wrong = {1, "one", {NULL, 5, NULL, NULL}};
  other some = {1};
  (void)args;
  tsfn_status status =
      tsfn_deferred_create(env, row_record(), &deferred, &promise);
  if (status != TSFN_OK) return status;
  names[0] = tsfn_status_name(other_resolve(deferred, &some));
  names[1] = tsfn_status_name(tsfn_resolve(deferred, NULL, NULL));
  names[2] = tsfn_status_name(row_resolve(deferred, &wrong));
  names[3] = tsfn_status_name(tsfn_reject(deferred, "E", NULL));
  names[4] = tsfn_status_name(row_resolve(deferred, &item));
  names[5] = tsfn_status_name(row_resolve(deferred, &item));
  names[6] = tsfn_status_name(tsfn_reject(deferred, NULL, "late"));
  tsfn_deferred_drop(deferred);
  tsfn_deferred_drop(NULL);
  result->items = names;
  result->count = 7;
  return TSFN_OK;
}

/* --- kept for a later call ----------------------------------------------- */

static _Thread_local tsfn_deferred *kept_deferred;

TSFN_EXPORT(keep, NULL, TSFN_NONE, value)

static napi_value
keep(napi_env env, keep_arguments *args) {
  napi_value promise;
  (void)args;
  tsfn_deferred_create(env, row_record(), &kept_deferred, &promise);
  return promise;
}

#define KEPT(ARGUMENT) ARGUMENT(enum(how), way)
TSFN_EXPORT(kept, NULL, KEPT, void)

static tsfn_status
kept(napi_env env, kept_arguments *args) {
  tsfn_deferred *deferred = kept_deferred;
  (void)env;
  kept_deferred = NULL;
  return settle_one(deferred, 5, args->way);
}

/* A thread that waits until the environment has ended, and settles then. */
static tsfn_deferred *late_deferred;
static atomic_bool is_late;
static tsfn_status late_status;
static pthread_t late_thread;

static void *
run_late(void *data) {
  (void)data;
  while (!atomic_load(&is_late))
    sched_yield();
  late_status = settle_one(late_deferred, 9, how_resolve);
  return NULL;
}

TSFN_EXPORT(keepForThread, NULL, TSFN_NONE, value)

static napi_value
keepForThread(napi_env env, keepForThread_arguments *args) {
  napi_value promise;
  (void)args;
  if (tsfn_deferred_create(env, row_record(), &late_deferred, &promise) ==
      TSFN_OK)
    pthread_create(&late_thread, NULL, run_late, NULL);
  return promise;
}

TSFN_EXPORT(settleLate, "Answers the status of the settling.", TSFN_NONE,
            nonnull(string))

static tsfn_status
settleLate(napi_env env, settleLate_arguments *args,
           settleLate_result *result) {
  (void)env;
  (void)args;
  atomic_store(&is_late, true);
  pthread_join(late_thread, NULL);
  *result = tsfn_status_name(late_status);
  return TSFN_OK;
}

/* --- declared ------------------------------------------------------------ */

#define NUMBER(ARGUMENT) ARGUMENT(u32, number)
TSFN_EXPORT(numbers, NULL, NUMBER, promise(u32))

static napi_value
numbers(napi_env env, numbers_arguments *args) {
  tsfn_deferred *deferred;
  napi_value promise = numbers_promise(env, &deferred);
  if (promise == NULL) return NULL;
  numbers_resolve(deferred, &args->number);
  tsfn_deferred_drop(deferred);
  return promise;
}

TSFN_EXPORT(nothing, NULL, TSFN_NONE, promise(void))

static napi_value
nothing(napi_env env, nothing_arguments *args) {
  tsfn_deferred *deferred;
  napi_value promise = nothing_promise(env, &deferred);
  (void)args;
  if (promise == NULL) return NULL;
  nothing_resolve(deferred, NULL);
  tsfn_deferred_drop(deferred);
  return promise;
}

TSFN_EXPORT(strings, NULL, TSFN_NONE, promise(list(nonnull(string))))

static napi_value
strings(napi_env env, strings_arguments *args) {
  static const char *const two[] = {"one", "two"};
  strings_result list = {two, 2};
  tsfn_deferred *deferred;
  napi_value promise = strings_promise(env, &deferred);
  (void)args;
  if (promise == NULL) return NULL;
  strings_resolve(deferred, &list);
  tsfn_deferred_drop(deferred);
  return promise;
}

/* --- a race -------------------------------------------------------------- */

struct race {
  tsfn_deferred *deferreds[1000];
  atomic_size_t arrived[1000];
  atomic_int settled;
};

static void *
run_race(void *data) {
  struct race *self = data;
  for (size_t i = 0; i < 1000; i++) {
    atomic_fetch_add(&self->arrived[i], 1);
    /* Both leave at the same moment: the processor is given away seldom. */
    for (size_t spins = 1; atomic_load(&self->arrived[i]) < 2; spins++)
      if (spins % 65536 == 0) sched_yield();
    if (tsfn_reject(self->deferreds[i], NULL, "raced") == TSFN_OK)
      atomic_fetch_add(&self->settled, 1);
  }
  return NULL;
}

TSFN_EXPORT(race, NULL, TSFN_NONE, value)

/* An Array of promises, all rejected; its property `settled` is how often a
   thread was told that it has settled one. */
static napi_value
race(napi_env env, race_arguments *args) {
  struct race *self = calloc(1, sizeof *self);
  pthread_t threads[2];
  napi_value array, promise, settled;
  (void)args;
  napi_create_array(env, &array);
  for (uint32_t i = 0; i < 1000; i++) {
    tsfn_deferred_create(env, NULL, &self->deferreds[i], &promise);
    napi_set_element(env, array, i, promise);
  }
  for (size_t i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, run_race, self);
  for (size_t i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  for (size_t i = 0; i < 1000; i++)
    tsfn_deferred_drop(self->deferreds[i]);
  napi_create_int32(env, atomic_load(&self->settled), &settled);
  napi_set_named_property(env, array, "settled", settled);
  free(self);
  return array;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(settle)                                                               \
  EXPORT(one)                                                                  \
  EXPORT(twice)                                                                \
  EXPORT(keep)                                                                 \
  EXPORT(kept)                                                                 \
  EXPORT(keepForThread)                                                        \
  EXPORT(settleLate)                                                           \
  EXPORT(numbers) EXPORT(nothing) EXPORT(strings) EXPORT(race) EXPORT(live)
TSFN_MODULE(EXPORTS)
