/* SPDX-License-Identifier: MIT */
#include "node/deliver.h"

#include "node/arguments.h"
#include "node/exception.h"
#include "node/function.h"
#include "node/item.h"

/* Handles of so many items are given back together: a scope costs as much as a
   few handles, and V8 keeps a page of them at hand. */
#define ITEMS_IN_SCOPE 16u

/* How one item's turn ended. */
enum turn {
  TURN_DELIVERED,
  TURN_THREW,      /* an exception is pending: the callback's */
  TURN_FAILED,     /* something else threw: it is pending, or reported */
  TURN_CANNOT_RUN, /* JavaScript cannot run; call_js was not called */
  TURN_WAS_CUT     /* JavaScript stopped in the middle of the item */
};

/* What the items of one crossing share. */
struct delivery {
  napi_env env;
  tsfn_function *function;
  napi_value callback; /* NULL: none */
  napi_value undefined;
  napi_value null;
};

/* --- one item ------------------------------------------------------------ */

/* napi_coerce_to_bool does nothing to a boolean, and answers whether
   JavaScript can run: at the end of a worker a callback gets an env that is
   valid and whose calls all fail. */
static bool
can_run(const struct delivery *self, napi_value boolean) {
  napi_value ignored;
  return napi_coerce_to_bool(self->env, boolean, &ignored) == napi_ok;
}

static bool
is_pending(napi_env env) {
  bool pending;
  return napi_is_exception_pending(env, &pending) == napi_ok && pending;
}

/* After a call whose status is not ours to see. */
static enum turn
turn_after_call_js(const struct delivery *self) {
  if (is_pending(self->env)) return TURN_THREW;
  return can_run(self, self->null) ? TURN_DELIVERED : TURN_WAS_CUT;
}

static enum turn
show(const struct delivery *self, tsfn_call_js call_js,
     const struct tsfn__item *item) {
  if (!can_run(self, self->null)) return TURN_CANNOT_RUN;
  call_js(self->env, self->callback, self->function->context, item->data);
  return turn_after_call_js(self);
}

static enum turn
call(const struct delivery *self, size_t count, const napi_value *values) {
  napi_status status = napi_call_function(self->env, self->undefined,
                                          self->callback, count, values, NULL);
  if (status == napi_ok) return TURN_DELIVERED;
  return is_pending(self->env) ? TURN_THREW : TURN_CANNOT_RUN;
}

/* Error-first: the callback gets it. Else it is thrown, and reported from
   outside the crossing. */
static enum turn
give_error(const struct delivery *self, napi_value error) {
  if (error == NULL) return TURN_CANNOT_RUN;
  if (self->callback != NULL && self->function->errors == TSFN_ERROR_FIRST)
    return call(self, 1, &error);
  return napi_throw(self->env, error) == napi_ok ? TURN_FAILED
                                                 : TURN_CANNOT_RUN;
}

static enum turn
give_failure(const struct delivery *self, tsfn_status status) {
  napi_value error;
  if (tsfn__exception_take(self->env, &error)) return give_error(self, error);
  return give_error(self,
                    tsfn__exception_create(self->env, tsfn_status_name(status),
                                           tsfn_status_message(status)));
}

static enum turn
give_boxed_error(const struct delivery *self, const struct tsfn__box *box) {
  const char *message = (const char *)box->bytes;
  const char *code = box->as.code_size != 0 ? message + box->size : NULL;
  return give_error(self, tsfn__exception_create(self->env, code, message));
}

static tsfn_status
fill(const struct delivery *self, tsfn_arguments *out, void *slot,
     const struct tsfn__item *item) {
  tsfn_function *function = self->function;
  if (function->errors == TSFN_ERROR_FIRST &&
      (function->codec != NULL || function->convert != NULL))
    tsfn_push(out, self->null);
  if (function->codec != NULL) {
    napi_status status = function->codec->push(self->env, function->record,
                                               slot, function->passing, out);
    if (status == napi_ok) return TSFN_OK;
    return status == napi_pending_exception ? TSFN_PENDING_EXCEPTION
                                            : TSFN_FAILURE;
  }
  if (function->convert == NULL) return TSFN_OK;
  return function->convert(self->env, function->context, item->data, out);
}

