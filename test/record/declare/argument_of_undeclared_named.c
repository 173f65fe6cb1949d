/* error: field options: named(options) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(named(options), options)
TSFN_EXPORT(run, NULL, RUN, value)
