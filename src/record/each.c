/* SPDX-License-Identifier: MIT */
#include "record/each.h"

#include "crossing/lone.h"
#include "crossing/runs.h"
#include "record/runner.h"

/* The most records of a run. */
#define RUN_MAX 4096u

/* The first run may have as many records as make a runner worth it. */
static void
open_each(struct tsfn__outlet *outlet) {
  outlet->lone = tsfn__lone_get(outlet);
  outlet->run_max = TSFN__RUNNER_RUN_MIN;
}

/* How the first item shares a call, where it is in a box. NULL: it is in none,
   or goes by itself. */
static const tsfn_delivery *
mode_of_boxes(const struct tsfn__run *run) {
  return tsfn__item_is_box((enum tsfn__item_kind)run->kinds[0])
             ? tsfn__item_box(run->slots)->ops->together
             : NULL;
}

static bool
each_takes(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  const struct tsfn__outlet *outlet = giving->outlet;
  if (giving->callback == NULL) return false;
  if (run->kinds[0] != TSFN__ITEM_VALUE) {
    const tsfn_delivery *boxes = mode_of_boxes(run);
    return boxes != NULL && boxes->takes(giving, run);
  }
  return outlet->has_tried ? outlet->mode_state != NULL &&
                                 run->count >= TSFN__RUNNER_RUN_MIN_TO_ENTER
                           : run->count >= tsfn__runner_least_to_make(outlet);
}

/* Delivers one run by the runner, and completes what had its call: the records
   before `done` as delivered, and the one that was under way as the outcome
   says. A tick that threw belongs to no record: it is reported here, inside of
   the crossing (ticks.h). A runner that could not convert some record of the
   run does not tell which; one by one, the record that is wrong is reported as
   such, and those before and behind it are delivered. */
static enum tsfn__outcome
give_run(struct tsfn__giving *giving, struct tsfn__runner *runner,
         const struct tsfn__run *run) {
  struct tsfn__runner_end end = tsfn__runner_run(runner, giving, run);
  if (!end.has_begun) return tsfn__runs_give_first(giving);
  if (end.is_elsewhere) giving->is_over = true;
  giving->outlet->run_max = tsfn__runner_next_run(
      giving->outlet->run_max, end.done, run->count, RUN_MAX);
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
  const tsfn_delivery *boxes = mode_of_boxes(&run);
  if (boxes != NULL) return boxes->give(giving);
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
