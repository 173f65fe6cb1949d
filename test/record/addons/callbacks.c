/* SPDX-License-Identifier: MIT */

/* Sends what docs/callbacks.md tells of. JavaScript's own thread sends it, so
   that all of one call is there when the loop takes it:

     send(callback, { what, delivery, passing, errors, onError })

   `callback` may be undefined, and `what` is a name of `plans`. ended() answers
   how many functions have finalized, which each does after its last
   callback. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/enums.h"
#include "support/exports.h"
#include "support/fields.h"
#include "tsfn.h"

#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

#define LEVELS(VALUE) VALUE(info) VALUE(error)
TSFN_ENUM(level, LEVELS)
#define PLACE(FIELD) FIELD(u32, line)
TSFN_RECORD(place, PLACE)
#define NOTE(FIELD)                                                            \
  FIELD(bool, seen)                                                            \
  FIELD(enum(level), kind) FIELD(bytes, raw) FIELD(record(place), at)
TSFN_RECORD(note, NOTE)

/* A field for each row of the table "Every kind", in that order. */
#define SAMPLE(FIELD)                                                          \
  FIELDS_OF_INTEGERS(FIELD)                                                    \
  FIELD(number(i64), number)                                                   \
  FIELDS_OF_FLOATS(FIELD)                                                      \
  FIELD(enum(level), kind)                                                     \
  FIELD(text(4), label)                                                        \
  FIELDS_OF_MEMORY(FIELD)                                                      \
  FIELD(array(f32, 2), pair)                                                   \
  FIELD(record(place), at)                                                     \
  FIELD(optional(u32), port)                                                   \
  FIELD(optional(text(4)), code)                                               \
  FIELD(optional(record(place)), spot)                                         \
  FIELD(optional(list(u16)), marks)                                            \
  FIELD(optional(string), nick)                                                \
  FIELD(nonnull(string), id)                                                   \
  FIELD(list(u16), ports)                                                      \
  FIELD(list(string), names)                                                   \
  FIELD(list(record(place)), places)
TSFN_RECORD(sample, SAMPLE)

#define NOW TSFN_NONBLOCKING

static unsigned char two_bytes[] = {7, 8};
static const uint16_t two_numbers[] = {1, 2};
static const char *const two_names[] = {"ab", NULL};
static const place two_places[] = {{1}, {2}};

/* --- what is sent -------------------------------------------------------- */

static tsfn_status
send_match(tsfn_function *fn, const char *path, uint32_t line) {
  match item = {.path = path, .line = line};
  return match_call(fn, &item, NOW);
}

static tsfn_status
send_error(tsfn_function *fn) {
  return tsfn_call_error(fn, "E_GONE", "it is gone", NOW);
}

static tsfn_status
send_matches(tsfn_function *fn) {
  match items[] = {{"a", 1}, {"b", 2}};
  return match_call_many(fn, items, 2, NOW, NULL);
}

/* Enough that the library makes a loop in JavaScript for them. */
static tsfn_status
send_many_matches(tsfn_function *fn) {
  tsfn_status status = TSFN_OK;
  for (int i = 0; status == TSFN_OK && i < 300; i++)
    status = send_matches(fn);
  return status;
}

static tsfn_status
send_error_between(tsfn_function *fn) {
  tsfn_status status = send_match(fn, "a", 1);
  if (status == TSFN_OK) status = send_error(fn);
  return status == TSFN_OK ? send_match(fn, "b", 2) : status;
}

static tsfn_status
send_one_match(tsfn_function *fn) {
  return send_match(fn, "a", 1);
}

static tsfn_status
send_note(tsfn_function *fn) {
  note item = {true, level_error, {two_bytes, sizeof two_bytes}, {3}};
  return note_call(fn, &item, NOW);
}

/* What is in an optional or a list. */
static void
fill_nested(sample *item) {
  item->port.has = item->code.has = item->spot.has = item->marks.has = true;
  item->port.value = 1;
  memcpy(item->code.value, "ab", 2);
  item->spot.value = two_places[0];
  item->nick = "ab";
  item->marks.value.items = item->ports.items = two_numbers;
  item->marks.value.count = item->ports.count = 2;
  item->names.items = two_names;
  item->names.count = 2;
  item->places.items = two_places;
  item->places.count = 2;
}

/* The second one is NULL wherever a field can be, and its lists are empty. What
   is owned is static, so nothing is to be freed. */
static tsfn_status
send_samples(tsfn_function *fn) {
  sample items[2] = {
      {.flag = true,
       .label = "ab",
       .name = "ab",
       .kind = level_info,
       .id = "ab"},
      {.flag = false, .kind = level_error, .id = ""},
  };
  for (int i = 0; i < 2; i++) {
    sample *item = &items[i];
    int sign = i == 0 ? -1 : 1;
    item->i8v = (int8_t)(sign * (i + 1));
    item->i16v = (int16_t)(sign * (i + 1));
    item->i32v = sign * (i + 1);
    item->i64v = item->number = sign * (i + 1);
    item->u8v = (uint8_t)(i + 1);
    item->u16v = (uint16_t)(i + 1);
    item->u32v = item->at.line = (uint32_t)(i + 1);
    item->u64v = (uint64_t)(i + 1);
    item->f32v = item->pair[0] = (float)i + 0.5f;
    item->f64v = i + 0.5;
    item->pair[1] = (float)i + 0.25f;
  }
  items[0].part = (tsfn_slice){"ab", 2};
  items[0].raw = items[0].chunk = (tsfn_bytes){two_bytes, sizeof two_bytes};
  items[0].given = (tsfn_owned){two_bytes, sizeof two_bytes, NULL, NULL};
  fill_nested(&items[0]);
  return sample_call_many(fn, items, 2, NOW, NULL);
}

