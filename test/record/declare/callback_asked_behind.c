/* error: tsfn__asked_must_be_the_first_word */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define ITEM(FIELD) FIELD(u32, number)
TSFN_RECORD(item, ITEM)
TSFN_ASK(item, bool)
#define RUN(ARGUMENT) ARGUMENT(callback(item, values_only, asked(item)), each)
TSFN_EXPORT(run, NULL, RUN, void)
