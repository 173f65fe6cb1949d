/* error: field path: the size in text(-1) must be 1 or more */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(text(-1), path)
TSFN_RECORD(match, MATCH)
