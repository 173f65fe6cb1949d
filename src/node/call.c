/* SPDX-License-Identifier: MIT */

/* The producers' side of the public face: each call becomes a message whose
   place operation cannot fail, since all that can was done before. */

#include <string.h>

#include "node/codec.h"
#include "node/function.h"
#include "node/item.h"

/* --- place operations ---------------------------------------------------- */

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

/* Boxes travel as the array of their addresses. */
static void
place_pointer(const struct tsfn__message *message, size_t index, void *slot) {
  memcpy(slot, (void *const *)message->items + index, sizeof(void *));
}

struct gathered {
  struct tsfn__message message; /* first: place_gathered casts back */
  const tsfn_record *record;
  void *const *copies;
};

static void
place_gathered(const struct tsfn__message *message, size_t index, void *slot) {
  const struct gathered *self = (const struct gathered *)message;
  self->record->codec->place(self->record, slot, item_at(message, index),
                             self->copies[index]);
}

/* --- sending ------------------------------------------------------------- */

#define NANOSECONDS_IN_MILLISECOND 1000000u

/* The time on tsfn__os_now's clock until which the caller may wait. Each call
   reads the clock once, here, so that a call that sends its items in pieces
   waits no longer than one that sends them at once. */
static uint64_t
deadline_of(tsfn_wait wait) {
  if (wait.milliseconds == 0) return TSFN__NO_WAIT;
  if (wait.milliseconds == UINT64_MAX) return TSFN__OS_FOREVER;
  uint64_t now = tsfn__os_now();
  uint64_t most = (TSFN__OS_FOREVER - now) / NANOSECONDS_IN_MILLISECOND;
  return wait.milliseconds < most
             ? now + wait.milliseconds * NANOSECONDS_IN_MILLISECOND
             : TSFN__OS_FOREVER;
}

/* Checks what can be checked before copying: a copy made for a refused call is
   wasted. */
static tsfn_status
refuse_early(tsfn_function *fn, uint64_t deadline) {
  if (tsfn__queue_is_closed(&fn->channel.queue)) return TSFN_CLOSING;
  if (deadline == TSFN__NO_WAIT && tsfn__queue_is_full(&fn->channel.queue))
    return TSFN_QUEUE_FULL;
  return TSFN_OK;
}

static tsfn_status
send_box(tsfn_function *fn, enum tsfn__item_kind kind, struct tsfn__box *box,
         uint64_t deadline) {
  if (box == NULL) return TSFN_NO_MEMORY;
  void *pointer = box;
  struct tsfn__message message = {&pointer, sizeof pointer, 1,
                                  (unsigned char)kind, place_pointer};
  size_t accepted;
  tsfn_status status =
      tsfn__channel_send(&fn->channel, &message, deadline, &accepted);
  if (accepted == 0) tsfn__item_unbox(&fn->allocator, kind, box);
  return status;
}

/* Records that own or borrow memory: gathered a few at a time, since each
   gathered item is an allocation that a full queue would give back. */
#define GATHER_MAX 16u

static tsfn_status
send_gathered(tsfn_function *fn, const char *items, size_t count,
              uint64_t deadline, size_t *accepted) {
  void *copies[GATHER_MAX];
  const struct tsfn__codec *codec = fn->codec;
  size_t size = fn->item_size;
  tsfn_status status = TSFN_OK;
  while (status == TSFN_OK && *accepted < count) {
    const char *first = items + *accepted * size;
    size_t most = count - *accepted, gathered = 0, sent = 0;
    if (most > GATHER_MAX) most = GATHER_MAX;
    status = refuse_early(fn, deadline);
    if (status != TSFN_OK) break;
    tsfn_status gather_status = TSFN_OK;
    while (gathered < most) {
      gather_status = codec->gather(fn->record, &fn->allocator,
                                    first + gathered * size, &copies[gathered]);
      if (gather_status != TSFN_OK) break;
      gathered++;
    }
    struct gathered batch = {
        {first, size, gathered, TSFN__ITEM_VALUE, place_gathered},
        fn->record,
        copies};
    status = tsfn__channel_send(&fn->channel, &batch.message, deadline, &sent);
    *accepted += sent;
    for (size_t i = sent; i < gathered; i++)
      codec->discard(fn->record, &fn->allocator, copies[i]);
    if (status == TSFN_OK) status = gather_status;
  }
  return status;
}

/* `count` items of the function's one size, or of any size up to SMALL_MAX. */
static tsfn_status
send_values(tsfn_function *fn, const void *items, size_t size, size_t count,
            uint64_t deadline, size_t *accepted) {
  if (fn->codec != NULL && !fn->is_plain)
    return send_gathered(fn, items, count, deadline, accepted);
  struct tsfn__message message = {items, size, count, TSFN__ITEM_VALUE, NULL};
  if (fn->item_size == 0) message.place = place_small;
  return tsfn__channel_send(&fn->channel, &message, deadline, accepted);
}

