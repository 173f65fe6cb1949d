/* SPDX-License-Identifier: MIT */

/* What whoever holds a use may do with a function and ask of it, on any thread,
   but for the calls (call.c and its companions), hold.c and stats.c. */

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

tsfn_status
tsfn_abort(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__outlet *outlet = &fn->outlet;
  tsfn_status status = tsfn__channel_abort(&outlet->channel);
  /* It may be the function's own callback that aborts: then no further one is
     called, though many records are delivered by one call from C. */
  bool may_be_inside = tsfn__os_thread_self() == outlet->channel.loop_thread;
  if (may_be_inside && outlet->mode != NULL && outlet->mode->stop != NULL)
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

void *
tsfn_context(tsfn_function *fn) {
  return fn == NULL ? NULL : fn->outlet.context;
}
