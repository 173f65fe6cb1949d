/* error: field path: there is no kind strin */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(strin, path)
TSFN_RECORD(match, MATCH)
