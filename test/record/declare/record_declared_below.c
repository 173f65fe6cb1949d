/* error: field path: record(below) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(record(below), path)
TSFN_RECORD(match, MATCH)

#define BELOW(FIELD) FIELD(u32, line)
TSFN_RECORD(below, BELOW)
