/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RUNS_H
#define TSFN__RUNS_H

/* The items at the head of the queue that may share a call, over several runs:
   a run ends where its block of memory does. Modes use it (latest.c does not,
   since it takes values of every kind). Loop thread, inside of a crossing. */

#include "crossing/give.h"

/* How many items stand first in the queue that are VALUEs, at most as many as
   the item budget has left. The first item has been peeked and is a VALUE. */
size_t tsfn__runs_count(const struct tsfn__giving *self);

/* The run behind the first `skip` of `count` items that were counted so. */
struct tsfn__run tsfn__runs_next(const struct tsfn__giving *self, size_t skip,
                                 size_t count);

/* Completes the first `count` items of those that were counted so. */
void tsfn__runs_complete(const struct tsfn__giving *self, size_t count,
                         tsfn_completion how);

/* Gives the first item by itself, after several together have failed; an
   exception that this has left is dropped. */
enum tsfn__outcome tsfn__runs_give_first(struct tsfn__giving *self);

/* The outcome of a call into JavaScript that answered `status`. Without a
   pending exception a failure means that JavaScript cannot run. */
enum tsfn__outcome tsfn__runs_outcome(const struct tsfn__giving *self,
                                      napi_status status);

#endif
