/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include "driver.h"
#include "support/threads.h"

static napi_value
completed_from(napi_env env, const uint64_t *completed) {
  napi_value object = js_object(env);
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    if (completed[i] != 0)
      js_set_number(env, object, books_name((tsfn_completion)i), completed[i]);
  return object;
}

/* stats(handle) -> tsfn_stats; reasons that did not occur are left out */
napi_value
js_stats(napi_env env, napi_callback_info info) {
  napi_value arguments[1], object = js_object(env);
  tsfn_stats stats;
  js_arguments(env, info, 1, arguments);
  MUST(tsfn_get_stats(driver_at(env, arguments[0])->fn, &stats) == TSFN_OK
           ? napi_ok
           : napi_generic_failure);
  js_set_number(env, object, "accepted", stats.accepted);
  js_set_number(env, object, "queued", stats.queued);
  js_set_number(env, object, "blocked", stats.blocked);
  js_set_number(env, object, "uses", stats.uses);
  js_set_number(env, object, "memory", stats.memory);
  js_set(env, object, "completed", completed_from(env, stats.completed));
  return object;
}

static napi_value
runs_from(napi_env env, struct driver *self) {
  napi_value list = js_list(env);
  for (uint32_t i = 0; i < RUNS_MAX; i++)
    for (uint64_t n = atomic_load(&self->runs[i]); n > 0; n--)
      js_append(env, list, js_from(env, i));
  return list;
}

/* report(handle): what the driver saw; after the function's end too. The runs'
   indexes are listed as often as they came. */
napi_value
js_report(napi_env env, napi_callback_info info) {
  napi_value arguments[1], object = js_object(env), has_env;
  js_arguments(env, info, 1, arguments);
  struct driver *self = driver_at(env, arguments[0]);
  uint64_t completed[TSFN_COMPLETION_COUNT];
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    completed[i] = self->books.completed[i];
  const struct {
    const char *name;
    uint64_t value;
  } numbers[] = {
      {"accepted", self->books.accepted},
      {"shown", self->books.shown},
      {"shownNull", self->books.shown_null},
      {"converted", self->converted},
      {"corrupt", self->corrupt},
      {"disordered", self->books.disordered},
      {"foreign", self->foreign},
      {"finalized", self->books.finalized},
      {"finalizedWrongly", self->finalized_wrongly},
      {"queuedAtFinalize", self->queued_at_finalize},
      {"exitedAtFinalize", self->exited_at_finalize},
      {"exited", atomic_load(&self->exited)},
      {"freedContext", self->books.freed},
      {"pointersMade", atomic_load(&self->pointers_made)},
      {"pointersFreed", atomic_load(&self->pointers_freed)},
      {"allocations", atomic_load(&self->ledger.made)},
      {"releases",
       atomic_load(&self->ledger.made) - atomic_load(&self->ledger.live)},
      {"bytes", atomic_load(&self->ledger.bytes)},
      {"badReleases", atomic_load(&self->ledger.bad_releases)},
      {"refused", atomic_load(&self->ledger.failures)},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    js_set_number(env, object, numbers[i].name, numbers[i].value);
  MUST(napi_get_boolean(env, self->books.had_env, &has_env));
  js_set(env, object, "envAtFinalize", has_env);
  js_set(env, object, "completed", completed_from(env, completed));
  js_set(env, object, "runs", runs_from(env, self));
  return object;
}

/* log(handle) -> lines, oldest first */
napi_value
js_log(napi_env env, napi_callback_info info) {
  napi_value arguments[1], list = js_list(env);
  js_arguments(env, info, 1, arguments);
  struct driver *self = driver_at(env, arguments[0]);
  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < self->log_count; i++)
    js_append(env, list, js_text(env, self->log[i]));
  pthread_mutex_unlock(&self->lock);
  return list;
}

/* failAt(handle, n): the n-th allocation from now fails; 0: none */
napi_value
js_fail_at(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t n;
  js_arguments(env, info, 2, arguments);
  MUST(napi_get_value_uint32(env, arguments[1], &n));
  driver_fail_at(driver_at(env, arguments[0]), n);
  return NULL;
}

/* waitBlocked(handle, n): keeps the loop until n threads wait for room */
napi_value
js_wait_blocked(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t n;
  tsfn_stats stats;
  js_arguments(env, info, 2, arguments);
  struct driver *self = driver_at(env, arguments[0]);
  MUST(napi_get_value_uint32(env, arguments[1], &n));
  while (tsfn_get_stats(self->fn, &stats) == TSFN_OK && stats.blocked < n)
    sched_yield();
  return NULL;
}
