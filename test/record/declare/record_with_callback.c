/* error: field each: no record has bare_callback */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(bare_callback, each)
TSFN_RECORD(match, MATCH)
