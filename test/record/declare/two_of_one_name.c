/* error: path */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, path) FIELD(string, path)
TSFN_RECORD(match, MATCH)
