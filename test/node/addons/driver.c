/* SPDX-License-Identifier: MIT */

/* What the driver exports: making functions, and saying what became of them.
   ../driver.js is its JavaScript half. */

#include "driver_callbacks.h"
#include "driver_ops.h"
#include "driver_options.h"
#include "driver_send.h"
#include "driver_threads.h"

static napi_value
js_handle(napi_env env, struct driver *driver) {
  napi_value handle;
  MUST(napi_create_external(env, driver, NULL, NULL, &handle));
  return handle;
}

/* null and undefined are a NULL callback. */
static napi_value
callback_from(napi_env env, napi_value value) {
  return js_is(env, value, napi_null) || js_is(env, value, napi_undefined)
             ? NULL
             : value;
}

/* A failure that throws nothing is a status of its own: 'created TSFN_...'. */
static napi_value
thrown(napi_env env, tsfn_status status) {
  bool is_pending;
  if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending)
    return NULL;
  return js_status(env, status);
}

/* create(callback, options) -> handle; throws what the library throws. The
   error has `driver`: what was allocated and called all the same. */
static napi_value
js_create(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  struct driver *driver = driver_from(env, arguments[1]);
  tsfn_options options = options_from(env, arguments[1], driver);
  napi_value callback = callback_from(env, arguments[0]);
  tsfn_status status = tsfn_create(env, callback, &options, &driver->fn);
  if (status == TSFN_OK) return js_handle(env, driver);
  napi_value error;
  if (thrown(env, status) != NULL) return thrown(env, status);
  MUST(napi_get_and_clear_last_exception(env, &error));
  js_set(env, error, "driver", js_handle(env, driver));
  MUST(napi_throw(env, error));
  return NULL;
}

/* createDefault(callback): no options at all -> handle */
static napi_value
js_create_default(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  struct driver *driver = driver_from(env, NULL);
  if (tsfn_create(env, callback_from(env, arguments[0]), NULL, &driver->fn) !=
      TSFN_OK)
    return NULL;
  return js_handle(env, driver);
}

/* start(callback, options, plan) -> { promise, handle }; throws as create. The
   handle may be used for calls only while a thread runs. */
static napi_value
js_start(napi_env env, napi_callback_info info) {
  napi_value arguments[3], answer = js_object(env), error;
  js_arguments(env, info, 3, arguments);
  struct driver *driver = driver_from(env, arguments[1]);
  tsfn_options options = options_from(env, arguments[1], driver);
  bool has_run = js_is(env, arguments[2], napi_object);
  struct run *run = run_from(env, driver, arguments[2]);
  napi_value promise = tsfn_start(env, callback_from(env, arguments[0]),
                                  &options, has_run ? run_main : NULL, run);
  if (promise != NULL) {
    js_set(env, answer, "promise", promise);
    js_set(env, answer, "handle", js_handle(env, driver));
    return answer;
  }
  if (napi_get_and_clear_last_exception(env, &error) != napi_ok) return NULL;
  js_set(env, error, "driver", js_handle(env, driver));
  MUST(napi_throw(env, error));
  return NULL;
}

/* spawn(handle, plan) -> the status; throws what the library throws */
static napi_value
js_spawn(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  struct driver *driver = js_driver(env, arguments[0]);
  struct run *run = run_from(env, driver, arguments[1]);
  return thrown(env, tsfn_spawn(driver->fn, run_main, run));
}

/* --- calls that cannot be right ------------------------------------------ */

struct elsewhere {
  napi_env env;
  napi_value callback;
  tsfn_options options;
  tsfn_function *out;
  tsfn_status status;
  bool starts;
};

static void *
create_elsewhere(void *argument) {
  struct elsewhere *self = argument;
  if (!self->starts)
    self->status =
        tsfn_create(self->env, self->callback, &self->options, &self->out);
  else if (tsfn_start(self->env, self->callback, &self->options, run_nothing,
                      NULL) == NULL)
    self->status = TSFN_WRONG_THREAD;
  return NULL;
}

/* createElsewhere(callback, options, 'create' | 'start') -> the status, from
   another thread with this thread's env */
static napi_value
js_create_elsewhere(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  pthread_t thread;
  js_arguments(env, info, 3, arguments);
  struct driver *driver = driver_from(env, arguments[1]);
  struct elsewhere call = {
      .env = env,
      .callback = callback_from(env, arguments[0]),
      .options = options_from(env, arguments[1], driver),
      .starts = js_is(env, arguments[2], napi_string),
  };
  if (pthread_create(&thread, NULL, create_elsewhere, &call) != 0) abort();
  pthread_join(thread, NULL);
  return call.out == NULL ? thrown(env, call.status) : NULL;
}

/* createBadly(callback, how) -> the status, or it throws */
static napi_value
js_create_badly(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  napi_value holder = js_object(env);
  js_set(env, holder, "how", arguments[1]);
  char *how = js_string(env, holder, "how");
  tsfn_function *fn = (tsfn_function *)(void *)how;
  tsfn_status status = TSFN_OK;
  if (strcmp(how, "env NULL") == 0)
    status = tsfn_create(NULL, arguments[0], NULL, &fn);
  else if (strcmp(how, "start env NULL") == 0)
    fn = tsfn_start(NULL, arguments[0], NULL, run_nothing, NULL) == NULL ? NULL
                                                                         : fn,
    status = TSFN_INVALID;
  else if (strcmp(how, "out NULL") == 0)
    status = tsfn_create(env, arguments[0], NULL, NULL), fn = NULL;
  else if (strcmp(how, "pending") == 0) {
    napi_throw_error(env, "EARLIER", "an earlier one");
    status = tsfn_create(env, arguments[0], NULL, &fn);
    if (status != TSFN_PENDING_EXCEPTION) abort();
  }
  if (fn != NULL) abort();
  free(how);
  return thrown(env, status);
}

