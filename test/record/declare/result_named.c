/* error: function run: no result is named(options) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define OPTIONS(ARGUMENT) ARGUMENT(optional(u32), limit)
TSFN_ARGUMENTS(options, OPTIONS)
TSFN_EXPORT(run, NULL, TSFN_NONE, named(options))
