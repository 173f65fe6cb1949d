/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RUNNER_H
#define TSFN__RUNNER_H

/* A piece of JavaScript that makes the calls for many records, so that C enters
   JavaScript once for all of them. It serves two modes: TSFN_EACH, where it
   calls the author's callback for each record, and TSFN_BATCH, where it puts
   them into an array.

     C copies a run of slots into columns (column.h, joined.h)
     run [ index ++, callback ]*      asks C now and then whether to go on
     the run's items end

   The script is written for one function and its callback (script.h), so that
   the engine can inline the one into the other; one script for several
   callbacks would be half as fast. Loop thread, inside of a crossing. */

#include "crossing/give.h"

struct tsfn__runner;

/* What became of a run. */
struct tsfn__runner_end {
  bool has_begun; /* false: a record could not be converted, and no callback was
                     called; memory that records own may have moved */
  enum tsfn__outcome outcome;
  size_t done;         /* records that have had their call */
  bool is_interrupted; /* record number `done` was under way when it ended */
  bool is_in_tick;     /* what threw is a nextTick or promise callback */
  bool is_elsewhere;   /* the last record left another async context */
};

/* The outlet's runner, kept in its mode_state, made at the first call. NULL:
   this host runs no script of ours, or out of memory; it is not tried again. No
   exception is pending. */
struct tsfn__runner *tsfn__runner_get(const struct tsfn__giving *giving,
                                      bool is_list);

/* Runs over a run of records. The budget has been charged for those that are
   done; of a list it is charged with the call. Memory that the records own
   moves to JavaScript. */
struct tsfn__runner_end tsfn__runner_run(struct tsfn__runner *self,
                                         const struct tsfn__giving *giving,
                                         const struct tsfn__run *run);

/* Of a list: calls the callback with what the runs have put together. */
napi_status tsfn__runner_flush(struct tsfn__runner *self, napi_env env);

/* tsfn_delivery.stop and .release of both modes. */
void tsfn__runner_stop(struct tsfn__outlet *outlet);
void tsfn__runner_release(struct tsfn__outlet *outlet);

#endif
