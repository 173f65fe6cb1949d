/* SPDX-License-Identifier: MIT */
#ifndef TSFN__REPLIES_H
#define TSFN__REPLIES_H

/* Many tickets in one call of JavaScript, where many stand in the queue. A
   runner (record/runner.h) calls the callback for each, and its script keeps
   what that returns:

     script   check(0)  0  check(1)  1 2  check(3)  3 4 5 6  check(7) ...
     C        claims 0     answers 0      answers 1, 2
                           claims 1, 2    claims 3 to 6

     a number, a boolean, undefined   is left in memory, and answered when the
                                      script asks the next time
     all else, and what was thrown    is answered at once: JavaScript may change
                                      an object until then

   So a reply waits for GROUP_MAX - 1 other calls at the most (replies.c).
   Microtasks that run after each call would have to see their reply answered;
   there each ticket goes by itself.

   Loop thread, inside of a crossing. ask.c names it in the operations of a
   ticket; the function that is asked has its runner in an attachment. */

#include "crossing/mode.h"

/* tsfn__box_ops.together of a ticket: `takes` and `give`. */
extern const tsfn_delivery tsfn__replies_together;

#endif
