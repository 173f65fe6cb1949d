/* error: arguments options: there is at least one */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define OPTIONS(ARGUMENT)
TSFN_ARGUMENTS(options, OPTIONS)
