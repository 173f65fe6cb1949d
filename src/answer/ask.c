/* SPDX-License-Identifier: MIT */

/* JavaScript's answer on the thread that has asked (tsfn/ask.h): that thread's
   side. ticket.h has the whole way of a ticket. */

#include <stdlib.h>
#include <string.h>

#include "answer/replies.h"
#include "answer/ticket.h"
#include "core/memory.h"
#include "function/send.h"
#include "node/thread.h"
#include "record/record.h"

/* How many tickets are made before they are sent: the loop thread answers them
   while the next ones are made. */
#define TICKETS_AT_ONCE 256u

/* The most tickets that share an allocation, and its most bytes, unless it has
   one ticket. 32 make the allocation's price small beside theirs; but its
   memory stays until the last of them is dropped. */
#define BATCH_TICKETS 32u
#define BATCH_BYTES 16384u

/* --- starting ------------------------------------------------------------ */

/* It was not accepted: what the item owns is still the caller's. */
static void
free_ticket(const tsfn_allocator *allocator, struct tsfn__box *box) {
  tsfn_ticket *self = (tsfn_ticket *)box;
  (void)allocator;
  tsfn__record_discard(self->item_type, &tsfn__memory_default, self->copies);
  tsfn__ticket_free(self);
}

static const struct tsfn__box_ops ticket_ops = {
    tsfn__ticket_give, tsfn__ticket_end, free_ticket, &tsfn__replies_together};

/* What the tickets of one call have in common. */
struct making {
  const tsfn_record *item_type;
  const tsfn_record *reply_type;
  const char *items;
  size_t slot_size; /* of an item, so that the reply behind it is aligned */
  size_t stride;    /* bytes of a ticket */
  bool is_plain;    /* an item is its bytes */
};

static size_t
aligned_size(size_t size) {
  size_t alignment = sizeof(uint64_t);
  return (size + alignment - 1) & ~(alignment - 1);
}

static struct making
begin_making(const tsfn_record *item_type, const tsfn_record *reply_type,
             const void *items) {
  struct making self = {
      item_type, reply_type,
      items,     aligned_size(tsfn__record_slot_size(item_type)),
      0,         tsfn__record_is_plain(item_type)};
  self.stride =
      sizeof(tsfn_ticket) + self.slot_size + aligned_size(reply_type->size);
  return self;
}

/* Makes a ticket for an item, whose copies it has, of memory that is all
   zero. */
static tsfn_status
make_ticket(const struct making *making, const void *item, tsfn_ticket *self) {
  if (!making->is_plain) {
    tsfn_status status = tsfn__record_gather(
        making->item_type, &tsfn__memory_default, item, &self->copies);
    if (status != TSFN_OK) return status;
  }
  self->box.ops = &ticket_ops;
  tsfn__future_init(&self->future, 2);
  self->item_type = making->item_type;
  self->reply_type = making->reply_type;
  self->reply = (char *)tsfn__ticket_slot(self) + making->slot_size;
  tsfn__record_place(making->item_type, tsfn__ticket_slot(self), item,
                     self->copies);
  return TSFN_OK;
}

/* Makes `count` tickets in one allocation; answers how many, which is fewer
   where *status says why. */
static size_t
make_batch(const struct making *making, const char *items, size_t count,
           tsfn_ticket **tickets, tsfn_status *status) {
  struct tsfn__batch *batch = calloc(1, sizeof *batch + count * making->stride);
  size_t made = 0;
  *status = batch != NULL ? TSFN_OK : TSFN_NO_MEMORY;
  while (*status == TSFN_OK && made < count) {
    tsfn_ticket *ticket =
        (void *)((char *)batch->words + made * making->stride);
    *status =
        make_ticket(making, items + made * making->item_type->size, ticket);
    if (*status != TSFN_OK) break;
    ticket->batch = batch;
    tickets[made++] = ticket;
  }
  if (made != 0)
    atomic_init(&batch->left, (unsigned)made);
  else
    free(batch);
  return made;
}

/* Makes up to `count` tickets for the items from `at` on; answers how many,
   which is fewer where *status says why. */
static size_t
make_tickets(const struct making *making, size_t at, size_t count,
             tsfn_ticket **tickets, tsfn_status *status) {
  size_t fit = BATCH_BYTES / making->stride, made = 0;
  size_t most = fit < 1 ? 1 : fit > BATCH_TICKETS ? BATCH_TICKETS : fit;
  *status = TSFN_OK;
  while (*status == TSFN_OK && made < count)
    made += make_batch(
        making, making->items + (at + made) * making->item_type->size,
        count - made < most ? count - made : most, tickets + made, status);
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
  struct making making = begin_making(item_type, reply_type, items);
  while (status == TSFN_OK && *accepted < count) {
    size_t most = count - *accepted < TICKETS_AT_ONCE ? count - *accepted
                                                      : TICKETS_AT_ONCE;
    size_t sent;
    size_t made =
        make_tickets(&making, *accepted, most, tickets + *accepted, &status);
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
  if (status != TSFN_OK || reply == NULL || !tsfn__ticket_has_reply(self))
    return status;
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
  if (!tsfn__future_is_answered(&ticket->future))
    (void)tsfn__future_withdraw(&ticket->future);
  tsfn__ticket_unreference(ticket);
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
