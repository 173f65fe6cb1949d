/* SPDX-License-Identifier: MIT */

/* What whoever holds a use may do with a function and ask of it, on any thread:
   acquire, release, abort, and questions. The calls are in call.c and its
   companions, ref and unref in hold.c, the statistics in stats.c. Nothing here
   blocks. Each may be given NULL, which those that answer a status refuse. */

#include <stdio.h>

#include "function/function.h"

tsfn_status
tsfn_acquire(tsfn_function *fn) {
  return fn == NULL ? TSFN_INVALID : tsfn__channel_acquire(&fn->outlet.channel);
}

/* TSFN_INVALID can be answered only while something keeps the handle, as tsfn.h
   says. A debug build keeps every handle (life.c), and prints whose release it
   was. */
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

/* Aborting twice is no mistake, so the answer is TSFN_OK both times; the
   caller's use stays, and is given back by tsfn_release. */
tsfn_status
tsfn_abort(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  struct tsfn__outlet *outlet = &fn->outlet;
  tsfn_status status = tsfn__channel_abort(&outlet->channel);
  /* The function's own callback may be what aborts, in the middle of many
     records that one call from C delivers: then no further callback is called.
     Only this thread can be inside, and `running` is its own. */
  bool may_be_inside = tsfn__os_thread_self() == outlet->channel.loop_thread;
  if (may_be_inside && outlet->running != NULL)
    outlet->running->stop(outlet->running);
  return status;
}

/* The queue is asked, and not the lifecycle: calls are answered TSFN_CLOSING
   from the moment that the queue is closed. A NULL function takes no calls
   either. */
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
