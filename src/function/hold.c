/* SPDX-License-Identifier: MIT */

/* tsfn_ref and tsfn_unref: whether a function keeps the process alive. Any
   thread that holds a use. An object of its own, so that an addon which calls
   neither does not link it. */

#include "function/function.h"

/* Has the loop thread follow the wish that was stored: only that thread may
   touch the event loop. On another thread the store comes before `scheduled` is
   read, both seq_cst, so that the drain which is under way sees the wish or
   another one comes (run_drain in life.c). Where the event loop has run out
   instead, 'beforeExit' sees the wish (environment.c). */
static tsfn_status
follow_wish(tsfn_function *fn) {
  struct tsfn__channel *channel = &fn->outlet.channel;
  if (tsfn__os_thread_self() != channel->loop_thread)
    tsfn__channel_schedule(channel);
  else if (!tsfn__lifecycle_is_final(&channel->lifecycle))
    tsfn__function_apply_hold(fn, false);
  return TSFN_OK;
}

/* The loop thread holds the event loop by that alone, so nothing can be too
   late there. */
tsfn_status
tsfn_ref(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  /* A grave of the drop-in layer (graves.h) has no environment any more. */
  if (tsfn__lifecycle_is_final(&fn->outlet.channel.lifecycle)) return TSFN_OK;
  if (tsfn__os_thread_self() == fn->outlet.channel.loop_thread)
    TSFN__OS_STORE_SEQ_CST(&fn->wants_hold, true);
  else if (!tsfn__environment_wish_hold(fn->environment, &fn->wants_hold))
    return tsfn_is_closing(fn) ? TSFN_OK : TSFN_CLOSING;
  return follow_wish(fn);
}

tsfn_status
tsfn_unref(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  TSFN__OS_STORE_SEQ_CST(&fn->wants_hold, false);
  return follow_wish(fn);
}
