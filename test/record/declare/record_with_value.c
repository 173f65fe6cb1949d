/* error: field any: no record has value */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(value, any)
TSFN_RECORD(match, MATCH)
