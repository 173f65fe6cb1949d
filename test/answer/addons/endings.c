/* SPDX-License-Identifier: MIT */

/* Promises of a function's end (tsfn/promise.h).

     started(callback, how, signal)  tsfn_start with two threads, which do as
                                     HOW says; a promise of a number
     created(callback, how, signal)  tsfn_create, tsfn_promise, tsfn_spawn; a
                                     promise of a record with owned memory
     nothing(callback, how)          tsfn_start without a result
     task(progress, how, signal)     tsfn_task_start; a promise of such a record
     letGo(), runs()                 a task that HOLDS ends; how many have begun
     twice(callback)                 statuses of what is given again, or late
     live()                          owned memory that is not freed */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/threads.h"
#include "tsfn.h"

#include "support/owned.h"

#define TICK(FIELD) FIELD(u32, number)
TSFN_RECORD(tick, TICK)

#define SUMMARY(FIELD) FIELD(string, text) FIELD(u32, number) FIELD(owned, data)
TSFN_RECORD(summary, SUMMARY)

/* RESULT: each thread gives one. CALLS: the same, behind ten calls. BOTH: a
   failure and a result. ABORTED: a failure, and then an abort. LATE: the
   failure comes after the abort. HOLDS: a result when it is let go. */
#define HOW(VALUE)                                                             \
  VALUE(result)                                                                \
  VALUE(calls)                                                                 \
  VALUE(fail)                                                                  \
  VALUE(both)                                                                  \
  VALUE(aborted)                                                               \
  VALUE(late)                                                                  \
  VALUE(status)                                                                \
  VALUE(named)                                                                 \
  VALUE(none)                                                                  \
  VALUE(waits)                                                                 \
  VALUE(holds)
TSFN_ENUM(how, HOW)

static atomic_int runs_begun;
static atomic_bool is_let_go;

/* Does what `way` says, but for giving a result. */
static tsfn_status
do_as(tsfn_function *fn, how way) {
  static const tsfn_error error = {"RangeError", "E_NAMED", "by name"};
  tick item = {1};
  tsfn_status status = TSFN_OK;
  switch (way) {
  case how_calls:
    for (int i = 0; i < 10 && status == TSFN_OK; i++)
      status = tick_call(fn, &item, TSFN_BLOCKING);
    return status;
  case how_fail:
  case how_both:
    tsfn_fail(fn, "E_MINE", "my own words");
    return TSFN_OK;
  case how_aborted:
    tsfn_fail(fn, "E_MINE", "my own words");
    return tsfn_abort(fn);
  case how_late:
    tsfn_abort(fn);
    tsfn_fail(fn, "E_MINE", "my own words");
    return TSFN_OK;
  case how_status:
    return TSFN_NO_MEMORY;
  case how_named:
    tsfn_fail_error(fn, TSFN_THREW, &error);
    return TSFN_FAILURE;
  case how_waits:
    while (!tsfn_is_closing(fn))
      sched_yield();
    return TSFN_CLOSING;
  case how_holds:
    while (!atomic_exchange(&is_let_go, false))
      sched_yield();
    return TSFN_OK;
  case how_result:
  case how_none:
    break;
  }
  return TSFN_OK;
}

static bool
gives_result(how way) {
  return way == how_result || way == how_calls || way == how_both ||
         way == how_holds;
}

/* --- by tsfn_start ------------------------------------------------------- */

#define STARTED(ARGUMENT)                                                      \
  ARGUMENT(callback(tick), callback)                                           \
  ARGUMENT(enum(how), way)                                                     \
  ARGUMENT(bool, throw_ends)                                                   \
  ARGUMENT(optional(signal), signal)
TSFN_EXPORT(started, NULL, STARTED, promise(u32))

static tsfn_status
run_started(tsfn_function *fn, size_t index, void *data) {
  how way = *(how *)data;
  uint32_t number = 7;
  (void)index;
  tsfn_status status = do_as(fn, way);
  if (gives_result(way)) started_finish(fn, &number);
  return status;
}

static napi_value
started(napi_env env, started_arguments *args) {
  how *way = malloc(sizeof *way);
  tsfn_options options = TSFN_OPTIONS(started, callback);
  *way = args->way;
  options.signal = args->signal;
  options.threads = 2;
  options.throws = args->throw_ends ? TSFN_THROW_ENDS : TSFN_THROW_REPORTS;
  options.context = way;
  options.free_context = free;
  return tsfn_start(env, args->callback, &options, run_started, way);
}

/* --- by tsfn_create ------------------------------------------------------ */

TSFN_EXPORT(created, NULL, STARTED, promise(record(summary)))

static tsfn_status
run_created(tsfn_function *fn, size_t index, void *data) {
  how way = *(how *)data;
  (void)index;
  tsfn_status status = do_as(fn, way);
  if (!gives_result(way)) return status;
  summary result = {"a text", 5, make_owned("\x9\x9\x9\x9", 4)};
  if (summary_finish(fn, &result) != TSFN_OK)
    free_owned(result.data.data, NULL);
  return status;
}

static napi_value
created(napi_env env, created_arguments *args) {
  how *way = malloc(sizeof *way);
  tsfn_options options = TSFN_OPTIONS(created, callback);
  tsfn_function *fn;
  napi_value promise;
  *way = args->way;
  options.signal = args->signal;
  options.throws = args->throw_ends ? TSFN_THROW_ENDS : TSFN_THROW_REPORTS;
  options.context = way;
  options.free_context = free;
  if (tsfn_create(env, args->callback, &options, &fn) != TSFN_OK) {
    free(way);
    return NULL;
  }
  if (tsfn_promise(fn, summary_record(), &promise) == TSFN_OK)
    for (int i = 0; i < 2; i++)
      tsfn_spawn(fn, run_created, way);
  tsfn_release(fn);
  return promise;
}