static enum turn
give_value(const struct delivery *self, void *slot,
           const struct tsfn__item *item) {
  tsfn_arguments arguments;
  enum turn turn;
  if (self->function->convert != NULL && !can_run(self, self->null))
    return TURN_CANNOT_RUN;
  tsfn__arguments_init(&arguments, &self->function->allocator);
  tsfn_status status = fill(self, &arguments, slot, item);
  if (status == TSFN_OK && !is_pending(self->env))
    turn = call(self, arguments.count, arguments.values);
  else
    turn = give_failure(self, status);
  tsfn__arguments_deinit(&arguments);
  return turn;
}

static enum turn
give(const struct delivery *self, void *slot, enum tsfn__item_kind kind) {
  struct tsfn__item item = tsfn__item_of(self->function, slot, kind);
  if (kind == TSFN__ITEM_ERROR)
    return give_boxed_error(self, tsfn__item_boxed(slot));
  if (kind == TSFN__ITEM_WITH)
    return show(self, tsfn__item_boxed(slot)->as.call_js, &item);
  if (self->function->call_js != NULL)
    return show(self, self->function->call_js, &item);
  return give_value(self, slot, &item);
}

/* --- one crossing -------------------------------------------------------- */

/* nextTick and promise callbacks, now. */
static enum turn
tick(const struct delivery *self) {
  const struct tsfn__environment *environment = self->function->environment;
  napi_value process, function, error;
  if (napi_get_reference_value(self->env, environment->process, &process) !=
          napi_ok ||
      napi_get_reference_value(self->env, environment->tick, &function) !=
          napi_ok)
    return TURN_CANNOT_RUN;
  if (napi_call_function(self->env, process, function, 0, NULL, NULL) ==
      napi_ok)
    return TURN_DELIVERED;
  if (!tsfn__exception_take(self->env, &error)) return TURN_CANNOT_RUN;
  /* Here and not outside: the host's stack of async ids still has the tick's,
     which only the report takes off; else the host ends the process when the
     crossing ends. */
  napi_fatal_exception(self->env, error);
  return TURN_FAILED;
}

static tsfn_completion
completion_of(enum turn turn) {
  switch (turn) {
  case TURN_THREW:
    return TSFN_COMPLETION_THREW;
  case TURN_CANNOT_RUN:
  case TURN_WAS_CUT:
    return TSFN_COMPLETION_CANNOT_RUN_JS;
  default:
    return TSFN_COMPLETION_DELIVERED;
  }
}

/* One item: give, complete, and what its microtask policy wants. */
static enum turn
take_turn(const struct delivery *self, const struct tsfn__run *one) {
  tsfn_function *function = self->function;
  enum turn turn = give(self, one->slots, (enum tsfn__item_kind)one->kinds[0]);
  function->was_shown = turn == TURN_WAS_CUT;
  tsfn__channel_complete(&function->channel, one, 1, completion_of(turn));
  function->was_shown = false;
  if (turn == TURN_DELIVERED &&
      function->microtasks == TSFN_MICROTASKS_PER_CALL &&
      function->environment->tick != NULL)
    turn = tick(self);
  return turn;
}

/* False: the crossing is over. */
static bool
deliver_run(const struct delivery *self, struct tsfn__crossing *crossing,
            const struct tsfn__run *run, size_t count) {
  tsfn_function *function = self->function;
  size_t slot_size = function->channel.queue.slot_size;
  for (size_t i = 0; i < count; i++) {
    struct tsfn__run one = {run->slots + i * slot_size, run->kinds + i, 1};
    enum turn turn = take_turn(self, &one);
    tsfn__budget_spend(crossing->budget);
    if (turn == TURN_CANNOT_RUN || turn == TURN_WAS_CUT)
      crossing->cannot_run = true;
    if (turn != TURN_DELIVERED || tsfn__budget_is_spent(crossing->budget) ||
        tsfn__lifecycle_is_aborted(&function->channel.lifecycle))
      return false;
    if (function->microtasks == TSFN_MICROTASKS_PER_CALL &&
        function->environment->tick == NULL)
      return false; /* a crossing for each item runs them */
  }
  return true;
}

