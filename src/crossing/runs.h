/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RUNS_H
#define TSFN__RUNS_H

/* The items at the head of the queue that may share a call, over several runs:
   a run ends where its block of memory does. For modes; loop thread, inside of
   a crossing. */

#include "crossing/give.h"

/* How many items stand first whose kinds are all VALUE, at most as many as the
   item budget allows. */
size_t tsfn__runs_count(const struct tsfn__giving *self);

/* Of `count` items that were counted so, the run behind the first `skip`. */
struct tsfn__run tsfn__runs_next(const struct tsfn__giving *self, size_t skip,
                                 size_t count);

/* Completes `count` items that were counted so. */
void tsfn__runs_complete(const struct tsfn__giving *self, size_t count,
                         tsfn_completion how);

/* How a call of JavaScript with this status ended. */
enum tsfn__outcome tsfn__runs_outcome(const struct tsfn__giving *self,
                                      napi_status status);

#endif
