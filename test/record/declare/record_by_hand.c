/* error: field path: record(place) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

typedef struct place {
  int line;
} place;
#define MATCH(FIELD) FIELD(u32, line) FIELD(record(place), path)
TSFN_RECORD(match, MATCH)
