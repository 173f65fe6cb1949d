/* SPDX-License-Identifier: MIT */
#include "node/turn.h"

#include "node/arguments.h"
#include "node/exception.h"
#include "node/function.h"

/* --- one item ------------------------------------------------------------ */

bool
tsfn__turn_is_pending(const struct tsfn__turns *self) {
  bool pending;
  return napi_is_exception_pending(self->env, &pending) == napi_ok && pending;
}

/* After a call whose status is not ours to see. In a worker one question
   answers both: it does nothing to null, and is refused where JavaScript is and
   where an exception is pending. It costs a tenth of an item; on the main
   thread Node stops JavaScript for nothing but the end of the process, and what
   it is cut in leaves an exception, so there it is asked once for each handle
   scope (deliver.c): an embedder that stops it is noticed then. */
static enum tsfn__turn
turn_after_call_js(const struct tsfn__turns *self) {
  napi_value ignored;
  if (!self->function->environment->can_be_cut)
    return tsfn__turn_is_pending(self) ? TSFN__TURN_THREW
                                       : TSFN__TURN_DELIVERED;
  if (napi_coerce_to_bool(self->env, self->null, &ignored) == napi_ok)
    return TSFN__TURN_DELIVERED;
  return tsfn__turn_is_pending(self) ? TSFN__TURN_THREW : TSFN__TURN_WAS_CUT;
}

static enum tsfn__turn
show(const struct tsfn__turns *self, tsfn_call_js call_js, void *data) {
  /* The crossing has asked whether JavaScript can run, and in a worker so has
     the end of each turn since: at its end env is valid and all calls fail. */
  call_js(self->env, self->callback, self->function->context, data);
  return turn_after_call_js(self);
}

enum tsfn__turn
tsfn__turn_call(const struct tsfn__turns *self, size_t count,
                const napi_value *values) {
  napi_status status = napi_call_function(self->env, self->undefined,
                                          self->callback, count, values, NULL);
  if (status == napi_ok) return TSFN__TURN_DELIVERED;
  return tsfn__turn_is_pending(self) ? TSFN__TURN_THREW : TSFN__TURN_CANNOT_RUN;
}

/* Error-first: the callback gets it. Else it is thrown, and reported from
   outside the crossing. */
static enum tsfn__turn
give_error(const struct tsfn__turns *self, napi_value error) {
  if (error == NULL) return TSFN__TURN_CANNOT_RUN;
  if (self->callback != NULL && self->function->errors == TSFN_ERROR_FIRST)
    return tsfn__turn_call(self, 1, &error);
  return napi_throw(self->env, error) == napi_ok ? TSFN__TURN_FAILED
                                                 : TSFN__TURN_CANNOT_RUN;
}

enum tsfn__turn
tsfn__turn_fail(const struct tsfn__turns *self, tsfn_status status) {
  napi_value error;
  if (tsfn__exception_take(self->env, &error)) return give_error(self, error);
  return give_error(self,
                    tsfn__exception_create(self->env, tsfn_status_name(status),
                                           tsfn_status_message(status)));
}

static enum tsfn__turn
give_boxed_error(const struct tsfn__turns *self, const struct tsfn__box *box) {
  const char *message = (const char *)box->bytes;
  const char *code = box->as.code_size != 0 ? message + box->size : NULL;
  return give_error(self, tsfn__exception_create(self->env, code, message));
}

napi_status
tsfn__turn_fill_record(const struct tsfn__turns *self, void *slot,
                       tsfn_arguments *out) {
  const tsfn_function *function = self->function;
  if (function->errors == TSFN_ERROR_FIRST) tsfn_push(out, self->null);
  return function->codec->push(self->env, function->record, slot,
                               function->passing, out);
}

static tsfn_status
fill(const struct tsfn__turns *self, tsfn_arguments *out, void *slot,
     const struct tsfn__item *item) {
  tsfn_function *function = self->function;
  if (function->codec != NULL) {
    napi_status status = tsfn__turn_fill_record(self, slot, out);
    if (status == napi_ok) return TSFN_OK;
    return status == napi_pending_exception ? TSFN_PENDING_EXCEPTION
                                            : TSFN_FAILURE;
  }
  if (function->convert == NULL) return TSFN_OK;
  if (function->errors == TSFN_ERROR_FIRST) tsfn_push(out, self->null);
  return function->convert(self->env, function->context, item->data, out);
}

static enum tsfn__turn
give_value(const struct tsfn__turns *self, void *slot,
           const struct tsfn__item *item) {
  tsfn_arguments arguments;
  enum tsfn__turn turn;
  tsfn__arguments_init(&arguments, &self->function->allocator);
  tsfn_status status = fill(self, &arguments, slot, item);
  if (status == TSFN_OK && !tsfn__turn_is_pending(self))
    turn = tsfn__turn_call(self, arguments.count, arguments.values);
  else
    turn = tsfn__turn_fail(self, status);
  tsfn__arguments_deinit(&arguments);
  return turn;
}

