/* SPDX-License-Identifier: MIT */

/* Functions of every kind of argument and result, and an object. */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)

#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

/* --- an object ----------------------------------------------------------- */

typedef struct counter {
  uint32_t value;
  char name[16];
} counter;

static atomic_int live;

static void
counter_drop(counter *self) {
  free(self);
  atomic_fetch_sub(&live, 1);
}

#define ADD(ARGUMENT) ARGUMENT(u32, number) ARGUMENT(optional(bool), twice)
TSFN_METHOD(counter, add, "Adds a number.\nAnswers the sum.", ADD, u32)
TSFN_METHOD(counter, name, NULL, TSFN_NONE, nonnull(string))
TSFN_METHOD(counter, fail, NULL, TSFN_NONE, void)
#define WHAT(ARGUMENT) ARGUMENT(value, what)
TSFN_METHOD(counter, same, NULL, WHAT, value)
TSFN_METHOD(counter, promise, NULL, WHAT, promise(u32))
#define COUNTER(METHOD)                                                        \
  METHOD(counter, add)                                                         \
  METHOD(counter, name)                                                        \
  METHOD(counter, fail)                                                        \
  METHOD(counter, same)                                                        \
  METHOD(counter, promise)
TSFN_OBJECT(counter, "Counts.", COUNTER, counter_drop)

static tsfn_status
counter_add(napi_env env, counter *self, counter_add_arguments *args,
            counter_add_result *result) {
  (void)env;
  self->value += args->number;
  if (args->twice.has && args->twice.value) self->value += args->number;
  *result = self->value;
  return TSFN_OK;
}

static tsfn_status
counter_name(napi_env env, counter *self, counter_name_arguments *args,
             counter_name_result *result) {
  (void)env;
  (void)args;
  *result = self->name;
  return TSFN_OK;
}

static tsfn_status
counter_fail(napi_env env, counter *self, counter_fail_arguments *args) {
  (void)env;
  (void)self;
  (void)args;
  return TSFN_QUEUE_FULL;
}

static napi_value
counter_same(napi_env env, counter *self, counter_same_arguments *args) {
  (void)env;
  self->value++;
  return args->what;
}

static napi_value
counter_promise(napi_env env, counter *self, counter_promise_arguments *args) {
  (void)env;
  self->value++;
  return args->what;
}

#define MAKE(ARGUMENT) ARGUMENT(text(15), name)
TSFN_EXPORT(makeCounter, "Makes a counter.", MAKE, object(counter))

static tsfn_status
makeCounter(napi_env env, makeCounter_arguments *args, counter **result) {
  (void)env;
  *result = calloc(1, sizeof **result);
  if (*result == NULL) return TSFN_NO_MEMORY;
  memcpy((*result)->name, args->name, sizeof args->name);
  atomic_fetch_add(&live, 1);
  return TSFN_OK;
}

TSFN_EXPORT(liveCounters, NULL, TSFN_NONE, i32)

static tsfn_status
liveCounters(napi_env env, liveCounters_arguments *args, int32_t *result) {
  (void)env;
  (void)args;
  *result = atomic_load(&live);
  return TSFN_OK;
}

#define VALUE_OF(ARGUMENT) ARGUMENT(optional(object(counter)), of)
TSFN_EXPORT(valueOf, NULL, VALUE_OF, optional(u32))

static tsfn_status
valueOf(napi_env env, valueOf_arguments *args, valueOf_result *result) {
  (void)env;
  result->has = args->of != NULL;
  if (result->has) result->value = args->of->value;
  return TSFN_OK;
}

/* Another type, whose objects are no counters. */
typedef struct other {
  char unused;
} other;

static void
other_drop(other *self) {
  free(self);
}

#define NO_METHODS(METHOD)
TSFN_OBJECT(other, NULL, NO_METHODS, other_drop)
TSFN_EXPORT(makeOther, NULL, TSFN_NONE, object(other))

static tsfn_status
makeOther(napi_env env, makeOther_arguments *args, other **result) {
  (void)env;
  (void)args;
  *result = calloc(1, sizeof **result);
  return *result != NULL ? TSFN_OK : TSFN_NO_MEMORY;
}

/* --- arguments ----------------------------------------------------------- */

