/* SPDX-License-Identifier: MIT */

/* What whoever holds a use may do with a function and ask of it, on any thread,
   but for the calls (call.c and its companions). */

#include <stdio.h>

#include "function/function.h"

tsfn_status
tsfn_acquire(tsfn_function *fn) {
  return fn == NULL ? TSFN_INVALID : tsfn__channel_acquire(&fn->outlet.channel);
}

tsfn_status
tsfn_release(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  tsfn_status status = tsfn__channel_release(&fn->outlet.channel);
#if defined(TSFN_DEBUG)
  if (status == TSFN_INVALID)
    fprintf(stderr, "libtsfn: '%s' was released more often than acquired\n",
            fn->name);
#endif
  return status;
}

static bool
is_on_loop_thread(const tsfn_function *fn) {
  return tsfn__os_thread_self() == fn->outlet.channel.loop_thread;
}

tsfn_status
tsfn_abort(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__outlet *outlet = &fn->outlet;
  tsfn_status status = tsfn__channel_abort(&outlet->channel);
  /* It may be the function's own callback that aborts: then no further one is
     called, though many records are delivered by one call from C. */
  if (is_on_loop_thread(fn) && outlet->mode != NULL &&
      outlet->mode->stop != NULL)
    outlet->mode->stop(outlet);
  return status;
}

bool
tsfn_is_closing(const tsfn_function *fn) {
  return fn == NULL || tsfn__queue_is_closed(&fn->outlet.channel.queue);
}

bool
tsfn_is_aborted(const tsfn_function *fn) {
  return fn != NULL &&
         tsfn__lifecycle_is_aborted(&fn->outlet.channel.lifecycle);
}

static tsfn_status
set_hold(tsfn_function *fn, bool hold) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__channel *channel = &fn->outlet.channel;
  atomic_store_explicit(&fn->wants_hold, hold, memory_order_seq_cst);
  if (!is_on_loop_thread(fn))
    tsfn__channel_schedule(channel);
  else if (!tsfn__lifecycle_is_final(&channel->lifecycle))
    tsfn__function_apply_hold(fn, false);
  return TSFN_OK;
}

tsfn_status
tsfn_ref(tsfn_function *fn) {
  return set_hold(fn, true);
}

tsfn_status
tsfn_unref(tsfn_function *fn) {
  return set_hold(fn, false);
}

void *
tsfn_context(tsfn_function *fn) {
  return fn == NULL ? NULL : fn->outlet.context;
}

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
