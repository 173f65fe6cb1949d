/* SPDX-License-Identifier: MIT */

/* Values into slots. Bytes and plain records are copied as they are. All other
   records are gathered before room is reserved for them, because gathering can
   fail and a reserved slot must be filled. */

#include <string.h>

#include "function/send.h"

static const void *
item_at(const struct tsfn__message *message, size_t index) {
  return (const char *)message->items + index * message->size;
}

/* The place operation of an any-size function. */
static void
place_small(const struct tsfn__message *message, size_t index, void *slot) {
  struct tsfn__small *small = slot;
  small->size = message->size;
  if (message->size != 0)
    memcpy(small->bytes, item_at(message, index), message->size);
}

/* Records that are gathered are sent 16 at a time: each one that borrows much
   is an allocation, which a full queue would give back unused. */
#define GATHER_MAX 16u

/* A message with the copies of its records, on the sender's stack. */
struct gathered {
  struct tsfn__message message; /* first: place_gathered casts back */
  const struct tsfn__shape *shape;
  void *copies[GATHER_MAX];
};

/* The place operation of gathered records: it hands the copies to the slot. */
static void
place_gathered(const struct tsfn__message *message, size_t index, void *slot) {
  const struct gathered *self = (const struct gathered *)message;
  self->shape->codec->place(self->shape->record, slot, item_at(message, index),
                            self->copies[index]);
}

/* Gathers up to `most` records from `items` on, into a new message. Stops at
   the first that cannot be gathered, whose status it answers; message.count
   tells how many were, and their copies are the caller's to send or to
   discard. */
static tsfn_status
gather(struct gathered *self, const char *items, size_t most) {
  const struct tsfn__shape *shape = self->shape;
  tsfn_status status = TSFN_OK;
  self->message = (struct tsfn__message){.items = items,
                                         .size = shape->item_size,
                                         .kind = TSFN__ITEM_VALUE,
                                         .place = place_gathered};
  if (most > GATHER_MAX) most = GATHER_MAX;
  for (size_t i = 0; i < most; i++) {
    status =
        shape->codec->gather(shape->record, shape->copies,
                             items + i * shape->item_size, &self->copies[i]);
    if (status != TSFN_OK) break;
    self->message.count++;
  }
  return status;
}

/* Sends gathered pieces until all records are queued or one is refused. Those
   before a record that cannot be gathered are sent, so that *accepted is a
   prefix of the items as it is elsewhere. A copy that was not accepted is
   discarded here. */
static tsfn_status
send_gathered(tsfn_function *fn, const char *items, size_t count,
              uint64_t deadline, size_t *accepted) {
  const struct tsfn__shape *shape = &fn->outlet.shape;
  struct gathered gathered = {.shape = shape};
  tsfn_status status = TSFN_OK;
  while (status == TSFN_OK && *accepted < count) {
    size_t sent = 0;
    status = tsfn__send_check(fn, deadline);
    if (status != TSFN_OK) break;
    tsfn_status gather_status = gather(
        &gathered, items + *accepted * shape->item_size, count - *accepted);
    status = tsfn__channel_send(&fn->outlet.channel, &gathered.message,
                                deadline, &sent);
    *accepted += sent;
    for (size_t i = sent; i < gathered.message.count; i++)
      shape->codec->discard(shape->record, shape->copies, gathered.copies[i]);
    if (status == TSFN_OK) status = gather_status;
  }
  return status;
}

/* There are three ways to fill a slot: gather and place, size and bytes, or a
   copy of the bytes alone, which the channel makes itself where there is no
   place operation. */
tsfn_status
tsfn__send_values(tsfn_function *fn, const void *items, size_t size,
                  size_t count, uint64_t deadline, size_t *accepted) {
  const struct tsfn__shape *shape = &fn->outlet.shape;
  if (shape->codec != NULL && !shape->is_plain)
    return send_gathered(fn, items, count, deadline, accepted);
  struct tsfn__message message = {
      .items = items, .size = size, .count = count, .kind = TSFN__ITEM_VALUE};
  if (shape->item_size == 0) message.place = place_small;
  return tsfn__channel_send(&fn->outlet.channel, &message, deadline, accepted);
}
