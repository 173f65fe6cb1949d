/* error: enum color: an enum has at least one value */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define COLORS(VALUE)
TSFN_ENUM(color, COLORS)
