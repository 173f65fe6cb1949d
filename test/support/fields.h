/* SPDX-License-Identifier: MIT */
#ifndef TEST_FIELDS_H
#define TEST_FIELDS_H

/* Fields that the test addons with a field of every kind declare alike. */

#define FIELDS_OF_INTEGERS(FIELD)                                              \
  FIELD(bool, flag)                                                            \
  FIELD(i8, i8v)                                                               \
  FIELD(i16, i16v)                                                             \
  FIELD(i32, i32v)                                                             \
  FIELD(i64, i64v)                                                             \
  FIELD(u8, u8v)                                                               \
  FIELD(u16, u16v)                                                             \
  FIELD(u32, u32v)                                                             \
  FIELD(u64, u64v)

#define FIELDS_OF_FLOATS(FIELD) FIELD(f32, f32v) FIELD(f64, f64v)

/* Of memory. */
#define FIELDS_OF_MEMORY(FIELD)                                                \
  FIELD(string, name)                                                          \
  FIELD(slice, part)                                                           \
  FIELD(bytes, raw)                                                            \
  FIELD(buffer, chunk)                                                         \
  FIELD(owned, given)

#endif
