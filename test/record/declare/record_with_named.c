/* error: field options: no record has named(options) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define OPTIONS(ARGUMENT) ARGUMENT(optional(u32), limit)
TSFN_ARGUMENTS(options, OPTIONS)
#define MATCH(FIELD) FIELD(named(options), options)
TSFN_RECORD(match, MATCH)
