/* error: field each: callback(match) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(callback(match), each)
TSFN_EXPORT(run, NULL, RUN, value)
