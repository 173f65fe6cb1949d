/* error: field path: there is no kind number(f64) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(number(f64), path)
TSFN_RECORD(match, MATCH)
