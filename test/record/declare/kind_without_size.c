/* error: field path: there is no kind text */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(text, path)
TSFN_RECORD(match, MATCH)
