/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RUNNER_H
#define TSFN__RUNNER_H

/* A runner is a piece of JavaScript that makes the calls for many records, so
   that C enters JavaScript once for all of them. It serves two modes:
   TSFN_EACH, where it calls the author's callback for each record, and
   TSFN_BATCH, where it puts the records into an array (here: a list).

     C copies a run of slots into columns (column.h, joined.h, views.h)
     the script runs over them: [ index ++, callback ]*
        now and then it asks C whether to go on
     C completes the run's items

   The text of the script is written for one function and its callback
   (script.h), so that the engine can inline the one into the other; one script
   for several callbacks would be half as fast.

   each.c and list.c use it. Loop thread, inside of a crossing; it blocks as
   long as the callbacks run. It knows the outlet, the budget and columns, and
   does not complete items. */

#include "crossing/give.h"

struct tsfn__runner;

/* What became of a run. */
struct tsfn__runner_end {
  /* False: a record could not be converted, and no callback was called. Memory
     that the records own may have moved to JavaScript and is gone. An exception
     may be pending. */
  bool has_begun;

  enum tsfn__outcome outcome;
  size_t done; /* records that have had their call */

  /* Record number `done` was under way when the run ended: its callback threw,
     or JavaScript was ended in it. */
  bool is_interrupted;

  bool is_in_tick;   /* what threw is a nextTick or promise callback */
  bool is_elsewhere; /* the last record left another async context */
};

/* Answers the outlet's runner, which is made at the first call and kept in
   mode_state. NULL: this host runs no script of ours, the records cannot go
   this way, or out of memory; it is not tried again. No exception is
   pending. */
struct tsfn__runner *tsfn__runner_get(const struct tsfn__giving *giving,
                                      bool is_list);

/* How many records of a run to run over at once: not so many that the memory
   that is made for their bytes is out of the processor's cache before the
   callback sees it. At least 1. */
size_t tsfn__runner_fit(const struct tsfn__runner *self,
                        const struct tsfn__run *run);

/* Runs over a run of records; `count` is at most what the budget has left. When
   it returns, the budget has been charged for those that are done; a list's
   records are charged with its call. Memory that the records own moves to
   JavaScript. */
struct tsfn__runner_end tsfn__runner_run(struct tsfn__runner *self,
                                         const struct tsfn__giving *giving,
                                         const struct tsfn__run *run);

/* Of a list: calls the callback with all that the runs have put into the array,
   and begins a new array. The status is the host's. */
napi_status tsfn__runner_flush(struct tsfn__runner *self, napi_env env);

/* tsfn_delivery.release of both modes. JavaScript need not be able to run. */
void tsfn__runner_release(struct tsfn__outlet *outlet);

#endif
