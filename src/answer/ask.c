/* SPDX-License-Identifier: MIT */

/* JavaScript's answer on the thread that has asked (tsfn/ask.h).

   A ticket is a box of the queue (crossing/item.h) with a future in it, which
   the loop thread answers:

     any thread    start    gather; the item into the ticket; the box into the
                            queue
     loop thread   give     claim, call, and answer by the value; or await it
                   settled  answer by what a promise has become
                   end      whatever became of the item: answer, if nobody has
     any thread    wait, drop

   So each item ends once, by the queue's own books, and each ticket that was
   accepted is answered once: by give, by settled, or by end where neither will.
   It has a reference of the asker's, one of the queue's until `end`, and one of
   the awaiter's while it waits for a promise. The memory is malloc's, since a
   ticket may outlive its function and the author's allocator. */

#include <stdlib.h>
#include <string.h>

#include "answer/await.h"
#include "answer/future.h"
#include "answer/thrown.h"
#include "answer/ticket.h"
#include "core/memory.h"
#include "crossing/give.h"
#include "function/send.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/thread.h"
#include "record/record.h"

/* How many tickets are made before they are sent: the loop thread answers them
   while the next ones are made. */
#define TICKETS_AT_ONCE 256u

/* What each ask reads comes first: a ticket goes from one processor to another
   and back. */
struct tsfn_ticket {
  struct tsfn__box box; /* first: it is cast back to this */
  struct tsfn__future future;
  const tsfn_record *item_type;
  const tsfn_record *reply_type;
  void *reply;     /* all zero until it was converted */
  bool is_in_hand; /* loop thread: it is answered, or a promise will */
  bool is_taken;   /* the asker's: the reply was moved */
  struct tsfn__awaiter awaiter;
  void *copies;      /* what gather has made, until it was accepted */
  tsfn_error *error; /* what was thrown; NULL: nothing, or no memory for it */
  uint64_t words[];  /* the item's slot, then the reply */
};

static tsfn_ticket *
ticket_of(struct tsfn__awaiter *awaiter) {
  return (tsfn_ticket *)(void *)((char *)awaiter -
                                 offsetof(tsfn_ticket, awaiter));
}

/* A reply of kind void is read from nothing. */
static bool
has_reply(const tsfn_ticket *self) {
  return self->reply_type->fields[0].kind != TSFN_KIND_void;
}

static void
unreference_ticket(tsfn_ticket *self) {
  if (!tsfn__future_unreference(&self->future)) return;
  if (!self->is_taken) tsfn_record_clear(self->reply_type, self->reply);
  free(self->error);
  free(self);
}

/* --- the loop thread ----------------------------------------------------- */

static void
answer(tsfn_ticket *self, tsfn_status status) {
  self->is_in_hand = true;
  tsfn__future_answer(&self->future, status);
}

/* Answers by what was thrown. NULL: it is the pending exception, or none is
   pending and `status` is all that there is to say. False: JavaScript cannot
   run, and nothing was answered. A worker that is being ended has an exception,
   too; so that is asked for behind all that could tell. */
static bool
answer_thrown(tsfn_ticket *self, napi_env env, napi_value thrown,
              tsfn_status status) {
  if (thrown == NULL)
    thrown = tsfn__exception_take_or(env, status, tsfn_status_message(status));
  self->error = malloc(sizeof *self->error);
  if (self->error != NULL && thrown != NULL)
    tsfn__thrown_read(env, thrown, self->error);
  else if (self->error != NULL)
    memset(self->error, 0, sizeof *self->error);
  if (!tsfn__host_can_run(env)) return false;
  answer(self, TSFN_THREW);
  return true;
}

/* Converts the reply and answers. False: JavaScript cannot run. */
static bool
answer_value(tsfn_ticket *self, napi_env env, napi_value value) {
  tsfn_status status = TSFN_OK;
  if (has_reply(self))
    status =
        tsfn__record_from_values(env, self->reply_type, &value, self->reply);
  if (status != TSFN_OK) return answer_thrown(self, env, NULL, status);
  answer(self, TSFN_OK);
  return true;
}

