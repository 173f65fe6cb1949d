/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CROSSING_H
#define TSFN__CROSSING_H

/* One entry from C into JavaScript, around a body that makes any number of
   calls there:

     run -> the host's napi_make_callback, in the outlet's async context
              -> the trampoline, a JavaScript function of ours -> the body
            <- nextTick and promise callbacks
         -> report what was thrown, outside

   One crossing covers all that a drain delivers, because entering is the
   expensive part: the host opens a callback scope, runs the async hooks, and
   runs nextTick and promise callbacks at its end. A crossing uses
   napi_make_callback and not napi_open_callback_scope, which loses
   AsyncLocalStorage from Node 24 on.

   A throw ends the crossing and is reported outside of it: were it reported
   inside, the calls after it would lose their async context. An exception may
   be reported inside all the same, by a call_js that reports it itself or by a
   microtask. The host then empties its stack of async contexts, the crossing's
   included, so giving items ends there too (tsfn__give_goes_on).

   Loop thread, all of it; it blocks only as long as the author's JavaScript
   runs. deliver.c crosses for a drain, function/life.c for a function's end.
   The module knows a realm and an outlet; it does not know what the body
   does. */

#include "crossing/outlet.h"

/* The realm's part: the trampoline, one for all functions of an environment,
   and the crossing that is about to reach it. */
struct tsfn__crossings;

/* How a crossing ended. A tick is a nextTick or promise callback. */
enum tsfn__crossing_end {
  TSFN__CROSSING_NOT_ENTERED,    /* the host refused; the body has not run */
  TSFN__CROSSING_ENDED,          /* nothing was thrown */
  TSFN__CROSSING_CALLBACK_THREW, /* the body left an exception: reported */
  TSFN__CROSSING_TICK_THREW, /* a tick at the crossing's end threw: reported */
  TSFN__CROSSING_CANNOT_RUN  /* JavaScript can run no longer */
};

/* Whether another crossing may follow one that ended as `end`. It may after a
   throw; after a refusal, or where JavaScript cannot run, it would fail
   again. */
static inline bool
tsfn__crossing_goes_on(enum tsfn__crossing_end end) {
  return end != TSFN__CROSSING_NOT_ENTERED && end != TSFN__CROSSING_CANNOT_RUN;
}

/* Runs inside of the crossing, with a handle scope open. Answers false where
   JavaScript can run no longer. It may leave an exception pending, which then
   counts as the callback's. */
typedef bool (*tsfn__crossing_body)(napi_env env, struct tsfn__outlet *outlet,
                                    void *data);

/* Finds the realm's part, or makes it. The realm owns it and closes it. NULL:
   out of memory, or the host refused; nothing is held. */
struct tsfn__crossings *tsfn__crossings_get(struct tsfn__realm *realm);

/* Runs `body` inside of a crossing, once, or not at all where the answer is
   NOT_ENTERED. What was thrown has been reported when this returns, and no
   exception is pending. */
enum tsfn__crossing_end tsfn__crossing_run(struct tsfn__outlet *outlet,
                                           tsfn__crossing_body body,
                                           void *data);

/* The last step of tsfn__crossing_run, for a crossing that was made without the
   trampoline (lone.h). `end` is how the crossing ended as far as the caller
   knows, `status` what napi_make_callback answered. Reports a pending
   exception: as the callback's where `end` is CALLBACK_THREW, else as a tick's.
   Answers how the crossing ended in the end. */
enum tsfn__crossing_end tsfn__crossing_settle(struct tsfn__outlet *outlet,
                                              enum tsfn__crossing_end end,
                                              napi_status status);

#endif
