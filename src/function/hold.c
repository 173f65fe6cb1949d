/* SPDX-License-Identifier: MIT */

/* tsfn_ref and tsfn_unref: whether a function keeps the process alive. Any
   thread that holds a use. An object of its own, so that an addon which calls
   neither does not link it. */

#include "function/function.h"

/* Stores the wish, and has the loop thread follow it: only that thread may
   touch the event loop. From another thread the wish is stored before
   `scheduled` is read, both seq_cst, so that the drain which is under way sees
   it or another one comes (run_drain in life.c). */
static tsfn_status
set_hold(tsfn_function *fn, bool hold) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__channel *channel = &fn->outlet.channel;
  atomic_store_explicit(&fn->wants_hold, hold, memory_order_seq_cst);
  if (tsfn__os_thread_self() != channel->loop_thread)
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