static tsfn_status
send_boxed(tsfn_function *fn, const char *items, size_t size, size_t count,
           uint64_t deadline, size_t *accepted) {
  tsfn_status status = TSFN_OK;
  while (status == TSFN_OK && *accepted < count) {
    status = refuse_early(fn, deadline);
    if (status == TSFN_OK)
      status = send_box(
          fn, TSFN__ITEM_BOXED,
          tsfn__item_box(&fn->allocator, items + *accepted * size, size),
          deadline);
    if (status == TSFN_OK) ++*accepted;
  }
  return status;
}

/* --- the public face ----------------------------------------------------- */

static bool
takes_values(const tsfn_function *fn) {
  return fn->codec != NULL || fn->convert != NULL || fn->call_js != NULL;
}

tsfn_status
tsfn_call_many(tsfn_function *fn, const void *items, size_t size, size_t count,
               tsfn_wait wait, size_t *accepted) {
  size_t ignored;
  if (accepted == NULL) accepted = &ignored;
  *accepted = 0;
  if (fn == NULL) return TSFN_INVALID;
  if (items == NULL && size != 0 && count != 0) return TSFN_INVALID;
  if (fn->item_size != 0 ? size != fn->item_size
                         : size != 0 && !takes_values(fn))
    return TSFN_WRONG_TYPE;
  uint64_t deadline = deadline_of(wait);
  if (fn->item_size == 0 && size > TSFN__SMALL_MAX)
    return send_boxed(fn, items, size, count, deadline, accepted);
  return send_values(fn, items, size, count, deadline, accepted);
}

/* A slot that is the item's bytes takes the fast way. */
TSFN__OS_INLINE bool
push_plain(tsfn_function *fn, const void *item) {
  return fn->is_plain && item != NULL &&
         tsfn__channel_push(&fn->channel, item, fn->item_size,
                            TSFN__ITEM_VALUE);
}

tsfn_status
tsfn_call(tsfn_function *fn, const void *item, size_t size, tsfn_wait wait) {
  if (fn != NULL && size == fn->item_size && push_plain(fn, item))
    return TSFN_OK;
  return tsfn_call_many(fn, item, size, 1, wait, NULL);
}

tsfn_status
tsfn_call_record(tsfn_function *fn, const tsfn_record *type, const void *items,
                 size_t count, tsfn_wait wait, size_t *accepted) {
  size_t ignored;
  if (fn != NULL && type != NULL && fn->record == type && count == 1 &&
      push_plain(fn, items)) {
    if (accepted != NULL) *accepted = 1;
    return TSFN_OK;
  }
  if (accepted == NULL) accepted = &ignored;
  *accepted = 0;
  if (fn == NULL || type == NULL) return TSFN_INVALID;
  if (fn->record != type &&
      (fn->record == NULL || !fn->codec->same(fn->record, type)))
    return TSFN_WRONG_TYPE;
  if (items == NULL && count != 0) return TSFN_INVALID;
  return send_values(fn, items, fn->item_size, count, deadline_of(wait),
                     accepted);
}

tsfn_status
tsfn_call_pointer(tsfn_function *fn, void *pointer, tsfn_wait wait) {
  if (fn == NULL) return TSFN_INVALID;
  if (fn->convert == NULL && fn->call_js == NULL) return TSFN_WRONG_TYPE;
  if (tsfn__channel_push(&fn->channel, &pointer, sizeof pointer,
                         TSFN__ITEM_POINTER))
    return TSFN_OK;
  struct tsfn__message message = {&pointer, sizeof pointer, 1,
                                  TSFN__ITEM_POINTER, place_pointer};
  size_t accepted;
  return tsfn__channel_send(&fn->channel, &message, deadline_of(wait),
                            &accepted);
}

tsfn_status
tsfn_call_with(tsfn_function *fn, tsfn_call_js call_js, const void *item,
               size_t size, tsfn_wait wait) {
  if (fn == NULL || call_js == NULL) return TSFN_INVALID;
  if (item == NULL && size != 0) return TSFN_INVALID;
  uint64_t deadline = deadline_of(wait);
  tsfn_status status = refuse_early(fn, deadline);
  if (status != TSFN_OK) return status;
  struct tsfn__box *box = tsfn__item_box(&fn->allocator, item, size);
  if (box != NULL) box->as.call_js = call_js;
  return send_box(fn, TSFN__ITEM_WITH, box, deadline);
}

tsfn_status
tsfn_call_error(tsfn_function *fn, const char *code, const char *message,
                tsfn_wait wait) {
  if (fn == NULL || message == NULL) return TSFN_INVALID;
  uint64_t deadline = deadline_of(wait);
  tsfn_status status = refuse_early(fn, deadline);
  if (status != TSFN_OK) return status;
  return send_box(fn, TSFN__ITEM_ERROR,
                  tsfn__item_box_error(&fn->allocator, code, message),
                  deadline);
}
