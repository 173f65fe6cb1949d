/* SPDX-License-Identifier: MIT */
#include "record/together.h"

#include "crossing/runs.h"

/* Records in a function's first call, of which nothing is known: with the
   default budget of 2 milliseconds a callback may take 4 microseconds for
   each. */
#define CALL_FIRST 512u

bool
tsfn__together_takes(const struct tsfn__giving *giving,
                     const struct tsfn__run *run) {
  (void)giving;
  return run->kinds[0] == TSFN__ITEM_VALUE;
}

/* Sets how many records the next call may have from the time that this one
   took. A call that was too long makes the next one as long as would have fit;
   a full call that was in time doubles it. */
static void
adapt_call(struct tsfn__outlet *outlet, size_t count, uint64_t nanoseconds) {
  double budget = (double)outlet->budget_nanoseconds;
  if ((double)nanoseconds > budget) {
    uint32_t fit = (uint32_t)((double)count * budget / (double)nanoseconds);
    outlet->run_max = fit != 0 ? fit : 1;
  } else if (count == outlet->run_max && count < UINT32_MAX / 2) {
    outlet->run_max *= 2;
  }
}

enum tsfn__outcome
tsfn__together_give(struct tsfn__giving *giving, tsfn__together_fit fit,
                    tsfn__together_call call) {
  struct tsfn__outlet *outlet = giving->outlet;
  size_t count = tsfn__runs_count(giving);
  if (outlet->run_max == 0) outlet->run_max = CALL_FIRST;
  size_t most = count > outlet->run_max ? outlet->run_max : count;
  if (fit != NULL) most = fit(giving, most);
  bool is_shortened = most < count;
  count = most;
  uint64_t start = tsfn__os_now();
  enum tsfn__outcome outcome = call(giving, count);
  adapt_call(outlet, count, tsfn__os_now() - start);
  tsfn__runs_complete(giving, count, tsfn__outcome_completion(outcome));
  (void)tsfn__budget_ask(giving->budget, (uint32_t)count);
  /* A drain makes one call; the records that were left out would be another. */
  if (is_shortened) tsfn__budget_end(giving->budget);
  return tsfn__give_end(giving, outcome);
}
