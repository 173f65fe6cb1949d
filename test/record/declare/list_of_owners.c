/* error: field blobs: list(record(blob)) would be a list of memory it owns */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define BLOB(FIELD) FIELD(owned, data)
TSFN_RECORD(blob, BLOB)

#define MATCH(FIELD) FIELD(u32, line) FIELD(list(record(blob)), blobs)
TSFN_RECORD(match, MATCH)