#define EVERY(ARGUMENT)                                                        \
  ARGUMENT(i16, number)                                                        \
  ARGUMENT(enum(color), paint)                                                 \
  ARGUMENT(nonnull(string), name)                                              \
  ARGUMENT(bytes, raw)                                                         \
  ARGUMENT(list(record(match)), matches)                                       \
  ARGUMENT(callback(match), each)                                              \
  ARGUMENT(value, any)                                                         \
  ARGUMENT(optional(signal), signal)                                           \
  ARGUMENT(optional(bare_callback), done)
TSFN_EXPORT(every, NULL, EVERY, value)

/* What came, in an Array. */
static napi_value
every(napi_env env, every_arguments *args) {
  napi_value out, values[9];
  match first = {NULL, 0};
  if (args->matches.count != 0) first = args->matches.items[0];
  napi_create_array(env, &out);
  napi_create_int32(env, args->number, &values[0]);
  napi_create_int32(env, (int32_t)args->paint, &values[1]);
  napi_create_string_utf8(env, args->name, NAPI_AUTO_LENGTH, &values[2]);
  napi_create_uint32(env, (uint32_t)args->raw.size, &values[3]);
  match_to(env, &first, &values[4]);
  values[5] = args->each;
  values[6] = args->any;
  values[7] = args->signal;
  values[8] = args->done;
  for (uint32_t i = 0; i < 9; i++)
    if (values[i] != NULL) napi_set_element(env, out, i, values[i]);
  return out;
}

/* --- results ------------------------------------------------------------- */

static const match matches[] = {{"a", 1}, {NULL, 2}};
static int freed;

static void
free_owned(void *data, void *hint) {
  (void)hint;
  free(data);
  freed++;
}

/* Defines a function without arguments whose result is what `set` makes of
   *result. */
#define RESULT(name, kind, set)                                                \
  TSFN_EXPORT(name, NULL, TSFN_NONE, kind)                                     \
  static tsfn_status name(napi_env env, name##_arguments *args,                \
                          name##_result *result) {                             \
    (void)env;                                                                 \
    (void)args;                                                                \
    set;                                                                       \
    return TSFN_OK;                                                            \
  }

RESULT(aBool, bool, *result = true)
RESULT(aLong, i64, *result = INT64_MIN)
RESULT(aDouble, f64, *result = 0.5)
RESULT(anEnum, enum(color), *result = color_blue)
RESULT(noEnum, enum(color), *result = (color)7)
RESULT(aText, text(4), memcpy(*result, "abcd", 4))
RESULT(aString, nonnull(string), *result = "static")
RESULT(noString, nonnull(string), *result = NULL)
RESULT(nullString, string, *result = NULL)
RESULT(someBytes, bytes, result->data = "abc"; result->size = 3)
RESULT(wrongBytes, bytes, result->size = 3)
RESULT(anArray, array(u8, 3), (*result)[2] = 7)
RESULT(aRecord, record(match), *result = matches[0])
RESULT(aList, list(record(match)), result->items = matches; result->count = 2)
static const double two[] = {0.5, 2};
RESULT(numbers, list(f64), result->items = two; result->count = 2)
RESULT(anOptional, optional(record(match)), result->has = true;
       result->value = matches[1])
RESULT(noOptional, optional(record(match)), result->value.line = 5)
RESULT(optionalList, optional(list(u8)), result->has = true)
RESULT(noObject, object(counter), *result = NULL)
RESULT(maybeObject, optional(object(counter)), *result = NULL)
RESULT(owned, owned, result->data = calloc(1, 3); result->size = 3;
       result->free = free_owned)
RESULT(freedCount, i32, *result = freed)

#define STATUS(ARGUMENT) ARGUMENT(u8, status)
TSFN_EXPORT(answerStatus, NULL, STATUS, void)

static tsfn_status
answerStatus(napi_env env, answerStatus_arguments *args) {
  (void)env;
  return (tsfn_status)args->status;
}

TSFN_EXPORT(promise, NULL, WHAT, promise(u32))

static napi_value
promise(napi_env env, promise_arguments *args) {
  napi_valuetype type;
  napi_typeof(env, args->what, &type);
  return type == napi_undefined ? NULL : args->what;
}

TSFN_EXPORT(throwing, NULL, TSFN_NONE, nonnull(string))

