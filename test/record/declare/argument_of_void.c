/* error: argument nothing: no argument is void */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(void, nothing)
TSFN_EXPORT(run, NULL, RUN, value)
