/* error: tsfn__a_delivery_must_be_the_only_first_word */
/* SPDX-License-Identifier: MIT */

#include <tsfn.h>

#define ITEM(FIELD) FIELD(u32, number)
TSFN_RECORD(item, ITEM)
#define RUN(ARGUMENT) ARGUMENT(callback(item, values_only, batch), each)
TSFN_EXPORT(run, NULL, RUN, void)
