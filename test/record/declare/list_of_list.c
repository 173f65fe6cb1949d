/* error: field rows: there is no kind list(list(u32)) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(list(list(u32)), rows)
TSFN_RECORD(match, MATCH)