/* The awaiter's operation. */
static void
settled(struct tsfn__awaiter *awaiter, napi_env env, bool is_rejected,
        napi_value value) {
  tsfn_ticket *self = ticket_of(awaiter);
  bool is_answered =
      env != NULL &&
      (is_rejected ? answer_thrown(self, env, value, TSFN_FAILURE)
                   : answer_value(self, env, value));
  if (!is_answered) answer(self, TSFN_CLOSING);
  unreference_ticket(self);
}

/* Answers by what the callback has returned, or awaits it. The reference and
   is_in_hand come before the await, in which JavaScript runs. False: JavaScript
   cannot run. */
static bool
answer_or_await(tsfn_ticket *self, struct tsfn__outlet *outlet,
                napi_value value) {
  napi_env env = outlet->realm->env;
  if (!tsfn__await_may_be_thenable(env, value))
    return answer_value(self, env, value);
  tsfn__future_reference(&self->future);
  self->is_in_hand = true;
  enum tsfn__await_end end = tsfn__await(outlet, value, &self->awaiter);
  if (end == TSFN__AWAIT_WAITS) return true;
  self->is_in_hand = false;
  unreference_ticket(self);
  return end == TSFN__AWAIT_PLAIN
             ? answer_value(self, env, value)
             : answer_thrown(self, env, NULL, TSFN_FAILURE);
}

static void *
slot_of(tsfn_ticket *self) {
  return self->words;
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
      tsfn__give_fill_record(giving, slot_of(self), &arguments) == napi_ok &&
      napi_call_function(env, giving->undefined, giving->callback,
                         arguments.count, arguments.values, &value) == napi_ok;
  tsfn__arguments_deinit(&arguments);
  return has_returned ? answer_or_await(self, giving->outlet, value)
                      : answer_thrown(self, env, NULL, TSFN_FAILURE);
}

/* A throw is an answer, so no outcome is THREW. */
static enum tsfn__outcome
give_ticket(const struct tsfn__giving *giving, struct tsfn__box *box) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  if (!tsfn__future_claim(&self->future)) return TSFN__OUTCOME_WITHDRAWN;
  return call_and_answer(self, giving) ? TSFN__OUTCOME_DELIVERED
                                       : TSFN__OUTCOME_CANNOT_RUN;
}

static void
end_ticket(const struct tsfn__outlet *outlet, struct tsfn__box *box,
           tsfn_completion how, bool is_shown) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  struct tsfn__item item = {slot_of(self), outlet->shape.item_size};
  tsfn__outlet_tell(outlet, NULL, item, how, is_shown);
  tsfn__record_destroy(self->item_type, &tsfn__memory_default, slot_of(self));
  if (!self->is_in_hand) answer(self, TSFN_CLOSING);
  unreference_ticket(self);
}

/* --- the thread that asks ------------------------------------------------ */

/* It was not accepted: what the item owns is still the caller's. */
static void
free_ticket(const tsfn_allocator *allocator, struct tsfn__box *box) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  (void)allocator;
  tsfn__record_discard(self->item_type, &tsfn__memory_default, self->copies);
  free(self);
}

static const struct tsfn__box_ops ticket_ops = {give_ticket, end_ticket,
                                                free_ticket};

/* Bytes of the item's slot, so that the reply behind it is aligned. */
static size_t
slot_size_of(const tsfn_record *type) {
  size_t alignment = sizeof(uint64_t);
  return (tsfn__record_slot_size(type) + alignment - 1) & ~(alignment - 1);
}

