/* SPDX-License-Identifier: MIT */
#include "node/deliver.h"

#include "node/bulk.h"
#include "node/exception.h"
#include "node/function.h"
#include "node/host.h"
#include "node/lone.h"
#include "node/turn.h"

/* Handles of so many items are given back together: a scope costs as much as
   two items, and V8 keeps a page of handles at hand. But what they refer to
   lives as long as the scope, so of items that take their time it has fewer:
   the budget's strides have noticed. */
#define ITEMS_IN_SCOPE_MIN 16u
#define ITEMS_IN_SCOPE_MAX 64u

/* --- one crossing -------------------------------------------------------- */

static size_t
items_in_scope(const struct tsfn__turns *self, const struct tsfn__run *run) {
  size_t most = (size_t)self->budget->stride * 2;
  if (most < ITEMS_IN_SCOPE_MIN) most = ITEMS_IN_SCOPE_MIN;
  if (most > ITEMS_IN_SCOPE_MAX) most = ITEMS_IN_SCOPE_MAX;
  return run->count < most ? run->count : most;
}

/* Some of the run, as much as shares a handle scope, or what goes together. */
static enum tsfn__turn
deliver_run(struct tsfn__turns *self, struct tsfn__run *run) {
  if (tsfn__bulk_takes(self, run)) {
    run->count = 0; /* it looks itself */
    return tsfn__bulk_give(self);
  }
  enum tsfn__turn turn = tsfn__turn_take(self, run, items_in_scope(self, run));
  bool has_asked =
      turn != TSFN__TURN_DELIVERED || self->function->environment->can_be_cut;
  return has_asked || tsfn__host_can_run(self->env) ? turn
                                                    : TSFN__TURN_CANNOT_RUN;
}

static bool
begin(struct tsfn__turns *self) {
  tsfn_function *function = self->function;
  bool ticks = function->microtasks == TSFN_MICROTASKS_PER_CALL &&
               function->environment->tick != NULL;
  return tsfn__host_can_run(self->env) &&
         napi_get_undefined(self->env, &self->undefined) == napi_ok &&
         napi_get_null(self->env, &self->null) == napi_ok &&
         (function->callback == NULL ||
          napi_get_reference_value(self->env, function->callback,
                                   &self->callback) == napi_ok) &&
         (!ticks || tsfn__turn_find_tick(self));
}

/* What has come since the drain began goes with it, as far as the budget goes:
   a turn of the loop costs as much as some hundred items. An array or columns
   are one call for each turn. */
static bool
has_more(tsfn_function *function) {
  return function->delivery == TSFN_EACH &&
         tsfn__channel_take_more(&function->channel);
}

/* False: JavaScript cannot run. */
static bool
deliver_all(struct tsfn__turns *self) {
  struct tsfn__queue *queue = &self->function->channel.queue;
  enum tsfn__turn turn = TSFN__TURN_DELIVERED;
  struct tsfn__run run = {.count = 0};
  napi_handle_scope scope;
  if (!begin(self)) return false;
  while (tsfn__turn_goes_on(self, turn)) {
    if (run.count == 0) run = tsfn__queue_peek(queue);
    if (run.count == 0 && has_more(self->function)) continue;
    if (run.count == 0) break;
    if (napi_open_handle_scope(self->env, &scope) != napi_ok) return false;
    turn = deliver_run(self, &run);
    napi_close_handle_scope(self->env, scope);
  }
  return turn != TSFN__TURN_CANNOT_RUN && turn != TSFN__TURN_WAS_CUT;
}

napi_value
tsfn__deliver_trampoline(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct tsfn__environment *environment = data;
  struct tsfn__crossing *crossing = environment->crossing;
  if (crossing == NULL) return NULL; /* called by somebody else */
  environment->crossing = NULL;
  crossing->has_entered = true;
  if (crossing->budget != NULL) {
    struct tsfn__turns turns = {
        .env = env,
        .function = crossing->function,
        .budget = crossing->budget,
        .uncaught = environment->uncaught,
    };
    crossing->cannot_run = !deliver_all(&turns);
  } else {
    crossing->step(env, crossing->function);
  }
  napi_is_exception_pending(env, &crossing->has_thrown);
  return NULL;
}

napi_value
tsfn__deliver_on_uncaught(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct tsfn__environment *environment = data;
  environment->uncaught++;
  if (environment->turns != NULL) tsfn__bulk_stop(environment->turns->function);
  return NULL;
}

/* A throw keeps the host from running nextTick and promise callbacks at the end
   of a crossing. A host without a tick function does at the end of the next. */