/* Gives one item to JavaScript. */
static enum tsfn__turn
give(const struct tsfn__turns *self, void *slot, enum tsfn__item_kind kind) {
  tsfn_call_js call_js = self->function->call_js;
  if (kind == TSFN__ITEM_POINTER && call_js != NULL)
    return show(self, call_js, *(void **)slot);
  struct tsfn__item item = tsfn__item_of(self->function, slot, kind);
  if (kind == TSFN__ITEM_ERROR)
    return give_boxed_error(self, tsfn__item_boxed(slot));
  if (kind == TSFN__ITEM_WITH)
    return show(self, tsfn__item_boxed(slot)->as.call_js, item.data);
  if (call_js != NULL) return show(self, call_js, item.data);
  return give_value(self, slot, &item);
}

/* --- microtasks ---------------------------------------------------------- */

enum tsfn__turn
tsfn__turn_report_tick(const struct tsfn__turns *self) {
  napi_value error;
  if (!tsfn__exception_take(self->env, &error)) return TSFN__TURN_CANNOT_RUN;
  /* Here and not outside: the host's stack of async ids still has the tick's,
     which only the report takes off; else the host ends the process when the
     crossing ends. */
  napi_fatal_exception(self->env, error);
  return TSFN__TURN_FAILED;
}

bool
tsfn__turn_find_tick(struct tsfn__turns *self) {
  const struct tsfn__environment *environment = self->function->environment;
  return napi_get_reference_value(self->env, environment->process,
                                  &self->process) == napi_ok &&
         napi_get_reference_value(self->env, environment->tick, &self->tick) ==
             napi_ok;
}

enum tsfn__turn
tsfn__turn_tick(const struct tsfn__turns *self) {
  if (napi_call_function(self->env, self->process, self->tick, 0, NULL, NULL) ==
      napi_ok)
    return TSFN__TURN_DELIVERED;
  return tsfn__turn_report_tick(self);
}

/* --- completion ---------------------------------------------------------- */

tsfn_completion
tsfn__turn_completion(enum tsfn__turn turn) {
  switch (turn) {
  case TSFN__TURN_THREW:
    return TSFN_COMPLETION_THREW;
  case TSFN__TURN_CANNOT_RUN:
  case TSFN__TURN_WAS_CUT:
    return TSFN_COMPLETION_CANNOT_RUN_JS;
  default:
    return TSFN_COMPLETION_DELIVERED;
  }
}

enum tsfn__turn
tsfn__turn_end(struct tsfn__turns *self, enum tsfn__turn turn) {
  struct tsfn__environment *environment = self->function->environment;
  if (self->function->microtasks != TSFN_MICROTASKS_PER_CALL) return turn;
  /* Without a tick, the end of the crossing runs nextTick and promises, or
     that of the loop's turn. */
  self->is_over = environment->tick == NULL;
  if (!environment->is_node) {
    environment->is_turn_over = true;
    tsfn__budget_end(self->budget);
  }
  return turn == TSFN__TURN_DELIVERED && !self->is_over ? tsfn__turn_tick(self)
                                                        : turn;
}

/* --- several items ------------------------------------------------------- */

bool
tsfn__turn_goes_on(const struct tsfn__turns *self, enum tsfn__turn turn) {
  tsfn_function *function = self->function;
  return turn == TSFN__TURN_DELIVERED && !self->is_over &&
         self->uncaught == function->environment->uncaught &&
         !tsfn__budget_is_spent(self->budget) &&
         !tsfn__lifecycle_is_stopped(&function->channel.lifecycle);
}

/* Completes the first `count` items of the run, and steps over them. */
TSFN__OS_OUTLINE static void
complete(const struct tsfn__turns *self, struct tsfn__run *run, size_t count,
         tsfn_completion how) {
  struct tsfn__channel *channel = &self->function->channel;
  if (count == 0) return;
  tsfn__channel_complete(channel, run, count, how);
  run->slots += count * tsfn__queue_slot_size(&channel->queue);
  run->kinds += count;
  run->count -= count;
}

enum tsfn__turn
tsfn__turn_take(struct tsfn__turns *self, struct tsfn__run *run, size_t most) {
  tsfn_function *function = self->function;
  enum tsfn__item_kind kind = (enum tsfn__item_kind)run->kinds[0];
  size_t slot_size = tsfn__queue_slot_size(&function->channel.queue);
  enum tsfn__turn turn = TSFN__TURN_DELIVERED;
  size_t shown = 0; /* delivered, and not completed yet */
  for (size_t i = 0; i < most && tsfn__turn_goes_on(self, turn); i++) {
    unsigned char *slot = run->slots + shown * slot_size;
    tsfn__os_prefetch(slot + TSFN__QUEUE_AHEAD); /* or behind the block: idle */
    turn = give(self, slot, kind);
    if (turn == TSFN__TURN_DELIVERED && function->complete == NULL) {
      shown++;
    } else {
      complete(self, run, shown, TSFN_COMPLETION_DELIVERED);
      shown = 0;
      function->was_shown = turn == TSFN__TURN_WAS_CUT;
      complete(self, run, 1, tsfn__turn_completion(turn));
      function->was_shown = false;
    }
    tsfn__budget_spend(self->budget);
    turn = tsfn__turn_end(self, turn);
  }
  complete(self, run, shown, TSFN_COMPLETION_DELIVERED);
  return turn;
}
