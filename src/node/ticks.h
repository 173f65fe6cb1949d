/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TICKS_H
#define TSFN__TICKS_H

/* nextTick and promise callbacks, run between two calls of a callback rather
   than at the end of a crossing; and, on hosts with context frames, whether the
   second call would start in the async context that the first one left
   (tsfn__host_has_context_frames). Loop thread, inside a handle scope. */

#include "node/realm.h"

/* What is called in between, as function.call(receiver, frame). The handles
   live as long as the scope of whoever found them. */
struct tsfn__ticks {
  napi_value receiver;
  napi_value function; /* NULL: nothing is, this host has none */
  napi_value frame;    /* NULL: `function` is the host's own. Else it is ours,
                          and answers whether `frame` is the context still. */
};

enum tsfn__ticks_end {
  TSFN__TICKS_RAN,
  TSFN__TICKS_RAN_ELSEWHERE, /* the context is another one now, or it cannot be
                                told; only with a frame */
  TSFN__TICKS_THREW,         /* one of them threw, and that was reported */
  TSFN__TICKS_CANNOT_RUN     /* JavaScript can run no longer */
};

/* Finds the host's function. False: it has none, or refused. */
bool tsfn__ticks_find(const struct tsfn__realm *realm, struct tsfn__ticks *out);

/* The same with a frame, that of now. Without a frame where ours could not be
   made; no exception is left. */
bool tsfn__ticks_find_with_frame(struct tsfn__realm *realm,
                                 struct tsfn__ticks *out);

/* Runs all of them, now. `self` was found. */
enum tsfn__ticks_end tsfn__ticks_run(const struct tsfn__ticks *self,
                                     napi_env env);

/* One of them threw inside of a call that the caller made: makes the pending
   exception an uncaughtException. THREW, or CANNOT_RUN where none is pending.
   */
enum tsfn__ticks_end tsfn__ticks_report(napi_env env);

#endif
