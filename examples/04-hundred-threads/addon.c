/* SPDX-License-Identifier: MIT */
/* errorFirst(callback, failing) and valuesOnly(callback, failing): a hundred
   threads, each of which calls once with its number, 1 to 100. The thread with
   the number `failing` (may be left out) raises an error instead. */

#include <inttypes.h>
#include <stdio.h>
#include <tsfn.h>

#define THREADS 100

#define RESULT(FIELD) FIELD(u32, number)
TSFN_RECORD(result, RESULT)

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  const uint32_t number = (uint32_t)index + 1;
  const uint32_t failing = (uint32_t)(uintptr_t)data;
  if (number == failing) {
    char message[64];
    snprintf(message, sizeof message, "thread %" PRIu32 " gave up", number);
    /* Both strings are copied. The thread itself ends well: its error is the
       callback's, not the promise's. */
    return tsfn_call_error(fn, "ERR_GAVE_UP", message, TSFN_BLOCKING);
  }
  result item = {.number = number};
  return result_call(fn, &item, TSFN_BLOCKING);
}

/* 0 for none; or false and an exception. */
static bool
read_failing(napi_env env, napi_value value, uint32_t *failing) {
  napi_valuetype type;
  double number = 0;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  if (type != napi_undefined &&
      napi_get_value_double(env, value, &number) != napi_ok) {
    napi_throw_type_error(env, NULL, "failing is not a number");
    return false;
  }
  if (!(number >= 0 && number <= THREADS)) {
    napi_throw_range_error(env, NULL, "failing is not 0 to 100");
    return false;
  }
  *failing = (uint32_t)number;
  return true;
}

static napi_value
start(napi_env env, napi_callback_info info, tsfn_errors errors) {
  napi_value arguments[2];
  size_t count = 2;
  uint32_t failing;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      !read_failing(env, arguments[1], &failing))
    return NULL;
  tsfn_options options = {
      .name = "hundred threads",
      .record = result_record(),
      .passing = TSFN_AS_ARGUMENTS, /* the number, not { number } */
      .threads = THREADS,
      .errors = errors,
  };
  /* A number fits in the pointer, so that there is nothing to free. */
  return tsfn_start(env, arguments[0], &options, run,
                    (void *)(uintptr_t)failing);
}

/* callback(err, result): err is null for a result. */
static napi_value
error_first(napi_env env, napi_callback_info info) {
  return start(env, info, TSFN_ERROR_FIRST);
}

/* callback(result): an error becomes an uncaughtException. */
static napi_value
values_only(napi_env env, napi_callback_info info) {
  return start(env, info, TSFN_VALUES_ONLY);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor methods[] = {
      {.utf8name = "errorFirst", .method = error_first},
      {.utf8name = "valuesOnly", .method = values_only},
  };
  if (napi_define_properties(env, exports, 2, methods) != napi_ok)
    napi_throw_error(env, NULL, "the methods cannot be exported");
  return exports;
}
