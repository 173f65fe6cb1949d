/* SPDX-License-Identifier: MIT */
#include "crossing/give.h"

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"

/* Finds what runs between two calls; nothing does where the microtask policy or
   the host has no need or no function for it. False: the host refused. */
static bool
find_ticks(struct tsfn__giving *self) {
  const struct tsfn__outlet *outlet = self->outlet;
  struct tsfn__realm *realm = outlet->realm;
  const struct tsfn__queue *queue = &outlet->channel.queue;
  if (outlet->microtasks != TSFN_MICROTASKS_PER_CALL || realm->tick == NULL)
    return true;
  if (!tsfn__outlet_renews_context(outlet))
    return tsfn__ticks_find(realm, &self->ticks);
  /* Behind an item that comes alone the end of the crossing runs the ticks, but
     not inside of a callback scope of the host's. */
  bool is_alone = tsfn__queue_taken(queue) - tsfn__queue_consumed(queue) == 1;
  return (is_alone && !realm->is_in_scope) ||
         tsfn__ticks_find_with_frame(realm, &self->ticks);
}

bool
tsfn__give_begin(struct tsfn__giving *self, napi_env env,
                 struct tsfn__outlet *outlet, struct tsfn__budget *budget) {
  struct tsfn__realm *realm = outlet->realm;
  *self = (struct tsfn__giving){.env = env,
                                .outlet = outlet,
                                .budget = budget,
                                .uncaught = realm->uncaught};
  return tsfn__host_can_run(env) &&
         napi_get_undefined(env, &self->undefined) == napi_ok &&
         napi_get_null(env, &self->null) == napi_ok &&
         (outlet->callback == NULL ||
          napi_get_reference_value(env, outlet->callback, &self->callback) ==
              napi_ok) &&
         find_ticks(self);
}

/* --- one call ------------------------------------------------------------ */

/* How a call_js ended. It made its own Node-API calls, so there is no status to
   see. In a worker the library calls napi_coerce_to_bool(null): that changes
   nothing, and fails both when an exception is pending and when JavaScript was
   ended. It costs a tenth of an item. On the main thread, whose JavaScript Node
   ends only at the end of the process, it only looks for a pending exception;
   deliver.c asks there whether JavaScript can run once for each handle scope,
   which notices an embedder that ends it. */
static enum tsfn__outcome
outcome_of_call_js(const struct tsfn__giving *self) {
  napi_value ignored;
  if (!self->outlet->realm->can_be_interrupted)
    return tsfn__exception_is_pending(self->env) ? TSFN__OUTCOME_THREW
                                                 : TSFN__OUTCOME_DELIVERED;
  if (napi_coerce_to_bool(self->env, self->null, &ignored) == napi_ok)
    return TSFN__OUTCOME_DELIVERED;
  return tsfn__exception_is_pending(self->env) ? TSFN__OUTCOME_THREW
                                               : TSFN__OUTCOME_INTERRUPTED;
}

/* It is not asked whether JavaScript can run before the call: it could at the
   beginning of the crossing and, in a worker, after the item before this one.
   When JavaScript ends meanwhile, env stays valid and every call with it
   fails. */
enum tsfn__outcome
tsfn__give_shown(const struct tsfn__giving *self, tsfn_call_js call_js,
                 void *data) {
  call_js(self->env, self->callback, self->outlet->context, data);
  return outcome_of_call_js(self);
}

enum tsfn__outcome
tsfn__give_call(const struct tsfn__giving *self, size_t count,
                const napi_value *values) {
  napi_status status = napi_call_function(self->env, self->undefined,
                                          self->callback, count, values, NULL);
  if (status == napi_ok) return TSFN__OUTCOME_DELIVERED;
  return tsfn__exception_is_pending(self->env) ? TSFN__OUTCOME_THREW
                                               : TSFN__OUTCOME_CANNOT_RUN;
}

/* A thrown error is no throw of the callback, so the outcome is FAILED, which
   completes the item as delivered; the crossing ends and reports it. */
enum tsfn__outcome
tsfn__give_error(const struct tsfn__giving *self, napi_value error) {
  if (error == NULL) return TSFN__OUTCOME_CANNOT_RUN;
  if (self->callback != NULL && self->outlet->errors == TSFN_ERROR_FIRST)
    return tsfn__give_call(self, 1, &error);
  return napi_throw(self->env, error) == napi_ok ? TSFN__OUTCOME_FAILED
                                                 : TSFN__OUTCOME_CANNOT_RUN;
}

