/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RUNNER_H
#define TSFN__RUNNER_H

/* A runner is a piece of JavaScript that makes the calls for many records, so
   that C enters JavaScript once for all of them. It serves two modes:
   TSFN_EACH, where it calls the author's callback for each record, and
   TSFN_BATCH, where it puts the records into an array (here: a list). And it
   calls for records that somebody else has in boxes, who gets what the callback
   returns: a sink.

     C copies a run of slots into columns (column.h, joined.h, views.h)
     the script runs over them: [ index ++, callback ]*
        now and then it asks C whether to go on
     C completes the run's items

   The text of the script is written for one function and its callback
   (script.h), so that the engine can inline the one into the other; one script
   for several callbacks would be half as fast.

   each.c and list.c use it, and answer/replies.c with a sink. Loop thread,
   inside of a crossing; it blocks as long as the callbacks run. It knows the
   outlet, the budget and columns, and does not complete items. */

#include "crossing/give.h"

struct tsfn__runner;

/* Records of a run from which on a function gets a runner, and from which on it
   uses the one that it has. Making a runner costs as much as about 300
   conversions by Node-API, entering it as much as 3. So a function gets one
   when a drain first brings 64 records, and uses it from then on for runs of 4
   and more. */
#define TSFN__RUNNER_RUN_MIN 64u
#define TSFN__RUNNER_RUN_MIN_TO_ENTER 4u

/* The least that the most records of a run may be. */
#define TSFN__RUNNER_RUN_LEAST 16u

/* The first of the two for this outlet. A run ends where its block does, and a
   block of large slots has fewer than 64, at least 16. A queue with a small
   bound has smaller blocks; it gets no runner, since its runs are short. */
static inline size_t
tsfn__runner_least_to_make(const struct tsfn__outlet *outlet) {
  size_t slots = tsfn__blocks_slots(&outlet->channel.queue.blocks);
  return slots >= TSFN__RUNNER_RUN_MIN / 4 && slots < TSFN__RUNNER_RUN_MIN
             ? slots
             : TSFN__RUNNER_RUN_MIN;
}

/* The most records of the next run, where the last one could have had `last`
   and `done` of its `count` were done; at most `most`. A run is converted as a
   whole, so what the budget cuts off of it was converted for nothing. Therefore
   the next one is not longer than what was done of this one; it doubles while
   runs are done in full. */
static inline uint32_t
tsfn__runner_next_run(uint32_t last, size_t done, size_t count, uint32_t most) {
  uint32_t next = done < count ? (uint32_t)done : last * 2;
  if (next < TSFN__RUNNER_RUN_LEAST) next = TSFN__RUNNER_RUN_LEAST;
  return next < most ? next : most;
}

/* Who takes the results of the calls, by the function `keep` of the script:
   (index, threw, value) => undefined. */
struct tsfn__sink {
  /* The script has come to record `index`: those before it have had their call.
     Answers how far it may go on, at most to `limit`; `index`: it returns. */
  uint32_t (*reach)(struct tsfn__sink *self, uint32_t index, uint32_t limit);
};

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

/* Makes a runner with a sink, whose calls have no nextTick and promise
   callbacks in between; `keep` is its function. The caller destroys it. NULL as
   above. */
struct tsfn__runner *tsfn__runner_make(const struct tsfn__giving *giving,
                                       struct tsfn__sink *sink,
                                       napi_value keep);

/* JavaScript need not be able to run. */
void tsfn__runner_destroy(struct tsfn__runner *self, napi_env env);

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
