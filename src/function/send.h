/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SEND_H
#define TSFN__SEND_H

/* The producers' side, between the public calls (call*.c) and the channel. Each
   call becomes a message whose place operation cannot fail, because everything
   that can fail is done before a slot is reserved.

   Below the public face a wait is a deadline, a time on tsfn__os_now's clock,
   so that a call that sends its items in pieces waits no longer than one that
   sends them at once.

   Any thread that holds a use. A call blocks only for room, until its deadline,
   and in the author's allocator. It never calls Node-API. */

#include "function/function.h"

#define TSFN__NANOSECONDS_IN_MILLISECOND 1000000u

/* The deadline of a call that may wait so long. Each public call asks once, at
   its beginning. A wait too long for the clock is one without end. */
static inline uint64_t
tsfn__send_deadline(tsfn_wait wait) {
  if (wait.milliseconds == 0) return TSFN__NO_WAIT;
  if (wait.milliseconds == UINT64_MAX) return TSFN__OS_FOREVER;
  uint64_t now = tsfn__os_now();
  uint64_t most = (TSFN__OS_FOREVER - now) / TSFN__NANOSECONDS_IN_MILLISECOND;
  return wait.milliseconds < most
             ? now + wait.milliseconds * TSFN__NANOSECONDS_IN_MILLISECOND
             : TSFN__OS_FOREVER;
}

/* Checks what can be checked before copying: a copy made for a refused call is
   wasted. TSFN_OK: the call may go on, and may still be refused, since others
   send and close meanwhile. */
static inline tsfn_status
tsfn__send_check(const tsfn_function *fn, uint64_t deadline) {
  const struct tsfn__queue *queue = &fn->outlet.channel.queue;
  if (tsfn__queue_is_closed(queue)) return TSFN_CLOSING;
  if (deadline == TSFN__NO_WAIT && tsfn__queue_is_full(queue))
    return TSFN_QUEUE_FULL;
  return TSFN_OK;
}

/* Sends one item the fast way, where a slot is the caller's bytes: a few
   instructions and no message. False: nothing was sent, and the slow way must
   be taken, which finds out why. */
TSFN__OS_INLINE bool
tsfn__send_plain(tsfn_function *fn, const void *item) {
  return fn->outlet.shape.is_plain && item != NULL &&
         tsfn__channel_push(&fn->outlet.channel, item,
                            fn->outlet.shape.item_size, TSFN__ITEM_VALUE);
}

/* Sends `count` items of the function's one size or, in an any-size function,
   of `size` bytes up to TSFN__SMALL_MAX. *accepted is 0 before the call; on
   every status it is the length of the prefix that was queued. What the items
   behind that prefix own is still the caller's. */
tsfn_status tsfn__send_values(tsfn_function *fn, const void *items, size_t size,
                              size_t count, uint64_t deadline,
                              size_t *accepted);

/* Sends one box of this kind. `box` NULL, one that could not be made:
   TSFN_NO_MEMORY. On any status but TSFN_OK the box is freed. */
tsfn_status tsfn__send_box(tsfn_function *fn, enum tsfn__item_kind kind,
                           struct tsfn__box *box, uint64_t deadline);

#endif