static tsfn_status
throwing(napi_env env, throwing_arguments *args, throwing_result *result) {
  (void)args;
  *result = "not looked at";
  napi_throw_error(env, "E_MINE", "mine");
  return TSFN_PENDING_EXCEPTION;
}

TSFN_EXPORT(throwingOk, NULL, TSFN_NONE, nonnull(string))

static tsfn_status
throwingOk(napi_env env, throwingOk_arguments *args,
           throwingOk_result *result) {
  (void)args;
  *result = "not seen";
  napi_throw_error(env, "E_MINE", "mine");
  return TSFN_OK;
}

/* Keeps its arguments until `take` of the next call. */
#define KEEP(ARGUMENT)                                                         \
  ARGUMENT(list(nonnull(string)), names) ARGUMENT(optional(record(match)), at)
TSFN_EXPORT(keep, NULL, KEEP, void)

static _Thread_local keep_arguments kept;

static tsfn_status
keep(napi_env env, keep_arguments *args) {
  (void)env;
  keep_arguments_clear(&kept);
  kept = *args;
  memset(args, 0, sizeof *args);
  return TSFN_OK;
}

TSFN_EXPORT(taken, NULL, TSFN_NONE, list(nonnull(string)))

static tsfn_status
taken(napi_env env, taken_arguments *args, taken_result *result) {
  (void)env;
  (void)args;
  result->items = kept.names.items;
  result->count = kept.names.count;
  return TSFN_OK;
}

TSFN_EXPORT_AS(custom, "Has a signature of its own.", TSFN_NONE, value,
               "(...all: string[]): 'custom'")

static napi_value
custom(napi_env env, custom_arguments *args) {
  napi_value out;
  (void)args;
  napi_create_string_utf8(env, "custom", NAPI_AUTO_LENGTH, &out);
  return out;
}

/* --- a thread-safe function ---------------------------------------------- */

