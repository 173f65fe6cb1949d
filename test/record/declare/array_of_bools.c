/* error: field path: there is no kind array(bool, 2) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(array(bool, 2), path)
TSFN_RECORD(match, MATCH)
