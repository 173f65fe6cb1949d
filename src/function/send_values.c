/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "function/send.h"

static const void *
item_at(const struct tsfn__message *message, size_t index) {
  return (const char *)message->items + index * message->size;
}

static void
place_small(const struct tsfn__message *message, size_t index, void *slot) {
  struct tsfn__small *small = slot;
  small->size = message->size;
  if (message->size != 0)
    memcpy(small->bytes, item_at(message, index), message->size);
}

/* Records that own or borrow memory are sent 16 at a time: each one that was
   gathered is an allocation, which a full queue would give back. */
#define GATHER_MAX 16u

struct gathered {
  struct tsfn__message message; /* first: place_gathered casts back */
  const struct tsfn__shape *shape;
  void *copies[GATHER_MAX];
};

static void
place_gathered(const struct tsfn__message *message, size_t index, void *slot) {
  const struct gathered *self = (const struct gathered *)message;
  self->shape->codec->place(self->shape->record, slot, item_at(message, index),
                            self->copies[index]);
}

/* Gathers up to `most` records from `items` on, until one cannot be. */
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
        shape->codec->gather(shape->record, &shape->allocator,
                             items + i * shape->item_size, &self->copies[i]);
    if (status != TSFN_OK) break;
    self->message.count++;
  }
  return status;
}

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
      shape->codec->discard(shape->record, &shape->allocator,
                            gathered.copies[i]);
    if (status == TSFN_OK) status = gather_status;
  }
  return status;
}

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
