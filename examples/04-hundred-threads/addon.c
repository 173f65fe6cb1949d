/* SPDX-License-Identifier: MIT */
/* errorFirst(each, failing) and valuesOnly(each, failing): a hundred threads,
   each of which calls once with its number, 1 to 100. The thread with the
   number `failing` (may be left out) raises an error instead. */

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

/* `options` say how `each` is called; `failing` is 0 where no thread is to
   fail. What the library cannot know, that there is no thread with a number
   above 100, is checked here. */
static napi_value
start(napi_env env, napi_value each, tsfn_options options, uint32_t failing) {
  if (failing > THREADS) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "failing is not 0 to 100");
    return NULL;
  }
  options.threads = THREADS;
  /* A number fits in the pointer, so that there is nothing to free. */
  return tsfn_start(env, each, &options, run, (void *)(uintptr_t)failing);
}

/* each(err, result): err is null for a result, which is the number and not
   { number }. */
#define ERROR_FIRST(ARGUMENT)                                                  \
  ARGUMENT(callback(result, as_arguments), each)                               \
  ARGUMENT(optional(u32), failing)
TSFN_EXPORT(errorFirst, "An error is the callback's first argument.",
            ERROR_FIRST, promise(void))

static napi_value
errorFirst(napi_env env, errorFirst_arguments *args) {
  uint32_t failing = args->failing.has ? args->failing.value : 0;
  return start(env, args->each, TSFN_OPTIONS(errorFirst, each), failing);
}

/* each(result): an error becomes an uncaughtException. */
#define VALUES_ONLY(ARGUMENT)                                                  \
  ARGUMENT(callback(result, as_arguments, values_only), each)                  \
  ARGUMENT(optional(u32), failing)
TSFN_EXPORT(valuesOnly, "An error becomes an uncaughtException.", VALUES_ONLY,
            promise(void))

static napi_value
valuesOnly(napi_env env, valuesOnly_arguments *args) {
  uint32_t failing = args->failing.has ? args->failing.value : 0;
  return start(env, args->each, TSFN_OPTIONS(valuesOnly, each), failing);
}

#define EXPORTS(EXPORT) EXPORT(errorFirst) EXPORT(valuesOnly)
TSFN_MODULE(EXPORTS)
