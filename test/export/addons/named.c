/* SPDX-License-Identifier: MIT */

/* Functions that take arguments by name (tsfn/export.h). */

#include <stdio.h>
#include <stdlib.h>

#include "tsfn.h"

#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

typedef struct token {
  uint32_t value;
} token;

static void
token_drop(token *self) {
  free(self);
}

#define TOKEN(METHOD)
TSFN_OBJECT(token, NULL, TOKEN, token_drop)

#define COLORS(VALUE) VALUE(red) VALUE(green)
TSFN_ENUM(color, COLORS)

#define FIND(ARGUMENT)                                                         \
  ARGUMENT(optional(u32), limit)                                               \
  ARGUMENT(optional(string), name)                                             \
  ARGUMENT(optional(list(nonnull(string))), folders)                           \
  ARGUMENT(optional(enum(color)), paint)                                       \
  ARGUMENT(optional(object(token)), owner)                                     \
  ARGUMENT(optional(callback(match, values_only, as_arguments)), progress)     \
  ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(find_options, FIND)

#define ARGUMENTS_OF_FIND(ARGUMENT)                                            \
  ARGUMENT(nonnull(string), pattern) ARGUMENT(named(find_options), options)
TSFN_EXPORT(find, "What was given.", ARGUMENTS_OF_FIND, value)

static void
append(napi_env env, napi_value array, napi_value value) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  if (value == NULL) napi_get_null(env, &value);
  napi_set_element(env, array, length, value);
}

static napi_value
text_of(napi_env env, const char *text) {
  napi_value value = NULL;
  if (text != NULL)
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

static napi_value
find(napi_env env, find_arguments *args) {
  const find_options *options = &args->options;
  char numbers[64];
  napi_value array;
  snprintf(numbers, sizeof numbers, "%d %u %d %zu %d %d", options->limit.has,
           (unsigned)options->limit.value, options->folders.has,
           options->folders.value.count, (int)options->paint.has,
           (int)options->paint.value);
  napi_create_array(env, &array);
  append(env, array, text_of(env, numbers));
  append(env, array, text_of(env, options->name));
  append(env, array, options->progress);
  append(env, array, options->signal);
  append(env, array, options->owner == NULL ? NULL : text_of(env, "an owner"));
  return array;
}

TSFN_EXPORT(make, NULL, TSFN_NONE, object(token))

static tsfn_status
make(napi_env env, make_arguments *args, make_result *result) {
  (void)env, (void)args;
  *result = calloc(1, sizeof **result);
  return *result != NULL ? TSFN_OK : TSFN_NO_MEMORY;
}

/* --- some must be there, and some are in others -------------------------- */

#define RANGE(ARGUMENT) ARGUMENT(u32, first) ARGUMENT(optional(u32), last)
TSFN_ARGUMENTS(range, RANGE)

#define READ(ARGUMENT)                                                         \
  ARGUMENT(nonnull(string), path)                                              \
  ARGUMENT(named(range), range)                                                \
  ARGUMENT(callback(match, batch), done)                                       \
  ARGUMENT(optional(bool), strict)
TSFN_ARGUMENTS(read_options, READ)

#define ARGUMENTS_OF_READ(ARGUMENT) ARGUMENT(named(read_options), options)
TSFN_EXPORT(read_some, NULL, ARGUMENTS_OF_READ, nonnull(string))

static tsfn_status
read_some(napi_env env, read_some_arguments *args, read_some_result *result) {
  static _Thread_local char text[128];
  const read_options *options = &args->options;
  (void)env;
  snprintf(text, sizeof text, "%s %u %u", options->path,
           (unsigned)options->range.first, (unsigned)options->range.last.value);
  *result = text;
  return TSFN_OK;
}

/* --- how a callback says that it is called ------------------------------- */

TSFN_EXPORT(told, "The options of both callbacks.", TSFN_NONE, nonnull(string))

static tsfn_status
told(napi_env env, told_arguments *args, told_result *result) {
  static _Thread_local char text[128];
  tsfn_options first = TSFN_OPTIONS(find, options.progress);
  tsfn_options second = TSFN_OPTIONS(read_some, options.done);
  (void)env, (void)args;
  snprintf(text, sizeof text, "%s %d %d %d %d, %s %d %d %d %d", first.name,
           first.record == match_record(), first.delivery == NULL,
           first.errors == TSFN_VALUES_ONLY, first.passing == TSFN_AS_ARGUMENTS,
           second.name, second.record == match_record(),
           second.delivery == TSFN_BATCH, second.errors == TSFN_ERROR_FIRST,
           second.passing == TSFN_AS_OBJECT);
  *result = text;
  return TSFN_OK;
}

/* --- a callback that is called ------------------------------------------- */

#define CALL(ARGUMENT)                                                         \
  ARGUMENT(callback(match, values_only), each)                                 \
  ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(call_options, CALL)
#define ARGUMENTS_OF_CALL(ARGUMENT)                                            \
  ARGUMENT(u32, count) ARGUMENT(named(call_options), options)
TSFN_EXPORT(call, NULL, ARGUMENTS_OF_CALL, promise(void))

static tsfn_status
run_call(tsfn_function *fn, size_t index, void *data) {
  uint32_t count = (uint32_t)(uintptr_t)data;
  tsfn_status status = TSFN_OK;
  (void)index;
  for (uint32_t i = 0; i < count && status == TSFN_OK; i++)
    status = match_call(fn, &(match){"a", i}, TSFN_BLOCKING);
  return status;
}

static napi_value
call(napi_env env, call_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(call, options.each);
  options.signal = args->options.signal;
  return tsfn_start(env, args->options.each, &options, run_call,
                    (void *)(uintptr_t)args->count);
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(find) EXPORT(make) EXPORT(read_some) EXPORT(told) EXPORT(call)
TSFN_MODULE(EXPORTS)
