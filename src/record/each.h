/* SPDX-License-Identifier: MIT */
#ifndef TSFN__EACH_H
#define TSFN__EACH_H

/* TSFN_EACH of records: each record is a call, many of which are made by a loop
   in JavaScript (runner.h). Short runs, and what is no record, go one by one; a
   record that comes alone has a crossing of its own (crossing/lone.h). */

#include "crossing/mode.h"

extern const tsfn_delivery tsfn__delivery_each;

#endif
