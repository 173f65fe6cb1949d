/* error: record match: a record has at least one field */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD)
TSFN_RECORD(match, MATCH)
