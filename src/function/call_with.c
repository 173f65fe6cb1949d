/* SPDX-License-Identifier: MIT */

/* tsfn_call_with: an item with a call_js of its own, in every kind of function.
   It travels in a box of kind SPECIAL, so that no mode takes it for a value. */

#include <stddef.h>
#include <string.h>

#include "core/memory.h"
#include "crossing/give.h"
#include "function/send.h"

/* As a value's box in call.c, with the call_js that the item came with. The
   bytes are aligned by the compiler: the three members before them have 24
   bytes on 64 bits, which is no multiple of 16. */
struct with_box {
  struct tsfn__box box; /* first: it is cast back to this */
  tsfn_call_js call_js;
  size_t size;
  _Alignas(max_align_t) unsigned char bytes[];
};

static struct tsfn__item
view_with(struct tsfn__box *box) {
  struct with_box *self = (struct with_box *)box;
  struct tsfn__item item = {self->size != 0 ? self->bytes : NULL, self->size};
  return item;
}

/* The item is given to its own call_js, and handed back to it (end_with);
   options->call_js never sees it. */
static enum tsfn__outcome
give_with(const struct tsfn__giving *giving, struct tsfn__box *box) {
  return tsfn__give_shown(giving, ((struct with_box *)box)->call_js,
                          view_with(box).data);
}

static void
free_with(const tsfn_allocator *allocator, struct tsfn__box *box) {
  struct with_box *self = (struct with_box *)box;
  tsfn__memory_release(allocator, self, sizeof *self + self->size);
}

/* Tells the author first: the bytes are the box's. */
static void
end_with(const struct tsfn__outlet *outlet, struct tsfn__box *box,
         tsfn_completion how, bool is_shown) {
  tsfn__outlet_tell(outlet, ((struct with_box *)box)->call_js, view_with(box),
                    how, is_shown);
  free_with(&outlet->shape.allocator, box);
}

static const struct tsfn__box_ops with_ops = {give_with, end_with, free_with,
                                              NULL};

/* Copies the item into a new box. NULL: out of memory. */
static struct tsfn__box *
make_with(const tsfn_allocator *allocator, tsfn_call_js call_js,
          const void *item, size_t size) {
  if (size > SIZE_MAX - sizeof(struct with_box)) return NULL;
  struct with_box *self = tsfn__memory_allocate(allocator, sizeof *self + size);
  if (self == NULL) return NULL;
  self->box.ops = &with_ops;
  self->call_js = call_js;
  self->size = size;
  if (size != 0) memcpy(self->bytes, item, size);
  return &self->box;
}

tsfn_status
tsfn_call_with(tsfn_function *fn, tsfn_call_js call_js, const void *item,
               size_t size, tsfn_wait wait) {
  if (fn == NULL || call_js == NULL) return TSFN_INVALID;
  if (item == NULL && size != 0) return TSFN_INVALID;
  uint64_t deadline = tsfn__send_deadline(wait);
  tsfn_status status = tsfn__send_check(fn, deadline);
  if (status != TSFN_OK) return status;
  return tsfn__send_box(
      fn, TSFN__ITEM_SPECIAL,
      make_with(&fn->outlet.shape.allocator, call_js, item, size), deadline);
}