/* Makes a ticket for an item, whose copies it has. */
static tsfn_status
make_ticket(const tsfn_record *item_type, const tsfn_record *reply_type,
            const void *item, tsfn_ticket **out) {
  size_t slot_size = slot_size_of(item_type);
  tsfn_ticket *self = malloc(sizeof *self + slot_size + reply_type->size);
  if (self == NULL) return TSFN_NO_MEMORY;
  memset(self, 0, sizeof *self);
  tsfn_status status = tsfn__record_gather(item_type, &tsfn__memory_default,
                                           item, &self->copies);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  self->box.ops = &ticket_ops;
  tsfn__future_init(&self->future, 2);
  self->awaiter.settled = settled;
  self->item_type = item_type;
  self->reply_type = reply_type;
  self->reply = (char *)slot_of(self) + slot_size;
  memset(self->reply, 0, reply_type->size);
  tsfn__record_place(item_type, slot_of(self), item, self->copies);
  *out = self;
  return TSFN_OK;
}

/* Makes up to `count` tickets; answers how many, which is fewer where *status
   says why. */
static size_t
make_tickets(const tsfn_record *item_type, const tsfn_record *reply_type,
             const char *items, size_t count, tsfn_ticket **tickets,
             tsfn_status *status) {
  size_t made = 0;
  while (made < count) {
    *status = make_ticket(item_type, reply_type, items + made * item_type->size,
                          &tickets[made]);
    if (*status != TSFN_OK) break;
    made++;
  }
  return made;
}

/* Whether the function takes one record of this type in a call. Of the modes
   that records have, only that of TSFN_EACH does. */
static tsfn_status
check_function(const tsfn_function *fn, const tsfn_record *type) {
  const struct tsfn__outlet *outlet = &fn->outlet;
  const struct tsfn__shape *shape = &outlet->shape;
  const tsfn_delivery *mode = outlet->mode;
  if (shape->record == NULL || !tsfn__record_same(shape->record, type))
    return TSFN_WRONG_TYPE;
  return mode != NULL && mode->wants_record && mode != shape->codec->each
             ? TSFN_INVALID
             : TSFN_OK;
}

/* Sends the tickets, which are boxes, as one message. Those that were not
   accepted are freed. */
static tsfn_status
send_tickets(tsfn_function *fn, tsfn_ticket **tickets, size_t count,
             uint64_t deadline, size_t *accepted) {
  struct tsfn__message message = {.items = tickets,
                                  .size = sizeof(tsfn_ticket *),
                                  .count = count,
                                  .kind = TSFN__ITEM_SPECIAL};
  tsfn_status status =
      tsfn__channel_send(&fn->outlet.channel, &message, deadline, accepted);
  for (size_t i = *accepted; i < count; i++) {
    free_ticket(NULL, &tickets[i]->box);
    tickets[i] = NULL;
  }
  return status;
}

tsfn_status
tsfn__ticket_start(tsfn_function *fn, const tsfn_record *item_type,
                   const tsfn_record *reply_type, const void *items,
                   size_t count, uint64_t deadline, tsfn_ticket **tickets,
                   size_t *accepted) {
  *accepted = 0;
  for (size_t i = 0; i < count; i++)
    tickets[i] = NULL;
  tsfn_status status = check_function(fn, item_type);
  if (status == TSFN_OK) status = tsfn__send_check(fn, deadline);
  while (status == TSFN_OK && *accepted < count) {
    size_t most = count - *accepted < TICKETS_AT_ONCE ? count - *accepted
                                                      : TICKETS_AT_ONCE;
    size_t sent;
    size_t made =
        make_tickets(item_type, reply_type,
                     (const char *)items + *accepted * item_type->size, most,
                     tickets + *accepted, &status);
    if (made == 0) break;
    tsfn_status end =
        send_tickets(fn, tickets + *accepted, made, deadline, &sent);
    *accepted += sent;
    if (end != TSFN_OK) status = end;
  }
  return status;
}

