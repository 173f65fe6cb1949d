/* SPDX-License-Identifier: MIT */
#include "node/item.h"

#include <string.h>

#include "core/memory.h"
#include "node/function.h"

struct tsfn__box *
tsfn__item_box(const tsfn_allocator *allocator, const void *item, size_t size) {
  if (size > SIZE_MAX - sizeof(struct tsfn__box)) return NULL;
  struct tsfn__box *box = tsfn__memory_allocate(allocator, sizeof *box + size);
  if (box == NULL) return NULL;
  box->size = size;
  if (size != 0) memcpy(box->bytes, item, size);
  return box;
}

struct tsfn__box *
tsfn__item_box_error(const tsfn_allocator *allocator, const char *code,
                     const char *message) {
  size_t message_size = strlen(message) + 1;
  size_t code_size = code != NULL ? strlen(code) + 1 : 0;
  struct tsfn__box *box =
      tsfn__memory_allocate(allocator, sizeof *box + message_size + code_size);
  if (box == NULL) return NULL;
  box->size = message_size;
  box->as.code_size = code_size;
  memcpy(box->bytes, message, message_size);
  if (code_size != 0) memcpy(box->bytes + message_size, code, code_size);
  return box;
}

void
tsfn__item_unbox(const tsfn_allocator *allocator, enum tsfn__item_kind kind,
                 struct tsfn__box *box) {
  size_t size = sizeof *box + box->size;
  if (kind == TSFN__ITEM_ERROR) size += box->as.code_size;
  tsfn__memory_release(allocator, box, size);
}

struct tsfn__item
tsfn__item_of(const tsfn_function *function, void *slot,
              enum tsfn__item_kind kind) {
  struct tsfn__item item = {NULL, 0};
  switch (kind) {
  case TSFN__ITEM_VALUE:
    if (function->item_size != 0) {
      item.data = slot;
      item.size = function->item_size;
    } else {
      struct tsfn__small *small = slot;
      item.size = (size_t)small->size;
      item.data = small->size != 0 ? small->bytes : NULL;
    }
    break;
  case TSFN__ITEM_BOXED:
  case TSFN__ITEM_WITH:
    item.size = tsfn__item_boxed(slot)->size;
    item.data = item.size != 0 ? tsfn__item_boxed(slot)->bytes : NULL;
    break;
  case TSFN__ITEM_POINTER:
    item.data = *(void **)slot;
    break;
  case TSFN__ITEM_ERROR:
    break;
  }
  return item;
}

void
tsfn__item_destroy(tsfn_function *function, void *slot,
                   enum tsfn__item_kind kind) {
  switch (kind) {
  case TSFN__ITEM_VALUE:
    if (function->codec != NULL && !function->is_plain)
      function->codec->destroy(function->record, &function->allocator, slot);
    break;
  case TSFN__ITEM_BOXED:
  case TSFN__ITEM_WITH:
  case TSFN__ITEM_ERROR:
    tsfn__item_unbox(&function->allocator, kind, tsfn__item_boxed(slot));
    break;
  case TSFN__ITEM_POINTER:
    break;
  }
}
