/* SPDX-License-Identifier: MIT */

/* Records from JavaScript and back.

     convert(value)     x_from of a record with a field of every kind, and then
                        the value of x_to
     clearTwice(value)  x_from, and x_clear twice
     byHand(value)      the sum of two fields of a table by hand, whose first
                        name is no identifier
     failed(value)      [the status's name, whether all of the struct is zero]
                        of an x_from that throws; the exception is taken */

#include <stdlib.h>
#include <string.h>

#include "support/exports.h"
#include "support/fields.h"
#include "support/refused.h"
#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)

#define POINT(FIELD) FIELD(u8, x) FIELD(string, label)
TSFN_RECORD(point, POINT)

#define EVERY(FIELD)                                                           \
  FIELDS_OF_INTEGERS(FIELD)                                                    \
  FIELD(number(i64), signedNumber)                                             \
  FIELD(number(u64), unsignedNumber)                                           \
  FIELDS_OF_FLOATS(FIELD)                                                      \
  FIELD(enum(color), paint)                                                    \
  FIELD(text(4), code)                                                         \
  FIELDS_OF_MEMORY(FIELD)                                                      \
  FIELD(array(u16, 3), three)                                                  \
  FIELD(array(i64, 2), longs)                                                  \
  FIELD(record(point), at)
TSFN_RECORD(every, EVERY)

#define PAIR(FIELD) FIELD(u32, a) FIELD(u32, b)
TSFN_RECORD(pair, PAIR)

static napi_value
argument(napi_env env, napi_callback_info info) {
  napi_value value;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &value, NULL, NULL);
  return value;
}

static napi_value
convert(napi_env env, napi_callback_info info) {
  every item;
  napi_value out;
  if (every_from(env, argument(env, info), &item) != TSFN_OK) return NULL;
  tsfn_status status = every_to(env, &item, &out);
  every_clear(&item);
  return status == TSFN_OK ? out : NULL;
}

static napi_value
clear_twice(napi_env env, napi_callback_info info) {
  every item;
  if (every_from(env, argument(env, info), &item) == TSFN_OK) {
    every_clear(&item);
    every_clear(&item);
  }
  return NULL;
}

static napi_value
failed(napi_env env, napi_callback_info info) {
  every item;
  memset(&item, 0xff, sizeof item);
  tsfn_status status = every_from(env, argument(env, info), &item);
  napi_value pair = refused_pair(env, status, &item, sizeof item);
  every_clear(&item);
  return pair;
}

static napi_value
by_hand(napi_env env, napi_callback_info info) {
  static tsfn_field fields[2];
  static tsfn_record type;
  pair item;
  napi_value out;
  if (type.fields == NULL) {
    memcpy(fields, pair_record()->fields, sizeof fields);
    fields[0].name = "a-b";
    type = *pair_record();
    type.fields = fields;
  }
  if (tsfn_record_from(env, &type, argument(env, info), &item) != TSFN_OK)
    return NULL;
  return napi_create_uint32(env, item.a + item.b, &out) == napi_ok ? out : NULL;
}

EXPORTS(METHOD("convert", convert), METHOD("clearTwice", clear_twice),
        METHOD("failed", failed), METHOD("byHand", by_hand))
