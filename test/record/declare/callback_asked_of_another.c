/* error: the ask in callback(report, asked(item)) is of another record */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define ITEM(FIELD) FIELD(u32, number)
TSFN_RECORD(item, ITEM)
TSFN_ASK(item, bool)
#define REPORT(FIELD) FIELD(u32, done)
TSFN_RECORD(report, REPORT)
#define RUN(ARGUMENT) ARGUMENT(callback(report, asked(item)), each)
TSFN_EXPORT(run, NULL, RUN, void)
