/* error: function run: no result is bare_callback */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

TSFN_EXPORT(run, NULL, TSFN_NONE, bare_callback)
