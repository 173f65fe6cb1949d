/* error: field path: record(match) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(record(match), path)
TSFN_RECORD(match, MATCH)
