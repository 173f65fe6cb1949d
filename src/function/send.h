/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SEND_H
#define TSFN__SEND_H

/* The producers' side, between the public calls and the channel: each call
   becomes a message whose place operation cannot fail, since all that can fail
   is done before. Any thread that holds a use.

   Below the public face a wait is a deadline, a time on tsfn__os_now's clock,
   so that a call that sends its items in pieces waits no longer than one that
   sends them at once. */

#include "function/function.h"

#define TSFN__NANOSECONDS_IN_MILLISECOND 1000000u

/* Each public call that may wait turns its `wait` into a deadline once. */
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
   wasted. TSFN_OK: the call may go on, and may still be refused. */
static inline tsfn_status
tsfn__send_check(const tsfn_function *fn, uint64_t deadline) {
  const struct tsfn__queue *queue = &fn->outlet.channel.queue;
  if (tsfn__queue_is_closed(queue)) return TSFN_CLOSING;
  if (deadline == TSFN__NO_WAIT && tsfn__queue_is_full(queue))
    return TSFN_QUEUE_FULL;
  return TSFN_OK;
}

/* A slot that is the item's bytes takes the fast way. False: nothing was sent,
   and the slow way knows more. */
TSFN__OS_INLINE bool
tsfn__send_plain(tsfn_function *fn, const void *item) {
  return fn->outlet.shape.is_plain && item != NULL &&
         tsfn__channel_push(&fn->outlet.channel, item,
                            fn->outlet.shape.item_size, TSFN__ITEM_VALUE);
}

/* `count` items of the function's one size or, of an any-size function, of
   `size` bytes up to TSFN__SMALL_MAX. *accepted is the length of the prefix
   that was queued, on every status. */
tsfn_status tsfn__send_values(tsfn_function *fn, const void *items, size_t size,
                              size_t count, uint64_t deadline,
                              size_t *accepted);

/* One box of this kind. NULL: TSFN_NO_MEMORY. On any status but TSFN_OK the box
   is freed. */
tsfn_status tsfn__send_box(tsfn_function *fn, enum tsfn__item_kind kind,
                           struct tsfn__box *box, uint64_t deadline);

#endif
