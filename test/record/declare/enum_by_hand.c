/* error: field path: enum(shade) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

enum shade { shade_dark, shade_light };
#define MATCH(FIELD) FIELD(u32, line) FIELD(enum(shade), path)
TSFN_RECORD(match, MATCH)
