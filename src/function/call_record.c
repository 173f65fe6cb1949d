/* SPDX-License-Identifier: MIT */

/* tsfn_call_record: what x_call and x_call_many of a TSFN_RECORD(x, ...) call.
   The record's descriptor comes with the call, so that a record of another type
   is refused instead of read as the function's. */

#include "function/send.h"

/* Whether the function takes records of this type. The addresses are compared
   first: each source file that has a record's declaration has a descriptor of
   its own, and only a call from another file needs the comparison field by
   field. */
static bool
takes_record(const tsfn_function *fn, const tsfn_record *type) {
  const struct tsfn__shape *shape = &fn->outlet.shape;
  return shape->record == type ||
         (shape->record != NULL && shape->codec->same(shape->record, type));
}

/* The first test is the fast way: one plain record of the function's own
   descriptor. *accepted is written on every status, as tsfn.h promises. */
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