static void
run_ticks(tsfn_function *function) {
  struct tsfn__turns turns = {.env = function->environment->env,
                              .function = function};
  if (function->environment->tick != NULL && tsfn__turn_find_tick(&turns))
    (void)tsfn__turn_tick(&turns);
}

/* Without the trampoline, see lone.h. Where it cannot begin nothing is done. */
static napi_status
enter_alone(struct tsfn__crossing *crossing) {
  tsfn_function *function = crossing->function;
  napi_status status = napi_generic_failure;
  tsfn_completion how = TSFN_COMPLETION_DELIVERED;
  enum tsfn__lone_result result =
      tsfn__lone_enter(function, crossing->lone.slots, &status);
  if (result == TSFN__LONE_NOT_BEGUN) return status;
  crossing->has_entered = true;
  if (result == TSFN__LONE_IN_CALLBACK) {
    napi_is_exception_pending(function->environment->env,
                              &crossing->has_thrown);
    crossing->cannot_run = !crossing->has_thrown;
    how = crossing->has_thrown ? TSFN_COMPLETION_THREW
                               : TSFN_COMPLETION_CANNOT_RUN_JS;
  }
  tsfn__channel_complete(&function->channel, &crossing->lone, 1, how);
  tsfn__budget_spend(crossing->budget);
  return status;
}

static napi_status
enter(struct tsfn__crossing *crossing) {
  struct tsfn__environment *environment = crossing->function->environment;
  napi_value trampoline;
  napi_status status = napi_ok;
  if (crossing->lone.count != 0) status = enter_alone(crossing);
  if (crossing->has_entered) return status;
  status = napi_get_reference_value(environment->env, environment->trampoline,
                                    &trampoline);
  if (status != napi_ok) return status;
  environment->crossing = crossing;
  status = tsfn__function_enter(crossing->function, trampoline, NULL);
  environment->crossing = NULL;
  return status;
}

/* Enters JavaScript. A throw is reported before it returns. False: JavaScript
   cannot run. */
static bool
cross(struct tsfn__crossing *crossing) {
  tsfn_function *function = crossing->function;
  napi_env env = function->environment->env;
  napi_value error;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  napi_status status = enter(crossing);
  bool can_go_on = crossing->has_entered && !crossing->cannot_run;
  if (tsfn__exception_take(env, &error)) {
    /* What a tick at the crossing's end threw is nobody's own: the host's stack
       of async ids has the tick's, and only its report takes that off. */
    if (crossing->has_thrown)
      tsfn__exception_report(function, error);
    else
      napi_fatal_exception(env, error);
    if (function->microtasks == TSFN_MICROTASKS_PER_CALL) run_ticks(function);
  } else if (status != napi_ok) {
    can_go_on = false;
  }
  napi_close_handle_scope(env, scope);
  return can_go_on;
}

/* --- one drain ----------------------------------------------------------- */

/* A host may wait for native work before it runs any cleanup hook (Node does
   for napi_create_async_work): producers must hear of the end now. */
static void
give_up(struct tsfn__channel *channel) {
  struct tsfn__environment *environment =
      tsfn__function_of(channel)->environment;
  struct tsfn__run run;
  while ((run = tsfn__queue_peek(&channel->queue)).count != 0)
    tsfn__channel_complete(channel, &run, run.count,
                           TSFN_COMPLETION_CANNOT_RUN_JS);
  if (environment->is_node && tsfn__host_can_run(environment->env)) return;
  tsfn__channel_orphan(channel, TSFN_COMPLETION_CANNOT_RUN_JS);
}

void
tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct tsfn__crossing crossing = {.function = tsfn__function_of(channel),
                                    .budget = budget};
  struct tsfn__run run = tsfn__queue_peek(&channel->queue);
  /* Not a second time in a drain: what comes one by one while it goes on is for
     one crossing. */
  if (tsfn__lone_takes(crossing.function, &run)) crossing.lone = run;
  while (run.count != 0 && !tsfn__budget_is_spent(budget) &&
         !tsfn__lifecycle_is_stopped(&channel->lifecycle)) {
    if (!cross(&crossing)) {
      give_up(channel);
      return;
    }
    crossing = (struct tsfn__crossing){.function = crossing.function,
                                       .budget = budget};
    run = tsfn__queue_peek(&channel->queue);
  }
}

bool
tsfn__deliver_step(tsfn_function *function,
                   void (*step)(napi_env env, tsfn_function *function)) {
  struct tsfn__crossing crossing = {.function = function, .step = step};
  return !function->environment->is_gone && cross(&crossing);
}
