/* SPDX-License-Identifier: MIT */

/* A ticket on the loop thread (ticket.h). */

#include "answer/ticket.h"

#include <stdlib.h>
#include <string.h>

#include "answer/thrown.h"
#include "core/memory.h"
#include "node/exception.h"
#include "node/host.h"
#include "record/record.h"

static tsfn_ticket *
ticket_of(struct tsfn__awaiter *awaiter) {
  return (tsfn_ticket *)(void *)((char *)awaiter -
                                 offsetof(tsfn_ticket, awaiter));
}

void
tsfn__ticket_unreference(tsfn_ticket *self) {
  if (!tsfn__future_unreference(&self->future)) return;
  if (!self->is_taken) tsfn_record_clear(self->reply_type, self->reply);
  free(self->error);
  tsfn__ticket_free(self);
}

/* Acquire and release: what others did with their tickets is done. */
void
tsfn__ticket_free(tsfn_ticket *self) {
  struct tsfn__batch *batch = self->batch;
  if (atomic_fetch_sub_explicit(&batch->left, 1, memory_order_acq_rel) == 1)
    free(batch);
}

bool
tsfn__ticket_claim(tsfn_ticket *self) {
  if (!self->is_claimed) self->is_claimed = tsfn__future_claim(&self->future);
  return self->is_claimed;
}

void
tsfn__ticket_settle(tsfn_ticket *self, tsfn_status status) {
  self->is_in_hand = true;
  tsfn__future_answer(&self->future, status);
}

/* A worker that is being ended has an exception, too; so that is asked for
   behind all that could tell. */
bool
tsfn__ticket_answer_thrown(tsfn_ticket *self, napi_env env, napi_value thrown,
                           tsfn_status status) {
  if (thrown == NULL)
    thrown = tsfn__exception_take_or(env, status, tsfn_status_message(status));
  if (self->error == NULL) self->error = malloc(sizeof *self->error);
  if (self->error != NULL && thrown != NULL)
    tsfn__thrown_read(env, thrown, self->error);
  else if (self->error != NULL)
    memset(self->error, 0, sizeof *self->error);
  if (!tsfn__host_can_run(env)) return false;
  tsfn__ticket_settle(self, TSFN_THREW);
  return true;
}

bool
tsfn__ticket_answer_plain(tsfn_ticket *self, napi_env env, napi_value value) {
  tsfn_status status = TSFN_OK;
  if (tsfn__ticket_has_reply(self))
    status =
        tsfn__record_from_values(env, self->reply_type, &value, self->reply);
  if (status != TSFN_OK)
    return tsfn__ticket_answer_thrown(self, env, NULL, status);
  tsfn__ticket_settle(self, TSFN_OK);
  return true;
}

/* The awaiter's operation. */
static void
settled(struct tsfn__awaiter *awaiter, napi_env env, bool is_rejected,
        napi_value value) {
  tsfn_ticket *self = ticket_of(awaiter);
  bool is_answered =
      env != NULL &&
      (is_rejected ? tsfn__ticket_answer_thrown(self, env, value, TSFN_FAILURE)
                   : tsfn__ticket_answer_plain(self, env, value));
  if (!is_answered) tsfn__ticket_settle(self, TSFN_CLOSING);
  tsfn__ticket_unreference(self);
}

/* The reference and is_in_hand come before the await, in which JavaScript
   runs. */
bool
tsfn__ticket_answer(tsfn_ticket *self, struct tsfn__outlet *outlet,
                    napi_value value) {
  napi_env env = outlet->realm->env;
  if (!tsfn__await_may_be_thenable(env, value))
    return tsfn__ticket_answer_plain(self, env, value);
  tsfn__future_reference(&self->future);
  self->is_in_hand = true;
  self->awaiter.settled = settled;
  enum tsfn__await_end end = tsfn__await(outlet, value, &self->awaiter);
  if (end == TSFN__AWAIT_WAITS) return true;
  self->is_in_hand = false;
  tsfn__ticket_unreference(self);
  return end == TSFN__AWAIT_PLAIN
             ? tsfn__ticket_answer_plain(self, env, value)
             : tsfn__ticket_answer_thrown(self, env, NULL, TSFN_FAILURE);
}

/* Calls the callback with the item. What it throws is the answer. False:
   JavaScript cannot run. */
static bool
call_and_answer(tsfn_ticket *self, const struct tsfn__giving *giving) {
  napi_env env = giving->env;
  napi_value value = NULL;
  tsfn_arguments arguments;
  tsfn__arguments_init(&arguments, &giving->outlet->shape.allocator);
  bool has_returned =
      tsfn__give_fill_record(giving, tsfn__ticket_slot(self), &arguments) ==
          napi_ok &&
      napi_call_function(env, giving->undefined, giving->callback,
                         arguments.count, arguments.values, &value) == napi_ok;
  tsfn__arguments_deinit(&arguments);
  return has_returned
             ? tsfn__ticket_answer(self, giving->outlet, value)
             : tsfn__ticket_answer_thrown(self, env, NULL, TSFN_FAILURE);
}

/* A throw is an answer, so no outcome is THREW. */
enum tsfn__outcome
tsfn__ticket_give(const struct tsfn__giving *giving, struct tsfn__box *box) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  if (!tsfn__ticket_claim(self)) return TSFN__OUTCOME_WITHDRAWN;
  return call_and_answer(self, giving) ? TSFN__OUTCOME_DELIVERED
                                       : TSFN__OUTCOME_CANNOT_RUN;
}

void
tsfn__ticket_end(const struct tsfn__outlet *outlet, struct tsfn__box *box,
                 tsfn_completion how, bool is_shown) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  struct tsfn__item item = {tsfn__ticket_slot(self), outlet->shape.item_size};
  tsfn__outlet_tell(outlet, NULL, item, how, is_shown);
  tsfn__record_destroy(self->item_type, &tsfn__memory_default,
                       tsfn__ticket_slot(self));
  if (!self->is_in_hand) tsfn__ticket_settle(self, TSFN_CLOSING);
  tsfn__ticket_unreference(self);
}
