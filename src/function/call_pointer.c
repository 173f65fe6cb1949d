/* SPDX-License-Identifier: MIT */

/* tsfn_call_pointer: the item is an address. It is refused with TSFN_WRONG_TYPE
   where nobody would look at it: a function of records, or one without convert
   and call_js. */

#include "function/send.h"

tsfn_status
tsfn_call_pointer(tsfn_function *fn, void *pointer, tsfn_wait wait) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__outlet *outlet = &fn->outlet;
  if (outlet->convert == NULL && outlet->call_js == NULL)
    return TSFN_WRONG_TYPE;
  if (tsfn__channel_push(&outlet->channel, &pointer, sizeof pointer,
                         TSFN__ITEM_POINTER))
    return TSFN_OK;
  struct tsfn__message message = {.items = &pointer,
                                  .size = sizeof pointer,
                                  .count = 1,
                                  .kind = TSFN__ITEM_POINTER};
  size_t accepted;
  return tsfn__channel_send(&outlet->channel, &message,
                            tsfn__send_deadline(wait), &accepted);
}
