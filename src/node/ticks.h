/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TICKS_H
#define TSFN__TICKS_H

/* Runs ticks, which are nextTick and promise callbacks, between two calls of a
   callback. A function with microtasks for each call wants them there, and not
   at the end of a crossing. On hosts with context frames a callback can change
   the async context in which the next call starts; there a run of the ticks
   also answers whether that has happened (tsfn__host_has_context_frames). Loop
   thread, inside a handle scope and a crossing; blocks as long as the callbacks
   run. crossing/ and record/ call this module. */

#include "node/realm.h"

/* What is called in between, as function.call(receiver, frame). The handles
   live as long as the scope in which they were found. */
struct tsfn__ticks {
  napi_value receiver;
  napi_value function;  /* NULL: this host has none, and nothing is called */
  napi_value frame;     /* NULL: `function` is the host's own. Else it is ours,
                          and answers whether `frame` is the context still. */
  const int32_t *moved; /* our function sets it to 1 where the context has
                           changed: a word costs less to read than a result */
};

/* How running the ticks ended. In no case is an exception moved. */
enum tsfn__ticks_end {
  TSFN__TICKS_RAN,
  TSFN__TICKS_RAN_ELSEWHERE, /* the context is another one now, or it cannot be
                                told; only with a frame */
  TSFN__TICKS_THREW,         /* one of them threw, and that was reported */
  TSFN__TICKS_CANNOT_RUN     /* JavaScript can run no longer */
};

/* Finds the host's function. False: the host has none, or refused. */
bool tsfn__ticks_find(const struct tsfn__realm *realm, struct tsfn__ticks *out);

/* The same, with the current frame. `frame` is NULL where our function could
   not be made. False: as above; no exception is moved. */
bool tsfn__ticks_find_with_frame(struct tsfn__realm *realm,
                                 struct tsfn__ticks *out);

/* Runs all ticks that wait, now. `self` was found before, in a scope that is
   open. */
enum tsfn__ticks_end tsfn__ticks_run(const struct tsfn__ticks *self,
                                     napi_env env);

/* Reports a tick's exception that the caller's own call into JavaScript has
   moved: makes it an uncaughtException. THREW, or CANNOT_RUN where no exception
   is pending. */
enum tsfn__ticks_end tsfn__ticks_report(napi_env env);

#endif
