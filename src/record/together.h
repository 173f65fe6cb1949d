/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TOGETHER_H
#define TSFN__TOGETHER_H

/* Many records in one call of the callback: an array (list.c) or columns
   (columns.c, packed.c). No budget can cut such a call while it runs. So a call
   has as many records as earlier calls suggest will fit into the budget's time;
   only the first call of a function whose callback is slow takes too long. That
   call has 512 records at the most.

   All records of a call end alike: the callback has had them, or none of them.
   Loop thread, inside of a crossing. */

#include "crossing/give.h"

/* Makes one call with the first `count` records of the queue, which are peeked
   and not completed. Answers how the call ended. */
typedef enum tsfn__outcome (*tsfn__together_call)(struct tsfn__giving *giving,
                                                  size_t count);

/* Answers how many of the first `count` records the call may have; at least
   1. */
typedef size_t (*tsfn__together_fit)(struct tsfn__giving *giving, size_t count);

/* Does the work of tsfn_delivery.give for these modes: decides how many records
   go, makes the call, completes them, charges the budget. `fit` NULL: the call
   may have any number. */
enum tsfn__outcome tsfn__together_give(struct tsfn__giving *giving,
                                       tsfn__together_fit fit,
                                       tsfn__together_call call);

/* tsfn_delivery.takes of these modes: records are taken, anything else goes one
   by one, in its place in the order. */
bool tsfn__together_takes(const struct tsfn__giving *giving,
                          const struct tsfn__run *run);

#endif
