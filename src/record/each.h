/* SPDX-License-Identifier: MIT */
#ifndef TSFN__EACH_H
#define TSFN__EACH_H

/* TSFN_EACH of records, a mode: each record is a call, many of which are made
   by a loop in JavaScript (runner.h).

     of a run         without a runner         with a runner
     1 record alone   a crossing of its own (crossing/lone.h)
     1 to 3           one by one               one by one
     4 to 63          one by one               the runner
     64 and more      a runner is made         the runner

   Items in boxes go one by one, unless their operations have a `together`
   (item.h). Where no runner can be made all records go one by one.

   The codec names this mode, so that every addon with records has it. Loop
   thread, inside of a crossing. */

#include "crossing/mode.h"

extern const tsfn_delivery tsfn__delivery_each;

#endif