static tsfn_status
send_lines(tsfn_function *fn, size_t index, void *data) {
  (void)index;
  (void)data;
  for (uint32_t line = 1; line <= 3; line++) {
    match found = {"notes.txt", line};
    tsfn_status status = match_call(fn, &found, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

#define SEARCH(ARGUMENT)                                                       \
  ARGUMENT(callback(match), each) ARGUMENT(optional(signal), signal)
TSFN_EXPORT(search, "Calls back for each match.", SEARCH, promise(void))

static napi_value
search(napi_env env, search_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(search, each);
  options.signal = args->signal;
  return tsfn_start(env, args->each, &options, send_lines, NULL);
}

#define COLUMNS(ARGUMENT)                                                      \
  ARGUMENT(bare_callback, done)                                                \
  ARGUMENT(callback(match, columns, values_only, as_arguments), each)
TSFN_EXPORT(columns, NULL, COLUMNS, promise(void))

static napi_value
columns(napi_env env, columns_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(columns, each);
  tsfn_options bare = TSFN_OPTIONS(columns, done);
  if (bare.record != NULL || bare.delivery != TSFN_EACH)
    return tsfn_throw(env, "columns", TSFN_FAILURE, "bare has a %s", "record");
  return tsfn_start(env, args->each, &options, send_lines, NULL);
}

TSFN_EXPORT(madeMatch, NULL, TSFN_NONE, made(record(match)))

static napi_value
madeMatch(napi_env env, madeMatch_arguments *args) {
  napi_value out = NULL;
  (void)args;
  match_to(env, &matches[0], &out);
  return out;
}

#define THROW(ARGUMENT) ARGUMENT(u8, status) ARGUMENT(string, text)
TSFN_EXPORT(throwStatus, NULL, THROW, value)

static napi_value
throwStatus(napi_env env, throwStatus_arguments *args) {
  tsfn_status status = (tsfn_status)args->status;
  return args->text != NULL
             ? tsfn_throw(env, "name", status, "text %s", args->text)
             : tsfn_throw(env, NULL, status, NULL);
}

#define ECHO(ARGUMENT)                                                         \
  ARGUMENT(nonnull(string), text) ARGUMENT(list(record(match)), matches)
TSFN_EXPORT(echoText, NULL, ECHO, nonnull(string))
TSFN_EXPORT(echoMatches, NULL, ECHO, list(record(match)))

static tsfn_status
echoText(napi_env env, echoText_arguments *args, echoText_result *result) {
  (void)env;
  *result = args->text;
  return TSFN_OK;
}

static tsfn_status
echoMatches(napi_env env, echoMatches_arguments *args,
            echoMatches_result *result) {
  (void)env;
  result->items = args->matches.items;
  result->count = args->matches.count;
  return TSFN_OK;
}

/* A result that no thread can make. */
#define EACH(ARGUMENT) ARGUMENT(callback(match), each)
TSFN_EXPORT(startsValue, NULL, EACH, promise(value))

static napi_value
startsValue(napi_env env, startsValue_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(startsValue, each);
  return tsfn_start(env, args->each, &options, send_lines, NULL);
}

/* A struct that is both a record and an object. */
#define BOX(FIELD) FIELD(u8, width)
TSFN_RECORD(box, BOX)
TSFN_METHOD(box, state, NULL, TSFN_NONE, record(box))
#define BOX_METHODS(METHOD) METHOD(box, state)

static void
box_drop(box *self) {
  free(self);
}

TSFN_OBJECT(box, NULL, BOX_METHODS, box_drop)

static tsfn_status
box_state(napi_env env, box *self, box_state_arguments *args, box *result) {
  (void)env, (void)args;
  *result = *self;
  return TSFN_OK;
}

TSFN_EXPORT(makeBox, NULL, TSFN_NONE, object(box))

static tsfn_status
makeBox(napi_env env, makeBox_arguments *args, box **result) {
  (void)env, (void)args;
  *result = calloc(1, sizeof **result);
  (*result)->width = 7;
  return TSFN_OK;
}

#define NAMED(FIELD) FIELD(u8, x)
TSFN_RECORD(constructor, NAMED)
#define PROTOTYPE(ARGUMENT) ARGUMENT(record(constructor), it)
TSFN_EXPORT(ofPrototype, NULL, PROTOTYPE, void)

static tsfn_status
ofPrototype(napi_env env, ofPrototype_arguments *args) {
  (void)env;
  (void)args;
  return TSFN_OK;
}

/* Options for an argument that is no callback. */
TSFN_EXPORT(noCallback, NULL, WHAT, value)

static napi_value
noCallback(napi_env env, noCallback_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(noCallback, what);
  return tsfn_start(env, args->what, &options, send_lines, NULL);
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(makeCounter)                                                          \
  EXPORT(liveCounters)                                                         \
  EXPORT(valueOf)                                                              \
  EXPORT(makeOther)                                                            \
  EXPORT(every)                                                                \
  EXPORT(aBool)                                                                \
  EXPORT(aLong)                                                                \
  EXPORT(aDouble)                                                              \
  EXPORT(anEnum)                                                               \
  EXPORT(noEnum)                                                               \
  EXPORT(aText)                                                                \
  EXPORT(aString)                                                              \
  EXPORT(noString)                                                             \
  EXPORT(nullString)                                                           \
  EXPORT(someBytes)                                                            \
  EXPORT(wrongBytes)                                                           \
  EXPORT(anArray)                                                              \
  EXPORT(aRecord)                                                              \
  EXPORT(aList)                                                                \
  EXPORT(numbers)                                                              \
  EXPORT(anOptional)                                                           \
  EXPORT(noOptional)                                                           \
  EXPORT(optionalList)                                                         \
  EXPORT(noObject)                                                             \
  EXPORT(maybeObject)                                                          \
  EXPORT(owned)                                                                \
  EXPORT(freedCount)                                                           \
  EXPORT(answerStatus)                                                         \
  EXPORT(promise)                                                              \
  EXPORT(throwing)                                                             \
  EXPORT(throwingOk)                                                           \
  EXPORT(keep)                                                                 \
  EXPORT(taken)                                                                \
  EXPORT(custom)                                                               \
  EXPORT(columns)                                                              \
  EXPORT(madeMatch)                                                            \
  EXPORT(throwStatus)                                                          \
  EXPORT(echoText)                                                             \
  EXPORT(echoMatches)                                                          \
  EXPORT(ofPrototype)                                                          \
  EXPORT(noCallback)                                                           \
  EXPORT(startsValue)                                                          \
  EXPORT(makeBox)                                                              \
  EXPORT(search)
TSFN_MODULE(EXPORTS)
