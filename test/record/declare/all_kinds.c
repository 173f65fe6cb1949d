/* SPDX-License-Identifier: MIT */

/* Every kind of field, as C11 and as C++: this one compiles. Nothing is used,
   which must not warn either. */

#include <tsfn.h>

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(bool)
TSFN_ENUM(color, COLORS)

#define UNUSED(VALUE) VALUE(value)
TSFN_ENUM(unused, UNUSED)

#define NAME_SIZE 32

#define POINT(FIELD) FIELD(f64, x) FIELD(f64, y)
TSFN_RECORD(point, POINT)

/* What can be optional or in a list; the name has the way. */
#define EACH_IN(FIELD, way, name)                                              \
  FIELD(way(bool), name##_flag)                                                \
  FIELD(way(_Bool), name##_other_flag)                                         \
  FIELD(way(i8), name##_i8)                                                    \
  FIELD(way(i16), name##_i16)                                                  \
  FIELD(way(i32), name##_i32)                                                  \
  FIELD(way(i64), name##_i64)                                                  \
  FIELD(way(u8), name##_u8)                                                    \
  FIELD(way(u16), name##_u16)                                                  \
  FIELD(way(u32), name##_u32)                                                  \
  FIELD(way(u64), name##_u64)                                                  \
  FIELD(way(f32), name##_f32)                                                  \
  FIELD(way(f64), name##_f64)                                                  \
  FIELD(way(number(u64)), name##_number)                                       \
  FIELD(way(enum(color)), name##_paint)                                        \
  FIELD(way(text(NAME_SIZE)), name##_name)                                     \
  FIELD(way(string), name##_path)                                              \
  FIELD(way(slice), name##_part)                                               \
  FIELD(way(bytes), name##_raw)                                                \
  FIELD(way(buffer), name##_chunk)                                             \
  FIELD(way(array(f32, 3)), name##_floats)                                     \
  FIELD(way(record(point)), name##_at)

#define NESTED(FIELD)                                                          \
  EACH_IN(FIELD, optional, maybe)                                              \
  EACH_IN(FIELD, list, all)                                                    \
  FIELD(optional(owned), maybe_mine)                                           \
  FIELD(optional(list(u32)), numbers)                                          \
  FIELD(optional(list(record(point))), points)                                 \
  FIELD(nonnull(string), path)                                                 \
  FIELD(nonnull(slice), part)                                                  \
  FIELD(nonnull(bytes), raw)                                                   \
  FIELD(nonnull(buffer), chunk)                                                \
  FIELD(nonnull(owned), mine)                                                  \
  FIELD(list(nonnull(string)), paths)
TSFN_RECORD(nested, NESTED)

#define EVERYTHING(FIELD)                                                      \
  FIELD(bool, flag)                                                            \
  FIELD(_Bool, other_flag)                                                     \
  FIELD(i8, tiny)                                                              \
  FIELD(i16, small)                                                            \
  FIELD(i32, medium)                                                           \
  FIELD(i64, large)                                                            \
  FIELD(u8, utiny)                                                             \
  FIELD(u16, usmall)                                                           \
  FIELD(u32, umedium)                                                          \
  FIELD(u64, ularge)                                                           \
  FIELD(number(i64), signed_number)                                            \
  FIELD(number(u64), unsigned_number)                                          \
  FIELD(f32, single)                                                           \
  FIELD(f64, twice)                                                            \
  FIELD(enum(color), paint)                                                    \
  FIELD(text(NAME_SIZE), name)                                                 \
  FIELD(text(1), letter)                                                       \
  FIELD(string, path)                                                          \
  FIELD(slice, part)                                                           \
  FIELD(bytes, raw)                                                            \
  FIELD(buffer, chunk)                                                         \
  FIELD(owned, mine)                                                           \
  FIELD(array(i8, 1), i8s)                                                     \
  FIELD(array(i16, 2), i16s)                                                   \
  FIELD(array(i32, 3), i32s)                                                   \
  FIELD(array(i64, 4), i64s)                                                   \
  FIELD(array(u8, NAME_SIZE), u8s)                                             \
  FIELD(array(u16, 6), u16s)                                                   \
  FIELD(array(u32, 7), u32s)                                                   \
  FIELD(array(u64, 8), u64s)                                                   \
  FIELD(array(f32, 9), f32s)                                                   \
  FIELD(array(f64, 10), f64s)                                                  \
  FIELD(record(point), at)
TSFN_RECORD(everything, EVERYTHING)

#ifdef __cplusplus
#define CHECK_TYPE(condition) static_assert(condition, #condition)
#else
#define CHECK_TYPE(condition) _Static_assert(condition, #condition)
#endif

CHECK_TYPE(sizeof(((everything *)0)->name) == 32);
CHECK_TYPE(sizeof(((everything *)0)->f64s) == 10 * sizeof(double));
CHECK_TYPE(sizeof(((everything *)0)->signed_number) == 8);
CHECK_TYPE(sizeof(((everything *)0)->at) == sizeof(point));
CHECK_TYPE(color_red == 0 && color_green == 1 && color_bool == 2);
CHECK_TYPE((int)tsfn__traits_of_point == 0);
CHECK_TYPE((int)tsfn__traits_of_everything ==
           (TSFN__BORROWS | TSFN__OWNS | TSFN__LIMITED));

/* An enum that is called as a record with _type behind it. */
#define OUTER_TYPES(VALUE) VALUE(first) VALUE(second)
TSFN_ENUM(outer_type, OUTER_TYPES)

#define OUTER(FIELD)                                                           \
  FIELD(record(everything), inner)                                             \
  FIELD(enum(color), paint)                                                    \
  FIELD(enum(outer_type), type)
TSFN_RECORD(outer, OUTER)

tsfn_status send_all(tsfn_function *fn, const outer *items, size_t count);

tsfn_status
send_all(tsfn_function *fn, const outer *items, size_t count) {
  size_t accepted;
  if (count == 1) return outer_call(fn, items, TSFN_NONBLOCKING);
  return outer_call_many(fn, items, count, TSFN_BLOCKING, &accepted);
}