/* --- what there is to know ----------------------------------------------- */

static napi_value
completed_from(napi_env env, const uint64_t *completed) {
  napi_value object = js_object(env);
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    if (completed[i] != 0)
      js_set_number(env, object,
                    tsfn_completion_name((tsfn_completion)i) +
                        sizeof "TSFN_COMPLETION_" - 1,
                    completed[i]);
  return object;
}

/* stats(handle) -> tsfn_stats; reasons that did not occur are left out */
static napi_value
js_stats(napi_env env, napi_callback_info info) {
  napi_value arguments[1], object = js_object(env);
  tsfn_stats stats;
  js_arguments(env, info, 1, arguments);
  MUST(tsfn_get_stats(js_driver(env, arguments[0])->fn, &stats) == TSFN_OK
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
  napi_value list;
  MUST(napi_create_array(env, &list));
  for (uint32_t i = 0; i < PRODUCERS_MAX; i++)
    for (uint64_t n = atomic_load(&self->runs[i]); n > 0; n--) {
      uint32_t length;
      MUST(napi_get_array_length(env, list, &length));
      MUST(napi_set_element(env, list, length, js_from(env, i)));
    }
  return list;
}

/* report(handle): what the driver saw; after the function's end too. The runs'
   indexes are listed as often as they came. */
static napi_value
js_report(napi_env env, napi_callback_info info) {
  napi_value arguments[1], object = js_object(env), has_env;
  js_arguments(env, info, 1, arguments);
  struct driver *self = js_driver(env, arguments[0]);
  const struct {
    const char *name;
    uint64_t value;
  } numbers[] = {
      {"shown", self->shown},
      {"shownNull", self->shown_null},
      {"converted", self->converted},
      {"corrupt", self->corrupt},
      {"disordered", self->disordered},
      {"foreign", self->foreign},
      {"finalized", self->finalized},
      {"finalizedWrongly", self->finalized_wrongly},
      {"queuedAtFinalize", self->queued_at_finalize},
      {"exitedAtFinalize", self->exited_at_finalize},
      {"exited", atomic_load(&self->exited)},
      {"freedContext", atomic_load(&self->freed_context)},
      {"pointersMade", atomic_load(&self->pointers_made)},
      {"pointersFreed", atomic_load(&self->pointers_freed)},
      {"allocations", atomic_load(&self->allocations)},
      {"releases", atomic_load(&self->releases)},
      {"bytes", atomic_load(&self->bytes)},
      {"badReleases", atomic_load(&self->bad_releases)},
      {"refused", atomic_load(&self->refused)},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    js_set_number(env, object, numbers[i].name, numbers[i].value);
  MUST(napi_get_boolean(env, self->has_env_at_finalize, &has_env));
  js_set(env, object, "envAtFinalize", has_env);
  js_set(env, object, "completed", completed_from(env, self->completed));
  js_set(env, object, "runs", runs_from(env, self));
  return object;
}

/* log(handle) -> lines, oldest first */
static napi_value
js_log(napi_env env, napi_callback_info info) {
  napi_value arguments[1], list;
  js_arguments(env, info, 1, arguments);
  struct driver *self = js_driver(env, arguments[0]);
  MUST(napi_create_array(env, &list));
  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < self->log_count; i++)
    MUST(napi_set_element(env, list, (uint32_t)i, js_text(env, self->log[i])));
  pthread_mutex_unlock(&self->lock);
  return list;
}

/* failAt(handle, n): the n-th allocation from now fails; 0: none */
static napi_value
js_fail_at(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t n;
  js_arguments(env, info, 2, arguments);
  MUST(napi_get_value_uint32(env, arguments[1], &n));
  atomic_store(&js_driver(env, arguments[0])->fail_at, n);
  return NULL;
}

/* waitBlocked(handle, n): keeps the loop until n threads wait for room */
static napi_value
js_wait_blocked(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t n;
  tsfn_stats stats;
  js_arguments(env, info, 2, arguments);
  struct driver *self = js_driver(env, arguments[0]);
  MUST(napi_get_value_uint32(env, arguments[1], &n));
  while (tsfn_get_stats(self->fn, &stats) == TSFN_OK && stats.blocked < n)
    sched_yield();
  return NULL;
}

static napi_value
init(napi_env env, napi_value exports) {
  const struct {
    const char *name;
    napi_callback callback;
  } methods[] = {
      {"create", js_create},
      {"createDefault", js_create_default},
      {"createElsewhere", js_create_elsewhere},
      {"createBadly", js_create_badly},
      {"start", js_start},
      {"spawn", js_spawn},
      {"send", js_send},
      {"op", js_op},
      {"onThread", js_on_thread},
      {"produce", js_produce},
      {"join", js_join},
      {"gate", js_gate},
      {"openGate", js_open_gate},
      {"arrivedAt", js_arrived_at},
      {"stats", js_stats},
      {"report", js_report},
      {"log", js_log},
      {"failAt", js_fail_at},
      {"waitBlocked", js_wait_blocked},
  };
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_exit_key);
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    napi_value function;
    MUST(napi_create_function(env, methods[i].name, NAPI_AUTO_LENGTH,
                              methods[i].callback, NULL, &function));
    js_set(env, exports, methods[i].name, function);
  }
  return exports;
}

NAPI_MODULE(driver, init)
