/* SPDX-License-Identifier: MIT */
#ifndef TEST_RECORD_FIXTURE_H
#define TEST_RECORD_FIXTURE_H

/* Records for the tests, and a ledger for their copies. */

#include "../support/ledger.h"
#include "record/record.h"
#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)

#define POINT(FIELD) FIELD(f64, x) FIELD(f64, y)
TSFN_RECORD(point, POINT)

#define LABEL(FIELD) FIELD(u8, weight) FIELD(string, text) FIELD(owned, blob)
TSFN_RECORD(label, LABEL)

#define MIXED(FIELD)                                                           \
  FIELD(string, path)                                                          \
  FIELD(u32, line)                                                             \
  FIELD(slice, part)                                                           \
  FIELD(record(label), tag)                                                    \
  FIELD(bytes, raw)                                                            \
  FIELD(owned, mine)                                                           \
  FIELD(record(point), at)                                                     \
  FIELD(enum(color), paint)                                                    \
  FIELD(array(u16, 3), numbers)                                                \
  FIELD(text(5), code)
TSFN_RECORD(mixed, MIXED)

/* The descriptor of `mixed` in another source file. */
const tsfn_record *fixture_mixed_elsewhere(void);

extern struct ledger fixture_ledger;

/* An item's `free`: counts, and keeps what it got. */
extern int fixture_freed;
extern void *fixture_freed_data;
extern void *fixture_freed_hint;
void fixture_free(void *data, void *hint);

#endif
