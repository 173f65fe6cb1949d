/* SPDX-License-Identifier: MIT */
#include "function/send.h"

tsfn_status
tsfn__send_box(tsfn_function *fn, enum tsfn__item_kind kind,
               struct tsfn__box *box, uint64_t deadline) {
  struct tsfn__outlet *outlet = &fn->outlet;
  size_t accepted;
  if (box == NULL) return TSFN_NO_MEMORY;
  /* The bytes that the slot gets are the box's address. */
  struct tsfn__message message = {.items = &box,
                                  .size = sizeof(struct tsfn__box *),
                                  .count = 1,
                                  .kind = (unsigned char)kind};
  tsfn_status status =
      tsfn__channel_send(&outlet->channel, &message, deadline, &accepted);
  if (accepted == 0) box->ops->free(&outlet->shape.allocator, box);
  return status;
}