/* --- tasks --------------------------------------------------------------- */

#define TASK(ARGUMENT)                                                         \
  ARGUMENT(optional(callback(tick, latest)), progress)                         \
  ARGUMENT(enum(how), way)                                                     \
  ARGUMENT(bool, throw_ends)                                                   \
  ARGUMENT(optional(signal), signal)
TSFN_EXPORT(task, NULL, TASK, promise(record(summary)))

static tsfn_status
run_task(tsfn_function *fn, size_t index, void *data) {
  how way = *(how *)data;
  (void)index;
  atomic_fetch_add(&runs_begun, 1);
  tsfn_status status = do_as(fn, way);
  if (!gives_result(way)) return status;
  summary result = {"a text", 5, make_owned("\x9\x9\x9\x9", 4)};
  if (task_finish(fn, &result) != TSFN_OK) free_owned(result.data.data, NULL);
  return status;
}

static napi_value
task(napi_env env, task_arguments *args) {
  how *way = malloc(sizeof *way);
  tsfn_options options = TSFN_OPTIONS(task, progress);
  *way = args->way;
  options.signal = args->signal;
  options.throws = args->throw_ends ? TSFN_THROW_ENDS : TSFN_THROW_REPORTS;
  options.context = way;
  options.free_context = free;
  return tsfn_task_start(env, args->progress, &options, run_task, way);
}

TSFN_EXPORT(letGo, NULL, TSFN_NONE, void)

static tsfn_status
letGo(napi_env env, letGo_arguments *args) {
  (void)env, (void)args;
  atomic_store(&is_let_go, true);
  return TSFN_OK;
}

TSFN_EXPORT(runs, NULL, TSFN_NONE, i32)

static tsfn_status
runs(napi_env env, runs_arguments *args, int32_t *result) {
  (void)env, (void)args;
  *result = atomic_load(&runs_begun);
  return TSFN_OK;
}

/* --- nothing ------------------------------------------------------------- */

#define NOTHING(ARGUMENT)                                                      \
  ARGUMENT(callback(tick), callback)                                           \
  ARGUMENT(enum(how), way)
TSFN_EXPORT(nothing, NULL, NOTHING, promise(void))

static tsfn_status
run_nothing(tsfn_function *fn, size_t index, void *data) {
  (void)index;
  return do_as(fn, *(how *)data);
}

static napi_value
nothing(napi_env env, nothing_arguments *args) {
  how *way = malloc(sizeof *way);
  tsfn_options options = TSFN_OPTIONS(nothing, callback);
  *way = args->way;
  options.context = way;
  options.free_context = free;
  return tsfn_start(env, args->callback, &options, run_nothing, way);
}

/* --- statuses ------------------------------------------------------------ */

static tsfn_function *kept;

#define TWICE(ARGUMENT) ARGUMENT(callback(tick), callback)
TSFN_EXPORT(twice, NULL, TWICE, list(nonnull(string)))

static tsfn_status
twice(napi_env env, twice_arguments *args, twice_result *result) {
  static const char *names[9];
  tsfn_options options = TSFN_OPTIONS(twice, callback);
  tsfn_function *fn, *bare;
  napi_value promise, ignored;
  tick item = {1};
  summary other = {"", 0, {NULL, 0, NULL, NULL}};
  tsfn_status status = tsfn_create(env, args->callback, &options, &fn);
  if (status != TSFN_OK) return status;
  status = tsfn_create(env, args->callback, &options, &bare);
  if (status != TSFN_OK) return status;
  names[0] = tsfn_status_name(tsfn_fail(bare, NULL, "no promise"));
  names[1] = tsfn_status_name(tick_finish(bare, &item));
  status = tsfn_promise(fn, tick_record(), &promise);
  if (status != TSFN_OK) return status;
  names[2] = tsfn_status_name(tsfn_promise(fn, NULL, &ignored));
  napi_get_and_clear_last_exception(env, &ignored);
  names[3] = tsfn_status_name(summary_finish(fn, &other));
  names[4] = tsfn_status_name(tick_finish(fn, &item));
  names[5] = tsfn_status_name(tick_finish(fn, &item));
  names[6] = tsfn_status_name(tsfn_fail(fn, "E", NULL));
  tsfn_abort(fn);
  names[7] = tsfn_status_name(tsfn_fail(fn, "E", "late"));
  tsfn_abort(bare);
  names[8] = tsfn_status_name(tsfn_promise(bare, NULL, &ignored));
  napi_get_and_clear_last_exception(env, &ignored);
  tsfn_release(bare);
  kept = fn;
  result->items = names;
  result->count = 9;
  return TSFN_OK;
}

/* The function has ended, and a use is still out. */
TSFN_EXPORT(afterwards, NULL, TSFN_NONE, list(nonnull(string)))

static tsfn_status
afterwards(napi_env env, afterwards_arguments *args,
           afterwards_result *result) {
  static const char *names[2];
  tick item = {1};
  (void)env, (void)args;
  names[0] = tsfn_status_name(tsfn_fail(kept, "E", "late"));
  names[1] = tsfn_status_name(tick_finish(kept, &item));
  tsfn_release(kept);
  result->items = names;
  result->count = 2;
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(started)                                                              \
  EXPORT(created)                                                              \
  EXPORT(task)                                                                 \
  EXPORT(nothing)                                                              \
  EXPORT(twice)                                                                \
  EXPORT(afterwards)                                                           \
  EXPORT(letGo)                                                                \
  EXPORT(runs)                                                                 \
  EXPORT(live)
TSFN_MODULE(EXPORTS)
