/* error: serve run: its result is no promise(kind) */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

TSFN_EXPORT(run, NULL, TSFN_NONE, u32)
TSFN_SERVE(void, run)
