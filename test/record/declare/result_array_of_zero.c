/* error: function run: the size in array(f32, 0) must be 1 or more */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

TSFN_EXPORT(run, NULL, TSFN_NONE, array(f32, 0))
