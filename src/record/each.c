/* SPDX-License-Identifier: MIT */
#include "record/each.h"

#include "crossing/lone.h"
#include "crossing/runs.h"
#include "node/exception.h"
#include "record/runner.h"

/* Records of a run from which on a function gets a runner, and from which on it
   uses the one that it has. Making a runner costs as much as about 300
   conversions by Node-API, entering it as much as 3. So a function gets one
   when a drain first brings 64 records, and uses it from then on for runs of 4
   and more. */
#define RUN_MIN_TO_CREATE 64u
#define RUN_MIN_TO_ENTER 4u

/* Limits of outlet->run_max, the most records of the next run. A run is copied
   into columns as a whole, so what the budget cuts off of it was copied for
   nothing. Therefore the next run is not longer than what was done of this one;
   it doubles while runs are done in full. */
#define RUN_MAX_LEAST 16u
#define RUN_MAX_MOST 4096u

/* The first run may have as many records as make a runner worth it. */
static void
open_each(struct tsfn__outlet *outlet) {
  outlet->lone = tsfn__lone_get(outlet);
  outlet->run_max = RUN_MIN_TO_CREATE;
}

/* Records that make a runner worth it. A run ends where its block does, and a
   block of large slots has fewer than 64, at least 16. A queue with a small
   bound has smaller blocks; it gets no runner, since its runs are short. */
static size_t
least_to_create(const struct tsfn__outlet *outlet) {
  size_t slots = tsfn__blocks_slots(&outlet->channel.queue.blocks);
  return slots >= RUN_MIN_TO_CREATE / 4 && slots < RUN_MIN_TO_CREATE
             ? slots
             : RUN_MIN_TO_CREATE;
}

/* An item in a box is no record, and goes by itself. */
static bool
each_takes(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  const struct tsfn__outlet *outlet = giving->outlet;
  if (run->kinds[0] != TSFN__ITEM_VALUE || giving->callback == NULL)
    return false;
  return outlet->has_tried
             ? outlet->mode_state != NULL && run->count >= RUN_MIN_TO_ENTER
             : run->count >= least_to_create(outlet);
}

/* Gives the first record by itself. The runner could not convert some record of
   the run, and does not tell which; one by one, the record that is wrong is
   reported as such, and those before and behind it are delivered. */
static enum tsfn__outcome
give_first(struct tsfn__giving *giving) {
  napi_value ignored;
  struct tsfn__run one = tsfn__queue_peek(&giving->outlet->channel.queue);
  (void)tsfn__exception_take(giving->env, &ignored);
  return tsfn__give_some(giving, &one, 1);
}

/* Sets the length of the next run from what was done of this one. */
static void
adapt_run(struct tsfn__outlet *outlet, size_t done, size_t count) {
  if (done < count)
    outlet->run_max = done > RUN_MAX_LEAST ? (uint32_t)done : RUN_MAX_LEAST;
  else if (outlet->run_max < RUN_MAX_MOST)
    outlet->run_max *= 2;
}

/* Delivers one run by the runner, and completes what had its call: the records
   before `done` as delivered, and the one that was under way as the outcome
   says. A tick that threw belongs to no record: it is reported here, inside of
   the crossing (ticks.h). */
static enum tsfn__outcome
give_run(struct tsfn__giving *giving, struct tsfn__runner *runner,
         const struct tsfn__run *run) {
  struct tsfn__runner_end end = tsfn__runner_run(runner, giving, run);
  if (!end.has_begun) return give_first(giving);
  if (end.is_elsewhere) giving->is_over = true;
  adapt_run(giving->outlet, end.done, run->count);
  tsfn__runs_complete(giving, end.done, TSFN_COMPLETION_DELIVERED);
  if (end.outcome == TSFN__OUTCOME_THREW && end.is_in_tick)
    return tsfn__ticks_report(giving->env) == TSFN__TICKS_THREW
               ? TSFN__OUTCOME_FAILED
               : TSFN__OUTCOME_CANNOT_RUN;
  if (end.is_interrupted)
    tsfn__runs_complete(giving, 1, tsfn__outcome_completion(end.outcome));
  return end.outcome;
}

/* A run has no more records than the budget has items left, so that the loop in
   JavaScript never goes beyond the budget. */
static enum tsfn__outcome
give_each(struct tsfn__giving *giving) {
  struct tsfn__outlet *outlet = giving->outlet;
  struct tsfn__run run = tsfn__queue_peek(&outlet->channel.queue);
  struct tsfn__runner *runner = tsfn__runner_get(giving, false);
  if (runner == NULL) return tsfn__give_some(giving, &run, 1);
  if (run.count > giving->budget->items) run.count = giving->budget->items;
  if (run.count > outlet->run_max) run.count = outlet->run_max;
  run.count = tsfn__runner_fit(runner, &run);
  return give_run(giving, runner, &run);
}

const tsfn_delivery tsfn__delivery_each = {
    .name = "TSFN_EACH",
    .wants_record = true,
    .takes_more = true,
    .open = open_each,
    .takes = each_takes,
    .give = give_each,
    .release = tsfn__runner_release,
};