static tsfn_status
send_nothing(tsfn_function *fn) {
  return tsfn_call(fn, NULL, 0, NOW);
}

/* --- converts and a call_js ---------------------------------------------- */

/* 'a' and 1. False: an exception is pending. */
static bool
make_values(napi_env env, napi_value values[2]) {
  return napi_create_string_utf8(env, "a", 1, &values[0]) == napi_ok &&
         napi_create_uint32(env, 1, &values[1]) == napi_ok;
}

static tsfn_status
push_two(napi_env env, void *context, const void *item, tsfn_arguments *out) {
  napi_value values[2];
  (void)context;
  (void)item;
  if (!make_values(env, values)) return TSFN_PENDING_EXCEPTION;
  tsfn_status status = tsfn_push(out, values[0]);
  return status == TSFN_OK ? tsfn_push(out, values[1]) : status;
}

static tsfn_status
push_nothing(napi_env env, void *context, const void *item,
             tsfn_arguments *out) {
  (void)env;
  (void)context;
  (void)item;
  (void)out;
  return TSFN_OK;
}

/* What was pushed before the failure must not arrive. */
static tsfn_status
push_and_fail(napi_env env, void *context, const void *item,
              tsfn_arguments *out) {
  tsfn_status status = push_two(env, context, item, out);
  return status == TSFN_OK ? TSFN_NO_MEMORY : status;
}

static tsfn_status
push_and_throw(napi_env env, void *context, const void *item,
               tsfn_arguments *out) {
  tsfn_status status = push_two(env, context, item, out);
  napi_throw_range_error(env, "E_RANGE", "it is out of range");
  return status;
}

static void
call_with_two(napi_env env, napi_value callback, void *context, void *item) {
  napi_value values[2], undefined;
  (void)context;
  (void)item;
  if (env != NULL && make_values(env, values) &&
      napi_get_undefined(env, &undefined) == napi_ok)
    napi_call_function(env, undefined, callback, 2, values, NULL);
}

/* --- what JavaScript asks for -------------------------------------------- */

typedef struct plan {
  const char *what;
  const tsfn_record *(*record)(void);
  tsfn_convert convert;
  tsfn_call_js call_js;
  tsfn_status (*send)(tsfn_function *fn);
} plan;

static const plan plans[] = {
    {"matches", match_record, NULL, NULL, send_matches},
    {"many matches", match_record, NULL, NULL, send_many_matches},
    {"match", match_record, NULL, NULL, send_one_match},
    {"error", match_record, NULL, NULL, send_error},
    {"error between", match_record, NULL, NULL, send_error_between},
    {"note", note_record, NULL, NULL, send_note},
    {"samples", sample_record, NULL, NULL, send_samples},
    {"no values", NULL, NULL, NULL, send_nothing},
    {"convert", NULL, push_two, NULL, send_nothing},
    {"convert nothing", NULL, push_nothing, NULL, send_nothing},
    {"convert fails", NULL, push_and_fail, NULL, send_nothing},
    {"convert throws", NULL, push_and_throw, NULL, send_nothing},
    {"call_js", NULL, NULL, call_with_two, send_nothing},
    {"call_js error", NULL, NULL, call_with_two, send_error},
};

static const plan *
find_plan(napi_env env, napi_value given) {
  napi_value value;
  char what[32] = "";
  if (napi_get_named_property(env, given, "what", &value) == napi_ok)
    napi_get_value_string_utf8(env, value, what, sizeof what, NULL);
  for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
    if (strcmp(plans[i].what, what) == 0) return &plans[i];
  fprintf(stderr, "callbacks: there is no '%s' to send\n", what);
  abort();
}

/* The value, or NULL where it is no function. */
static napi_value
function_or_null(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_function
             ? value
             : NULL;
}

static napi_value
get_on_error(napi_env env, napi_value given) {
  napi_value value;
  return napi_get_named_property(env, given, "onError", &value) == napi_ok
             ? function_or_null(env, value)
             : NULL;
}

static uint32_t ended; /* loop thread only */

static void
count_end(napi_env env, void *data, void *context) {
  (void)env;
  (void)data;
  (void)context;
  ended++;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  tsfn_function *fn;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_value given = arguments[1];
  const plan *chosen = find_plan(env, given);
  tsfn_options options = {
      .name = "callbacks",
      .record = chosen->record != NULL ? chosen->record() : NULL,
      .convert = chosen->convert,
      .call_js = chosen->call_js,
      .delivery = enums_delivery(env, given),
      .passing = enums_passing(env, given),
      .errors = enums_errors(env, given),
      .on_error = get_on_error(env, given),
      .finalize = count_end,
  };
  if (tsfn_create(env, function_or_null(env, arguments[0]), &options, &fn) !=
      TSFN_OK)
    return NULL;
  tsfn_status status = chosen->send(fn);
  if (status != TSFN_OK)
    napi_throw_error(env, tsfn_status_name(status),
                     tsfn_status_message(status));
  tsfn_release(fn);
  return NULL;
}

static napi_value
count_ended(napi_env env, napi_callback_info info) {
  napi_value out;
  (void)info;
  napi_create_uint32(env, ended, &out);
  return out;
}

EXPORTS(METHOD("send", send), METHOD("ended", count_ended))
