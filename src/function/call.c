/* SPDX-License-Identifier: MIT */

/* tsfn_call and tsfn_call_many: items of bytes. An item that is too large for a
   slot of an any-size function travels in a box, which has an allocation of its
   own; the slot holds its address. */

#include <string.h>

#include "core/memory.h"
#include "crossing/give.h"
#include "function/send.h"

/* --- values in boxes ----------------------------------------------------- */

/* One allocation: the head that every box has, the size, the bytes. The size is
   kept for the author's complete, and for the allocator, which wants it
   back. */
struct value_box {
  struct tsfn__box box; /* first: it is cast back to this */
  size_t size;
  unsigned char bytes[]; /* at an offset of 16: aligned for any type */
};

/* An allocation is aligned for any type, which on 64 bits means 16 bytes. So
   the bytes must lie at a multiple of 16, because the author reads them as a
   type of the author's choice. On 32 bits they lie at 8. */
_Static_assert(sizeof(struct value_box) % 16 == 0 || sizeof(void *) < 8,
               "the bytes of a box are aligned for any type");

/* The operations of such a box (crossing/item.h). The author sees the bytes as
   if they were in the slot. */
static struct tsfn__item
view_value(struct tsfn__box *box) {
  struct value_box *self = (struct value_box *)box;
  struct tsfn__item item = {self->size != 0 ? self->bytes : NULL, self->size};
  return item;
}

/* Values in boxes are no records, so no slot is needed to convert them. */
static enum tsfn__outcome
give_value_box(const struct tsfn__giving *giving, struct tsfn__box *box) {
  struct tsfn__item item = view_value(box);
  return tsfn__give_value(giving, NULL, &item);
}

static void
free_value_box(const tsfn_allocator *allocator, struct tsfn__box *box) {
  struct value_box *self = (struct value_box *)box;
  tsfn__memory_release(allocator, self, sizeof *self + self->size);
}

/* Tells the author first: the bytes are the box's. */
static void
end_value_box(const struct tsfn__outlet *outlet, struct tsfn__box *box,
              tsfn_completion how, bool is_shown) {
  tsfn__outlet_tell(outlet, outlet->call_js, view_value(box), how, is_shown);
  free_value_box(&outlet->shape.allocator, box);
}

static const struct tsfn__box_ops value_box_ops = {
    give_value_box, end_value_box, free_value_box, NULL};

/* Copies the item into a new box. NULL: out of memory. */
static struct tsfn__box *
make_value_box(const tsfn_allocator *allocator, const void *item, size_t size) {
  if (size > SIZE_MAX - sizeof(struct value_box)) return NULL;
  struct value_box *self =
      tsfn__memory_allocate(allocator, sizeof *self + size);
  if (self == NULL) return NULL;
  self->box.ops = &value_box_ops;
  self->size = size;
  memcpy(self->bytes, item, size);
  return &self->box;
}

/* Sends one box after another. A box is made after the one before it was
   accepted, so a refused call has copied one item for nothing at the most. */
static tsfn_status
send_boxed(tsfn_function *fn, const char *items, size_t size, size_t count,
           uint64_t deadline, size_t *accepted) {
  const tsfn_allocator *allocator = &fn->outlet.shape.allocator;
  tsfn_status status = TSFN_OK;
  while (status == TSFN_OK && *accepted < count) {
    status = tsfn__send_check(fn, deadline);
    if (status == TSFN_OK)
      status = tsfn__send_box(
          fn, TSFN__ITEM_BOXED,
          make_value_box(allocator, items + *accepted * size, size), deadline);
    if (status == TSFN_OK) ++*accepted;
  }
  return status;
}

/* --- the public face ----------------------------------------------------- */

/* Whether the function does anything with an item's bytes. Without a record, a
   convert and a call_js the callback is called without values. */
static bool
takes_values(const struct tsfn__outlet *outlet) {
  return outlet->shape.codec != NULL || outlet->convert != NULL ||
         outlet->call_js != NULL;
}

tsfn_status
tsfn_call_many(tsfn_function *fn, const void *items, size_t size, size_t count,
               tsfn_wait wait, size_t *accepted) {
  size_t ignored;
  if (accepted == NULL) accepted = &ignored;
  *accepted = 0;
  if (fn == NULL) return TSFN_INVALID;
  if (items == NULL && size != 0 && count != 0) return TSFN_INVALID;
  size_t item_size = fn->outlet.shape.item_size;
  /* A function of a fixed size takes that size only. One of any size takes all
     of them, if it does something with the bytes; a call without bytes is
     always right. */
  if (item_size != 0 ? size != item_size
                     : size != 0 && !takes_values(&fn->outlet))
    return TSFN_WRONG_TYPE;
  uint64_t deadline = tsfn__send_deadline(wait);
  if (item_size == 0 && size > TSFN__SMALL_MAX)
    return send_boxed(fn, items, size, count, deadline, accepted);
  return tsfn__send_values(fn, items, size, count, deadline, accepted);
}

/* The fast way is tried before the arguments are checked: it needs a size that
   is the function's, and an item. All else goes the way of many. */
tsfn_status
tsfn_call(tsfn_function *fn, const void *item, size_t size, tsfn_wait wait) {
  if (fn != NULL && size == fn->outlet.shape.item_size &&
      tsfn__send_plain(fn, item))
    return TSFN_OK;
  return tsfn_call_many(fn, item, size, 1, wait, NULL);
}
