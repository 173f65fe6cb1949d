/* SPDX-License-Identifier: MIT */
#include "create.h"

#include <string.h>

#include "options.h"
#include "run.h"

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
  return js_is_pending(env) ? NULL : js_status(env, status);
}

/* create(callback, options) -> handle; throws what the library throws. The
   error has `driver`: what was allocated and called all the same. */
napi_value
js_create(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  struct driver *driver = driver_from(env, arguments[1]);
  tsfn_options options = options_from(env, arguments[1], driver);
  napi_value callback = callback_from(env, arguments[0]);
  tsfn_status status = tsfn_create(env, callback, &options, &driver->fn);
  if (status == TSFN_OK) return js_from_pointer(env, driver);
  napi_value error;
  if (thrown(env, status) != NULL) return thrown(env, status);
  MUST(napi_get_and_clear_last_exception(env, &error));
  js_set(env, error, "driver", js_from_pointer(env, driver));
  MUST(napi_throw(env, error));
  return NULL;
}

/* createDefault(callback): no options at all -> handle */
napi_value
js_create_default(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  struct driver *driver = driver_from(env, NULL);
  if (tsfn_create(env, callback_from(env, arguments[0]), NULL, &driver->fn) !=
      TSFN_OK)
    return NULL;
  return js_from_pointer(env, driver);
}

/* start(callback, options, plan) -> { promise, handle }; throws as create. The
   handle may be used for calls only while a thread runs. */
napi_value
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
    js_set(env, answer, "handle", js_from_pointer(env, driver));
    return answer;
  }
  if (napi_get_and_clear_last_exception(env, &error) != napi_ok) return NULL;
  js_set(env, error, "driver", js_from_pointer(env, driver));
  MUST(napi_throw(env, error));
  return NULL;
}

/* spawn(handle, plan) -> the status; throws what the library throws */
napi_value
js_spawn(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  struct driver *driver = driver_at(env, arguments[0]);
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
napi_value
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
napi_value
js_create_badly(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  char *how = js_string_of(env, arguments[1]);
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
