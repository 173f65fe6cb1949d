/* SPDX-License-Identifier: MIT */

/* tsfn_get_stats: positions of the queue, and what the channel has counted. Any
   thread that holds a use; never blocks. The values are read one after another
   while others move them, so they are exact together only on the loop
   thread. */

#include "function/function.h"

tsfn_status
tsfn_get_stats(tsfn_function *fn, tsfn_stats *out) {
  if (fn == NULL || out == NULL) return TSFN_INVALID;
  struct tsfn__channel *channel = &fn->outlet.channel;
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    out->completed[i] =
        atomic_load_explicit(&channel->completed[i], memory_order_relaxed);
  /* Consumed is read before accepted, which only grows: so queued is not
     negative. */
  uint64_t consumed = tsfn__queue_consumed(&channel->queue);
  out->accepted = tsfn__queue_accepted(&channel->queue);
  out->queued = out->accepted - consumed;
  out->blocked = tsfn__park_waiters(&channel->park);
  out->uses = tsfn__lifecycle_uses(&channel->lifecycle);
  out->memory = tsfn__blocks_memory(&channel->queue.blocks);
  return TSFN_OK;
}
