/* error: serve run: a signal, a value or an object */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define OPTIONS(ARGUMENT) ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(options, OPTIONS)
#define RUN(ARGUMENT) ARGUMENT(named(options), options)
TSFN_EXPORT(run, NULL, RUN, promise(void))
TSFN_SERVE(void, run)
