/* SPDX-License-Identifier: MIT */
#include "crossing/deliver.h"

#include "crossing/crossing.h"
#include "crossing/give.h"
#include "crossing/lone.h"
#include "node/host.h"

/* The items of one handle scope: 16 to 64. A scope costs as much as two items,
   and V8 keeps a page of handles at hand, so several items share one. But what
   the handles refer to lives as long as the scope, so slow items get a scope of
   fewer: the budget's stride is short for them. */
#define ITEMS_IN_SCOPE_MIN 16u
#define ITEMS_IN_SCOPE_MAX 64u

/* --- inside of a crossing ------------------------------------------------ */

/* Two strides of the budget, within the limits above and the run. */
static size_t
items_in_scope(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  size_t most = (size_t)giving->budget->stride * 2;
  if (most < ITEMS_IN_SCOPE_MIN) most = ITEMS_IN_SCOPE_MIN;
  if (most > ITEMS_IN_SCOPE_MAX) most = ITEMS_IN_SCOPE_MAX;
  return run->count < most ? run->count : most;
}

/* Delivers a part of the run: the items that share a handle scope, or those
   that the mode gives together. On the main thread it then asks, once for the
   whole scope, whether JavaScript can still run: the items of a call_js do not
   tell (outcome_of_call_js in give.c). */
static enum tsfn__outcome
deliver_some(struct tsfn__giving *giving, struct tsfn__run *run) {
  const tsfn_delivery *mode = giving->outlet->mode;
  if (mode != NULL && mode->takes(giving, run)) {
    run->count = 0; /* the mode has peeked by itself, and consumed items */
    return mode->give(giving);
  }
  enum tsfn__outcome outcome =
      tsfn__give_some(giving, run, items_in_scope(giving, run));
  bool has_asked = outcome != TSFN__OUTCOME_DELIVERED ||
                   giving->outlet->realm->can_be_interrupted;
  return has_asked || tsfn__host_can_run(giving->env)
             ? outcome
             : TSFN__OUTCOME_CANNOT_RUN;
}

/* Takes what has come since the drain began, so that the drain goes on while
   its budget lasts: a turn of the event loop costs as much as 100 items and
   more. A mode that makes one call for each drain (an array, columns) leaves
   later items to the next drain. */
static bool
take_more(struct tsfn__outlet *outlet) {
  return (outlet->mode == NULL || outlet->mode->takes_more) &&
         tsfn__channel_take_more(&outlet->channel);
}

/* The body of a drain's crossing; `data` is the drain's budget. Goes on until
   the queue has nothing published, the budget is spent, an outcome ends the
   crossing, or the function is aborted. False: JavaScript cannot run. */
static bool
deliver_all(napi_env env, struct tsfn__outlet *outlet, void *data) {
  struct tsfn__queue *queue = &outlet->channel.queue;
  enum tsfn__outcome outcome = TSFN__OUTCOME_DELIVERED;
  struct tsfn__run run = {.count = 0};
  struct tsfn__giving giving;
  napi_handle_scope scope;
  if (!tsfn__give_begin(&giving, env, outlet, data)) return false;
  while (tsfn__give_goes_on(&giving, outcome)) {
    if (run.count == 0) run = tsfn__queue_peek(queue);
    if (run.count == 0 && take_more(outlet)) continue;
    if (run.count == 0) break;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
    outcome = deliver_some(&giving, &run);
    napi_close_handle_scope(env, scope);
  }
  return outcome != TSFN__OUTCOME_CANNOT_RUN &&
         outcome != TSFN__OUTCOME_INTERRUPTED;
}

/* --- one drain ----------------------------------------------------------- */

/* Ends the drain where JavaScript can run no longer: completes what was taken,
   and orphans the channel at once instead of leaving that to the environment's
   cleanup hook. The host may wait for native work before it runs any cleanup
   hook (Node does for napi_create_async_work), and producers must hear of the
   end now. Where Node says that JavaScript still runs, the host refused one
   crossing only, and the channel stays open. Bun and Deno say so even in a
   worker that is being ended, so their answer is not asked for. */
static void
give_up(struct tsfn__outlet *outlet) {
  struct tsfn__channel *channel = &outlet->channel;
  struct tsfn__run run;
  while ((run = tsfn__queue_peek(&channel->queue)).count != 0)
    tsfn__channel_complete(channel, &run, run.count,
                           TSFN_COMPLETION_CANNOT_RUN_JS);
  if (outlet->realm->is_node && tsfn__host_can_run(outlet->realm->env)) return;
  tsfn__channel_orphan(channel, TSFN_COMPLETION_CANNOT_RUN_JS);
}

/* Only the first crossing of a drain may be a lone record's: what is left after
   a crossing came with it, or after it. */
void
tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct tsfn__outlet *outlet = tsfn__outlet_of(channel);
  struct tsfn__run run = tsfn__queue_peek(&channel->queue);
  bool is_alone = tsfn__lone_takes(outlet, &run);
  while (run.count != 0 && !tsfn__budget_is_spent(budget) &&
         !tsfn__lifecycle_is_stopped(&channel->lifecycle)) {
    enum tsfn__crossing_end end = TSFN__CROSSING_NOT_ENTERED;
    if (is_alone) end = outlet->lone->cross(outlet, &run, budget);
    if (end == TSFN__CROSSING_NOT_ENTERED)
      end = tsfn__crossing_run(outlet, deliver_all, budget);
    if (!tsfn__crossing_goes_on(end)) {
      give_up(outlet);
      return;
    }
    is_alone = false;
    run = tsfn__queue_peek(&channel->queue);
  }
}
