/* error: field path: the size in text(0) must be 1 or more */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(text(0), path)
TSFN_RECORD(match, MATCH)
