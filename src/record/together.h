/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TOGETHER_H
#define TSFN__TOGETHER_H

/* Many records in one call of the callback, an array or columns, which no
   budget can cut while it runs. So a call carries what earlier calls let expect
   within the budget's time; only the first one of a function whose callback is
   slow takes too long. Loop thread, inside of a crossing. */

#include "crossing/give.h"

/* Makes the call with the first `count` records of the queue. */
typedef enum tsfn__outcome (*tsfn__together_call)(struct tsfn__giving *giving,
                                                  size_t count);

/* Gives what stands first, by one call, and completes it. */
enum tsfn__outcome tsfn__together_give(struct tsfn__giving *giving,
                                       tsfn__together_call call);

/* tsfn_delivery.takes of both modes. */
bool tsfn__together_takes(const struct tsfn__giving *giving,
                          const struct tsfn__run *run);

#endif
