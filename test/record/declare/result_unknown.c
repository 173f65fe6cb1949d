/* error: function run: there is no result strin */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

TSFN_EXPORT(run, NULL, TSFN_NONE, strin)
