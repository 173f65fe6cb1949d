/* error: field blobs: there is no kind list(owned) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define MATCH(FIELD) FIELD(u32, line) FIELD(list(owned), blobs)
TSFN_RECORD(match, MATCH)