static void
deliver_all(napi_env env, struct tsfn__crossing *crossing) {
  tsfn_function *function = crossing->function;
  struct delivery self = {.env = env, .function = function};
  napi_handle_scope scope;
  bool goes_on = true;
  if (napi_get_undefined(env, &self.undefined) != napi_ok ||
      napi_get_null(env, &self.null) != napi_ok ||
      (function->callback != NULL &&
       napi_get_reference_value(env, function->callback, &self.callback) !=
           napi_ok)) {
    crossing->cannot_run = true;
    return;
  }
  while (goes_on) {
    struct tsfn__run run = tsfn__queue_peek(&function->channel.queue);
    if (run.count == 0) return;
    if (run.count > ITEMS_IN_SCOPE) run.count = ITEMS_IN_SCOPE;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
      crossing->cannot_run = true;
      return;
    }
    goes_on = deliver_run(&self, crossing, &run, run.count);
    napi_close_handle_scope(env, scope);
  }
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
  if (crossing->budget != NULL)
    deliver_all(env, crossing);
  else
    crossing->step(env, crossing->function);
  return NULL;
}

/* A throw keeps the host from running nextTick and promise callbacks at the end
   of a crossing. A host without a tick function does at the end of the next. */
static void
run_ticks(tsfn_function *function) {
  struct delivery self = {.env = function->environment->env,
                          .function = function};
  if (function->environment->tick != NULL) tick(&self);
}

/* Enters JavaScript. A throw is reported before it returns. False: JavaScript
   cannot run. */
static bool
cross(struct tsfn__crossing *crossing) {
  tsfn_function *function = crossing->function;
  struct tsfn__environment *environment = function->environment;
  napi_env env = environment->env;
  napi_value global, trampoline, ignored, error;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  environment->crossing = crossing;
  napi_status status = napi_get_global(env, &global);
  if (status == napi_ok)
    status =
        napi_get_reference_value(env, environment->trampoline, &trampoline);
  if (status == napi_ok)
    status = napi_make_callback(env, function->async_context, global,
                                trampoline, 0, NULL, &ignored);
  environment->crossing = NULL;
  bool can_go_on = crossing->has_entered && !crossing->cannot_run;
  if (tsfn__exception_take(env, &error)) {
    tsfn__exception_report(function, error);
    if (function->microtasks == TSFN_MICROTASKS_PER_CALL) run_ticks(function);
  } else if (status != napi_ok) {
    can_go_on = false;
  }
  napi_close_handle_scope(env, scope);
  return can_go_on;
}

/* --- one drain ----------------------------------------------------------- */

static void
complete_rest(struct tsfn__channel *channel) {
  struct tsfn__run run;
  while ((run = tsfn__queue_peek(&channel->queue)).count != 0)
    tsfn__channel_complete(channel, &run, run.count,
                           TSFN_COMPLETION_CANNOT_RUN_JS);
}

void
tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  while (tsfn__queue_peek(&channel->queue).count != 0 &&
         !tsfn__budget_is_spent(budget) &&
         !tsfn__lifecycle_is_aborted(&channel->lifecycle)) {
    struct tsfn__crossing crossing = {.function = tsfn__function_of(channel),
                                      .budget = budget};
    if (!cross(&crossing)) {
      complete_rest(channel);
      return;
    }
  }
}

bool
tsfn__deliver_step(tsfn_function *function,
                   void (*step)(napi_env env, tsfn_function *function)) {
  struct tsfn__crossing crossing = {.function = function, .step = step};
  return !function->environment->is_gone && cross(&crossing);
}
