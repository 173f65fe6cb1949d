/* SPDX-License-Identifier: MIT */

/* tsfn_call_record: what the functions that TSFN_RECORD makes call. */

#include "function/send.h"

/* Each source file that has a record's declaration has a descriptor of its
   own. */
static bool
takes_record(const tsfn_function *fn, const tsfn_record *type) {
  const struct tsfn__shape *shape = &fn->outlet.shape;
  return shape->record == type ||
         (shape->record != NULL && shape->codec->same(shape->record, type));
}

tsfn_status
tsfn_call_record(tsfn_function *fn, const tsfn_record *type, const void *items,
                 size_t count, tsfn_wait wait, size_t *accepted) {
  size_t ignored;
  if (fn != NULL && type != NULL && fn->outlet.shape.record == type &&
      count == 1 && tsfn__send_plain(fn, items)) {
    if (accepted != NULL) *accepted = 1;
    return TSFN_OK;
  }
  if (accepted == NULL) accepted = &ignored;
  *accepted = 0;
  if (fn == NULL || type == NULL) return TSFN_INVALID;
  if (!takes_record(fn, type)) return TSFN_WRONG_TYPE;
  if (items == NULL && count != 0) return TSFN_INVALID;
  return tsfn__send_values(fn, items, fn->outlet.shape.item_size, count,
                           tsfn__send_deadline(wait), accepted);
}
