/* error: field code: the size in optional(text(0)) must be 1 or more */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(optional(text(0)), code)
TSFN_RECORD(match, MATCH)
