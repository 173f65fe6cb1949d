/* error: serve run: a signal, a value or an object */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(signal, signal)
TSFN_EXPORT(run, NULL, RUN, promise(void))
TSFN_SERVE(void, run)
