/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CROSSING_H
#define TSFN__CROSSING_H

/* One entry from C into JavaScript, around a body that makes any number of
   calls there:

     run -> the host's napi_make_callback, in the outlet's async context
              -> the trampoline, a JavaScript function of ours -> the body
            <- nextTick and promise callbacks
         -> report what was thrown, outside

   Entering is what costs: a callback scope, the async hooks, and the ticks at
   its end. So one crossing covers all that a drain delivers. napi_make_callback
   and not a callback scope, since the latter loses AsyncLocalStorage from Node
   24 on.

   A throw ends the crossing, and is reported outside of it: reported inside,
   the calls after it would lose their async context. An exception may also be
   reported inside all the same, by a call_js that does it itself or from a
   microtask. The host then empties its stack of async contexts, the crossing's
   included, so giving ends there too (tsfn__give_goes_on). Loop thread, all of
   it. */

#include "crossing/outlet.h"

/* The realm's part: the trampoline, and the crossing that is about to reach
   it. */
struct tsfn__crossings;

enum tsfn__crossing_end {
  TSFN__CROSSING_NOT_ENTERED, /* the host refused; the body has not run */
  TSFN__CROSSING_ENDED,
  TSFN__CROSSING_CALLBACK_THREW, /* the body left an exception: reported */
  TSFN__CROSSING_TICK_THREW,     /* a nextTick or promise callback did, at the
                                    end of the crossing: reported */
  TSFN__CROSSING_CANNOT_RUN      /* JavaScript can run no longer */
};

/* Whether another crossing may follow one that ended so. */
static inline bool
tsfn__crossing_goes_on(enum tsfn__crossing_end end) {
  return end != TSFN__CROSSING_NOT_ENTERED && end != TSFN__CROSSING_CANNOT_RUN;
}

/* What runs inside. False: JavaScript can run no longer. It may leave an
   exception pending. */
typedef bool (*tsfn__crossing_body)(napi_env env, struct tsfn__outlet *outlet,
                                    void *data);

/* Finds the realm's part, or makes it. NULL: out of memory, or the host
   refused. */
struct tsfn__crossings *tsfn__crossings_get(struct tsfn__realm *realm);

/* Runs `body` inside of a crossing. What was thrown is reported before this
   returns. */
enum tsfn__crossing_end tsfn__crossing_run(struct tsfn__outlet *outlet,
                                           tsfn__crossing_body body,
                                           void *data);

/* The last part of that, for a crossing that was made without the trampoline
   (lone.h): `end` is how it ended as far as the caller knows, `status` the
   host's. Reports a pending exception: with CALLBACK_THREW it is the
   callback's, else a tick's. */
enum tsfn__crossing_end tsfn__crossing_settle(struct tsfn__outlet *outlet,
                                              enum tsfn__crossing_end end,
                                              napi_status status);

#endif
