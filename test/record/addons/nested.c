/* SPDX-License-Identifier: MIT */

/* Records with optionals and lists, from JavaScript and back.

     convert(value)      x_from, and then the value of x_to
     failed(value)       [the status's name, whether all of the struct is zero]
                         of an x_from that throws; the exception is taken
     send(callback, value, { count, delivery, passing, errors })
                         x_from, and x_call for as many as `count` */

#include <string.h>

#include "support/enums.h"
#include "support/exports.h"
#include "support/refused.h"
#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)

#define POINT(FIELD)                                                           \
  FIELD(u8, x) FIELD(string, label) FIELD(optional(enum(color)), paint)
TSFN_RECORD(point, POINT)

#define NESTED(FIELD)                                                          \
  FIELD(optional(bool), flag)                                                  \
  FIELD(optional(u16), port)                                                   \
  FIELD(optional(i64), large)                                                  \
  FIELD(optional(f64), ratio)                                                  \
  FIELD(optional(enum(color)), paint)                                          \
  FIELD(optional(text(4)), code)                                               \
  FIELD(optional(string), name)                                                \
  FIELD(optional(slice), part)                                                 \
  FIELD(optional(bytes), raw)                                                  \
  FIELD(optional(array(f32, 2)), pair)                                         \
  FIELD(optional(record(point)), at)                                           \
  FIELD(nonnull(string), id)                                                   \
  FIELD(nonnull(bytes), body)                                                  \
  FIELD(list(bool), flags)                                                     \
  FIELD(list(u16), ports)                                                      \
  FIELD(list(i64), longs)                                                      \
  FIELD(list(f64), numbers)                                                    \
  FIELD(list(number(u64)), sizes)                                              \
  FIELD(list(enum(color)), paints)                                             \
  FIELD(list(text(4)), codes)                                                  \
  FIELD(list(string), names)                                                   \
  FIELD(list(nonnull(slice)), parts)                                           \
  FIELD(list(bytes), chunks)                                                   \
  FIELD(list(array(u8, 2)), pairs)                                             \
  FIELD(list(record(point)), points)                                           \
  FIELD(optional(list(record(point))), more)
TSFN_RECORD(nested, NESTED)

static napi_value
option(napi_env env, napi_value options, const char *name) {
  napi_value value = NULL;
  napi_get_named_property(env, options, name, &value);
  return value;
}

static size_t
arguments_of(napi_env env, napi_callback_info info, napi_value *out) {
  size_t count = 3;
  napi_get_cb_info(env, info, &count, out, NULL, NULL);
  return count;
}

static napi_value
convert(napi_env env, napi_callback_info info) {
  napi_value arguments[3], out;
  nested item;
  arguments_of(env, info, arguments);
  if (nested_from(env, arguments[0], &item) != TSFN_OK) return NULL;
  tsfn_status status = nested_to(env, &item, &out);
  nested_clear(&item);
  return status == TSFN_OK ? out : NULL;
}

static napi_value
failed(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  nested item;
  arguments_of(env, info, arguments);
  memset(&item, 0xff, sizeof item);
  tsfn_status status = nested_from(env, arguments[0], &item);
  napi_value pair = refused_pair(env, status, &item, sizeof item);
  nested_clear(&item);
  return pair;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  nested item;
  tsfn_function *fn;
  uint32_t count = 0;
  arguments_of(env, info, arguments);
  tsfn_options options = {
      .name = "nested",
      .record = nested_record(),
      .delivery = enums_delivery(env, arguments[2]),
      .passing = enums_passing(env, arguments[2]),
      .errors = enums_errors(env, arguments[2]),
  };
  napi_get_value_uint32(env, option(env, arguments[2], "count"), &count);
  if (nested_from(env, arguments[1], &item) != TSFN_OK) return NULL;
  if (tsfn_create(env, arguments[0], &options, &fn) == TSFN_OK) {
    for (uint32_t i = 0; i < count; i++)
      nested_call(fn, &item, TSFN_NONBLOCKING);
    tsfn_release(fn);
  }
  nested_clear(&item);
  return NULL;
}

/* The names of the statuses of x_to for structs that no call would take. */
static napi_value
refused_to(napi_env env, napi_callback_info info) {
  napi_value out, name, list;
  nested items[3];
  (void)info;
  memset(items, 0, sizeof items);
  for (size_t i = 0; i < 3; i++) {
    items[i].id = "id";
    items[i].body.data = "body";
  }
  items[0].id = NULL;
  items[1].ports.count = 7;
  items[2].paint.has = true;
  items[2].paint.value = (color)9;
  napi_create_array(env, &list);
  for (uint32_t i = 0; i < 3; i++) {
    tsfn_status status = nested_to(env, &items[i], &out);
    napi_create_string_utf8(env, tsfn_status_name(status), NAPI_AUTO_LENGTH,
                            &name);
    napi_set_element(env, list, i, name);
  }
  return list;
}

EXPORTS(METHOD("convert", convert), METHOD("refusedTo", refused_to),
        METHOD("failed", failed), METHOD("send", send))
