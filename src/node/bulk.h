/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BULK_H
#define TSFN__BULK_H

/* Many items in one turn: the delivery modes that are not one item, one call
   from C. Loop thread, inside a crossing.

     TSFN_EACH      a loop in JavaScript calls the callback for each record of a
                    run; a short run, and items that are no records, go one by
                    one (turn.h)
     TSFN_BATCH     one call with an array of what the drain brings
     TSFN_COLUMNS   one call with a typed array for each field
     TSFN_LATEST    one call with the newest; the others complete as dropped

   Errors, pointers and per-call callbacks end a batch: the order of delivery is
   that of the queue. */

#include "node/turn.h"

/* Whether what stands first in the queue is for tsfn__bulk_give. `run` is what
   peek shows, not empty. */
bool tsfn__bulk_takes(const struct tsfn__turns *self,
                      const struct tsfn__run *run);

/* Gives and completes one or more items. Any answer but DELIVERED ends the
   crossing. */
enum tsfn__turn tsfn__bulk_give(struct tsfn__turns *self);

/* The function that a loop asks for its budget, one for each environment; its
   data is the environment. */
napi_value tsfn__bulk_check(napi_env env, napi_callback_info info);

/* Loop thread: the function's callback aborts it. */
void tsfn__bulk_stop(tsfn_function *function);

/* Loop thread: the function ends. */
void tsfn__bulk_release(tsfn_function *function);

#endif
