/* SPDX-License-Identifier: MIT */

/* tsfn_ref and tsfn_unref: whether a function keeps the process alive. Any
   thread that holds a use. */

#include "function/function.h"

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
