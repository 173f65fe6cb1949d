/* error: field path: there is no kind strin */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(strin, path)
TSFN_EXPORT(run, NULL, RUN, value)
