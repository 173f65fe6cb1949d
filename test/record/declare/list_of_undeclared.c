/* error: field at: list(record(point)) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(list(record(point)), at)
TSFN_RECORD(match, MATCH)
