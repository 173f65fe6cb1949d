/* SPDX-License-Identifier: MIT */
#include "crossing/item.h"

#include "os/os.h"

tsfn_completion
tsfn__outcome_completion(enum tsfn__outcome outcome) {
  switch (outcome) {
  case TSFN__OUTCOME_THREW:
    return TSFN_COMPLETION_THREW;
  case TSFN__OUTCOME_CANNOT_RUN:
  case TSFN__OUTCOME_INTERRUPTED:
    return TSFN_COMPLETION_CANNOT_RUN_JS;
  case TSFN__OUTCOME_WITHDRAWN:
    return TSFN_COMPLETION_WITHDRAWN;
  case TSFN__OUTCOME_DELIVERED:
  case TSFN__OUTCOME_FAILED:
    break;
  }
  return TSFN_COMPLETION_DELIVERED;
}

/* An item of no bytes is shown as NULL, as a call without an item promises. */
static struct tsfn__item
view_small(struct tsfn__small *small) {
  struct tsfn__item item = {NULL, (size_t)small->size};
  if (small->size != 0) item.data = small->bytes;
  return item;
}

TSFN__OS_COLD void
tsfn__shape_open(struct tsfn__shape *self) {
  self->copies = self->codec != NULL
                     ? self->codec->open_copies(self->record, &self->allocator)
                     : &self->allocator;
}

TSFN__OS_COLD void
tsfn__shape_close(struct tsfn__shape *self) {
  if (self->codec != NULL)
    self->codec->close_copies(self->record, &self->allocator, self->copies);
}

struct tsfn__item
tsfn__item_view(const struct tsfn__shape *shape, void *slot,
                enum tsfn__item_kind kind) {
  if (kind == TSFN__ITEM_POINTER) {
    struct tsfn__item pointer = {*(void **)slot, 0};
    return pointer;
  }
  if (shape->item_size == 0) return view_small(slot);
  struct tsfn__item item = {slot, shape->item_size};
  return item;
}

void
tsfn__item_destroy(const struct tsfn__shape *shape, void *slot,
                   enum tsfn__item_kind kind) {
  if (kind == TSFN__ITEM_VALUE && shape->codec != NULL && !shape->is_plain)
    shape->codec->destroy(shape->record, shape->copies, slot);
}
