/* SPDX-License-Identifier: MIT */

/* The older name of a record's descriptor, for who asks for it: it compiles. */

#define TSFN_TYPE_NAMES
#include <tsfn.h>

#define POINT(FIELD) FIELD(f64, x) FIELD(f64, y)
TSFN_RECORD(point, POINT)

const tsfn_record *point_descriptor(void);

const tsfn_record *
point_descriptor(void) {
  return point_type() == point_record() ? point_type() : NULL;
}
