/* error: field line2: there is no kind nonnull(u32) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(nonnull(u32), line2)
TSFN_RECORD(match, MATCH)
