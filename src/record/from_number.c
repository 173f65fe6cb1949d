/* SPDX-License-Identifier: MIT */

/* A number of JavaScript's as the value of a field: which numbers a kind takes
   is told here, and from_js.c has the words for those that it does not. */

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "record/record.h"

/* The largest integer of which each smaller one is a number, too. */
#define SAFE_MAX 9007199254740991.0

/* -0 is 0. NaN is in no range. */
static bool
is_integer(double number, double least, double most) {
  return number >= least && number <= most && number == (double)(int64_t)number;
}

/* NaN and the infinities are numbers of a float, too. */
static bool
is_float(double number) {
  return !isfinite(number) || (number <= FLT_MAX && number >= -FLT_MAX &&
                               (double)(float)number == number);
}

#define TAKE_INTEGER(type, least, most)                                        \
  if (!is_integer(number, least, most)) return false;                          \
  *(type *)out = (type)number;                                                 \
  return true

bool
tsfn__record_from_number(const tsfn_field *field, double number, void *out) {
  switch (field->kind == TSFN_KIND_number ? field->element : field->kind) {
  case TSFN_KIND_i8:
    TAKE_INTEGER(int8_t, INT8_MIN, INT8_MAX);
  case TSFN_KIND_i16:
    TAKE_INTEGER(int16_t, INT16_MIN, INT16_MAX);
  case TSFN_KIND_i32:
    TAKE_INTEGER(int32_t, INT32_MIN, INT32_MAX);
  case TSFN_KIND_u8:
    TAKE_INTEGER(uint8_t, 0, UINT8_MAX);
  case TSFN_KIND_u16:
    TAKE_INTEGER(uint16_t, 0, UINT16_MAX);
  case TSFN_KIND_u32:
    TAKE_INTEGER(uint32_t, 0, UINT32_MAX);
  case TSFN_KIND_i64:
    TAKE_INTEGER(int64_t, -SAFE_MAX, SAFE_MAX);
  case TSFN_KIND_u64:
    TAKE_INTEGER(uint64_t, 0, SAFE_MAX);
  case TSFN_KIND_f32:
    if (!is_float(number)) return false;
    *(float *)out = (float)number;
    return true;
  case TSFN_KIND_f64:
    *(double *)out = number;
    return true;
  TSFN__CASE_NO_NUMBER:
    break;
  }
  return false;
}
