/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TICKS_H
#define TSFN__TICKS_H

/* nextTick and promise callbacks, run between two calls of a callback rather
   than at the end of a crossing. Loop thread, inside a handle scope. */

#include "node/realm.h"

/* The host's function and its receiver. The handles live as long as the scope
   of whoever found them. Both NULL: this host has none. */
struct tsfn__ticks {
  napi_value process;
  napi_value tick;
};

enum tsfn__ticks_end {
  TSFN__TICKS_RAN,
  TSFN__TICKS_THREW,     /* one of them threw, and that was reported */
  TSFN__TICKS_CANNOT_RUN /* JavaScript can run no longer */
};

/* False: the host has no such function, or refused. */
bool tsfn__ticks_find(const struct tsfn__realm *realm, struct tsfn__ticks *out);

/* Runs all of them, now. `self` was found. */
enum tsfn__ticks_end tsfn__ticks_run(const struct tsfn__ticks *self,
                                     napi_env env);

/* One of them threw inside of a call that the caller made: makes the pending
   exception an uncaughtException. THREW, or CANNOT_RUN where none is pending.
   */
enum tsfn__ticks_end tsfn__ticks_report(napi_env env);

#endif
