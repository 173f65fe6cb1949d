/* error: field path: record(nowhere) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(record(nowhere), path)
TSFN_RECORD(match, MATCH)
