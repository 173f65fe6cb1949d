/* error: field db: object(db) is not declared above */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define RUN(ARGUMENT) ARGUMENT(object(db), db)
TSFN_EXPORT(run, NULL, RUN, value)