TSFN__OS_COLD enum tsfn__outcome
tsfn__give_failure(const struct tsfn__giving *self, tsfn_status status) {
  return tsfn__give_error(
      self,
      tsfn__exception_take_or(self->env, status, tsfn_status_message(status)));
}

/* --- one value ----------------------------------------------------------- */

napi_status
tsfn__give_fill_record(const struct tsfn__giving *self, void *slot,
                       tsfn_arguments *out) {
  const struct tsfn__outlet *outlet = self->outlet;
  if (outlet->errors == TSFN_ERROR_FIRST) tsfn_push(out, self->null);
  return outlet->shape.codec->push(self->env, outlet->shape.record, slot,
                                   outlet->passing, out);
}

/* The arguments of one value: a record's, by its codec; those that
   options->convert pushes; or none at all. */
static tsfn_status
fill_arguments(const struct tsfn__giving *self, tsfn_arguments *out, void *slot,
               const struct tsfn__item *item) {
  const struct tsfn__outlet *outlet = self->outlet;
  if (outlet->shape.codec != NULL) {
    napi_status status = tsfn__give_fill_record(self, slot, out);
    if (status == napi_ok) return TSFN_OK;
    return status == napi_pending_exception ? TSFN_PENDING_EXCEPTION
                                            : TSFN_FAILURE;
  }
  if (outlet->convert == NULL) return TSFN_OK;
  if (outlet->errors == TSFN_ERROR_FIRST) tsfn_push(out, self->null);
  return outlet->convert(self->env, outlet->context, item->data, out);
}

/* Converts and calls. A convert that answers TSFN_OK but leaves an exception
   pending has failed: that exception arrives as the callback's error. */
static enum tsfn__outcome
give_converted(const struct tsfn__giving *self, void *slot,
               const struct tsfn__item *item) {
  tsfn_arguments arguments;
  enum tsfn__outcome outcome;
  tsfn__arguments_init(&arguments, &self->outlet->shape.allocator);
  tsfn_status status = fill_arguments(self, &arguments, slot, item);
  if (status == TSFN_OK && !tsfn__exception_is_pending(self->env))
    outcome = tsfn__give_call(self, arguments.count, arguments.values);
  else
    outcome = tsfn__give_failure(self, status);
  tsfn__arguments_deinit(&arguments);
  return outcome;
}

enum tsfn__outcome
tsfn__give_value(const struct tsfn__giving *self, void *slot,
                 const struct tsfn__item *item) {
  tsfn_call_js call_js = self->outlet->call_js;
  return call_js != NULL ? tsfn__give_shown(self, call_js, item->data)
                         : give_converted(self, slot, item);
}

/* Gives the item in one slot: a box by its own operations, all else as a
   value. */
static enum tsfn__outcome
give_item(const struct tsfn__giving *self, void *slot,
          enum tsfn__item_kind kind) {
  if (tsfn__item_is_box(kind)) {
    struct tsfn__box *box = tsfn__item_box(slot);
    return box->ops->give(self, box);
  }
  struct tsfn__item item = tsfn__item_view(&self->outlet->shape, slot, kind);
  return tsfn__give_value(self, slot, &item);
}

/* --- several ------------------------------------------------------------- */

enum tsfn__outcome
tsfn__give_end(struct tsfn__giving *self, enum tsfn__outcome outcome) {
  const struct tsfn__outlet *outlet = self->outlet;
  if (outlet->microtasks != TSFN_MICROTASKS_PER_CALL) return outcome;
  /* Without a tick function nextTick and promise callbacks run at the end of
     the crossing, so the crossing ends after this call. It ends too where only
     another crossing brings the context of the creation back, unless a frame
     tells that the call has not left it. Bun and Deno run them at the end of
     the loop's turn, so the turn ends as well. */
  self->is_over =
      self->ticks.frame == NULL &&
      (self->ticks.function == NULL || tsfn__outlet_renews_context(outlet));
  if (!outlet->realm->is_node) tsfn__budget_end_turn(self->budget);
  if (outcome != TSFN__OUTCOME_DELIVERED || self->ticks.function == NULL)
    return outcome;
  switch (tsfn__ticks_run(&self->ticks, self->env)) {
  case TSFN__TICKS_RAN:
    break;
  case TSFN__TICKS_RAN_ELSEWHERE:
    self->is_over = true;
    break;
  case TSFN__TICKS_THREW:
    return TSFN__OUTCOME_FAILED;
  case TSFN__TICKS_CANNOT_RUN:
    return TSFN__OUTCOME_CANNOT_RUN;
  }
  return TSFN__OUTCOME_DELIVERED;
}

