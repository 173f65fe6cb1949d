/* SPDX-License-Identifier: MIT */

/* A record with a field of every kind, sent from JavaScript's own thread:
     send(callback, { count, delivery, passing, errors, errorAt, size,
                      budget, reuse })
   answers how many were accepted, and freed() how many `owned` of the newest
   send() were freed. Those of an earlier one may be freed at any time: large
   ones are memory of JavaScript's, until it is collected. */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/enums.h"
#include "support/exports.h"
#include "support/fields.h"
#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)
#define POINT(FIELD) FIELD(f64, x) FIELD(enum(color), paint)
TSFN_RECORD(point, POINT)
#define KINDS(FIELD)                                                           \
  FIELDS_OF_INTEGERS(FIELD)                                                    \
  FIELD(number(i64), signed_number)                                            \
  FIELD(number(u64), unsigned_number)                                          \
  FIELDS_OF_FLOATS(FIELD)                                                      \
  FIELD(enum(color), paint)                                                    \
  FIELD(text(4), label)                                                        \
  FIELDS_OF_MEMORY(FIELD)                                                      \
  FIELD(array(u16, 3), three)                                                  \
  FIELD(array(i64, 2), longs)                                                  \
  FIELD(record(point), at)                                                     \
  FIELD(u32, __proto__)
TSFN_RECORD(kinds, KINDS)

static atomic_int freed;
static atomic_uintptr_t newest; /* the number of the newest send() */

static void
free_given(void *data, void *sending) {
  free(data);
  if ((uintptr_t)sending == atomic_load(&newest)) atomic_fetch_add(&freed, 1);
}

static uint32_t
option(napi_env env, napi_value options, const char *name) {
  napi_value value;
  uint32_t number = 0;
  if (napi_get_named_property(env, options, name, &value) == napi_ok)
    napi_get_value_uint32(env, value, &number);
  return number;
}

/* "caf\xe9" is not UTF-8. Every third name is NULL. */
static kinds
make(uint32_t i, char name[16], size_t given) {
  static const char *labels[] = {"", "ab", "abcd"};
  kinds out = {.flag = i % 2 == 1,
               .i8v = INT8_MIN,
               .i16v = INT16_MIN,
               .i32v = -(int32_t)i,
               .i64v = INT64_MIN + i,
               .u8v = UINT8_MAX,
               .u16v = UINT16_MAX,
               .u32v = i,
               .u64v = UINT64_MAX - i,
               .signed_number = -5 * (int64_t)i,
               .unsigned_number = (UINT64_C(1) << 60) + i,
               .f32v = (float)i + 0.5f,
               .f64v = i * 0.1,
               .paint = (color)(i % 3),
               .name = i % 3 == 2 ? NULL : name,
               .part = {name, 2},
               .raw = {name, 3},
               .chunk = {name, 4},
               .three = {1, 2, (uint16_t)i},
               .longs = {-1, i},
               .at = {i + 0.25, color_blue},
               .__proto__ = i + 1};
  snprintf(name, 16, i % 3 == 1 ? "caf\xe9%u" : "name %u", (unsigned)i);
  memcpy(out.label, labels[i % 3], strlen(labels[i % 3]));
  out.given.data = malloc(given + 1);
  out.given.size = given;
  out.given.free = free_given;
  out.given.hint = (void *)atomic_load(&newest);
  memset(out.given.data, (int)i, given);
  return out;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[2], accepted_value;
  size_t count = 2;
  tsfn_function *fn;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_value given = arguments[1];
  uint32_t items = option(env, given, "count"), accepted = 0;
  uint32_t error_at = option(env, given, "errorAt");
  tsfn_options options = {
      .name = "kinds",
      .record = kinds_record(),
      .delivery = enums_delivery(env, given),
      .passing = enums_passing(env, given),
      .errors = enums_errors(env, given),
      .max_queue_size = option(env, given, "bound"),
      .budget_items = option(env, given, "budget"),
      .reuse_columns = option(env, given, "reuse") != 0,
  };
  if (tsfn_create(env, arguments[0], &options, &fn) != TSFN_OK) return NULL;
  atomic_fetch_add(&newest, 1);
  atomic_store(&freed, 0);
  for (uint32_t i = 0; i < items; i++) {
    char name[16];
    kinds item = make(i, name, option(env, given, "size"));
    if (error_at != 0 && i == error_at)
      tsfn_call_error(fn, "E_MIDDLE", "in the middle", TSFN_NONBLOCKING);
    if (kinds_call(fn, &item, TSFN_NONBLOCKING) == TSFN_OK)
      accepted++;
    else
      free(item.given.data); /* not accepted: it is still ours */
    memset(name, 'x', sizeof name);
  }
  tsfn_release(fn);
  napi_create_uint32(env, accepted, &accepted_value);
  return accepted_value;
}

static napi_value
count_freed(napi_env env, napi_callback_info info) {
  napi_value out;
  (void)info;
  napi_create_int32(env, atomic_load(&freed), &out);
  return out;
}

EXPORTS(METHOD("send", send), METHOD("freed", count_freed))
