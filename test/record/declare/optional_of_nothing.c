/* error: field port: there is no kind optional(nothing) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(optional(nothing), port)
TSFN_RECORD(match, MATCH)