bool
tsfn__give_goes_on(const struct tsfn__giving *self,
                   enum tsfn__outcome outcome) {
  return outcome == TSFN__OUTCOME_DELIVERED && !self->is_over &&
         self->uncaught == self->outlet->realm->uncaught &&
         !tsfn__budget_is_spent(self->budget) &&
         !tsfn__lifecycle_is_stopped(&self->outlet->channel.lifecycle);
}

/* Moves the front of the run past `count` items that have been consumed. */
static void
step_over(const struct tsfn__giving *self, struct tsfn__run *run,
          size_t count) {
  run->slots += count * tsfn__queue_slot_size(&self->outlet->channel.queue);
  run->kinds += count;
  run->count -= count;
}

/* Completes the first `count` items of the run, and moves its front past
   them. */
TSFN__OS_OUTLINE static void
complete_given(const struct tsfn__giving *self, struct tsfn__run *run,
               size_t count, tsfn_completion how) {
  if (count == 0) return;
  tsfn__channel_complete(&self->outlet->channel, run, count, how);
  step_over(self, run, count);
}

/* Completes the first item of the run, in the middle of which JavaScript was
   ended. The callback has seen that item, so it is ended here as shown, instead
   of by tsfn__outlet_complete, which would hand it back. */
static void
complete_interrupted(const struct tsfn__giving *self, struct tsfn__run *run) {
  tsfn_completion how = tsfn__outcome_completion(TSFN__OUTCOME_INTERRUPTED);
  tsfn__outlet_end(self->outlet, run->slots,
                   (enum tsfn__item_kind)run->kinds[0], how, true);
  tsfn__channel_consume(&self->outlet->channel, 1, how);
  step_over(self, run, 1);
}

/* Items whose callback returned are counted in `shown` and completed together,
   which costs one call for all of them; any other outcome first completes
   those, so that items complete in order. With an options->complete none waits.
   `slot` is behind the `shown` items, because run->slots still points to the
   first one that is not completed. */
enum tsfn__outcome
tsfn__give_some(struct tsfn__giving *self, struct tsfn__run *run, size_t most) {
  const struct tsfn__outlet *outlet = self->outlet;
  enum tsfn__item_kind kind = (enum tsfn__item_kind)run->kinds[0];
  size_t slot_size = tsfn__queue_slot_size(&outlet->channel.queue);
  enum tsfn__outcome outcome = TSFN__OUTCOME_DELIVERED;
  size_t shown = 0; /* delivered, and not completed yet */
  for (size_t i = 0; i < most && tsfn__give_goes_on(self, outcome); i++) {
    unsigned char *slot = run->slots + shown * slot_size;
    /* The address may lie behind the block: a prefetch never faults, and the
       line that it brings is not looked at. */
    tsfn__os_prefetch(slot + TSFN__QUEUE_AHEAD);
    outcome = give_item(self, slot, kind);
    if (outcome == TSFN__OUTCOME_DELIVERED && outlet->complete == NULL) {
      shown++;
    } else {
      complete_given(self, run, shown, TSFN_COMPLETION_DELIVERED);
      shown = 0;
      if (outcome == TSFN__OUTCOME_INTERRUPTED)
        complete_interrupted(self, run);
      else
        complete_given(self, run, 1, tsfn__outcome_completion(outcome));
    }
    tsfn__budget_spend(self->budget);
    if (outcome == TSFN__OUTCOME_WITHDRAWN) {
      outcome = TSFN__OUTCOME_DELIVERED; /* nothing ran: go on */
      continue;
    }
    outcome = tsfn__give_end(self, outcome);
  }
  complete_given(self, run, shown, TSFN_COMPLETION_DELIVERED);
  return outcome;
}