tsfn_status
tsfn_ask_start(tsfn_function *fn, const tsfn_record *item_type,
               const tsfn_record *reply_type, const void *items, size_t count,
               tsfn_wait room, tsfn_ticket **tickets, size_t *accepted) {
  size_t ignored;
  if (accepted == NULL) accepted = &ignored;
  *accepted = 0;
  if (fn == NULL || item_type == NULL || reply_type == NULL ||
      (items == NULL && count != 0) || (tickets == NULL && count != 0)) {
    for (size_t i = 0; i < count && tickets != NULL; i++)
      tickets[i] = NULL;
    return TSFN_INVALID;
  }
  return tsfn__ticket_start(fn, item_type, reply_type, items, count,
                            tsfn__send_deadline(room), tickets, accepted);
}

tsfn_status
tsfn__ticket_wait(tsfn_ticket *self, void *reply, tsfn_error *error,
                  uint64_t deadline) {
  tsfn_status status;
  if (!tsfn__future_wait(&self->future, deadline, &status)) return status;
  if (status == TSFN_THREW && error != NULL && self->error != NULL)
    *error = *self->error;
  if (status != TSFN_OK || reply == NULL || !has_reply(self)) return status;
  if (self->is_taken) return TSFN_INVALID;
  memcpy(reply, self->reply, self->reply_type->size);
  self->is_taken = true;
  return TSFN_OK;
}

void
tsfn__ticket_clear(void *replies, size_t size, tsfn_error *error) {
  if (replies != NULL) memset(replies, 0, size);
  if (error != NULL) memset(error, 0, sizeof *error);
}

tsfn_status
tsfn_ask_wait(tsfn_ticket *ticket, const tsfn_record *reply_type, void *reply,
              tsfn_error *error, tsfn_wait wait) {
  if (ticket == NULL || reply_type == NULL) return TSFN_INVALID;
  uint64_t deadline = tsfn__send_deadline(wait);
  tsfn__ticket_clear(reply, reply_type->size, error);
  if (!tsfn__record_same(ticket->reply_type, reply_type))
    return TSFN_WRONG_TYPE;
  if (deadline != TSFN__NO_WAIT && !tsfn__future_is_answered(&ticket->future) &&
      tsfn__thread_is_loop())
    return TSFN_WOULD_DEADLOCK;
  return tsfn__ticket_wait(ticket, reply, error, deadline);
}

void
tsfn_ask_drop(tsfn_ticket *ticket) {
  if (ticket == NULL) return;
  (void)tsfn__future_withdraw(&ticket->future);
  unreference_ticket(ticket);
}

tsfn_status
tsfn__ticket_may_wait(const tsfn_record *item_type, uint64_t deadline) {
  if ((item_type->traits & TSFN__OWNS) != 0) return TSFN_INVALID;
  return deadline != TSFN__NO_WAIT && tsfn__thread_is_loop()
             ? TSFN_WOULD_DEADLOCK
             : TSFN_OK;
}

tsfn_status
tsfn_ask(tsfn_function *fn, const tsfn_record *item_type,
         const tsfn_record *reply_type, const void *item, void *reply,
         tsfn_error *error, tsfn_wait wait) {
  tsfn_ticket *ticket;
  size_t accepted;
  uint64_t deadline = tsfn__send_deadline(wait);
  if (item_type == NULL || reply_type == NULL) return TSFN_INVALID;
  tsfn__ticket_clear(reply, reply_type->size, error);
  if (fn == NULL || item == NULL) return TSFN_INVALID;
  tsfn_status status = tsfn__ticket_may_wait(item_type, deadline);
  if (status == TSFN_OK)
    status = tsfn__ticket_start(fn, item_type, reply_type, item, 1, deadline,
                                &ticket, &accepted);
  if (status != TSFN_OK) return status;
  status = tsfn__ticket_wait(ticket, reply, error, deadline);
  tsfn_ask_drop(ticket);
  return status;
}
