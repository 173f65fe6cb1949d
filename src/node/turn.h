/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TURN_H
#define TSFN__TURN_H

/* What the items of one crossing share, and one item's turn in it. Loop thread,
   inside a crossing. */

#include "core/channel.h"
#include "node/item.h"
#include "tsfn.h"

/* How a turn ended. */
enum tsfn__turn {
  TSFN__TURN_DELIVERED,
  TSFN__TURN_THREW,      /* an exception is pending: the callback's */
  TSFN__TURN_FAILED,     /* something else threw: it is pending, or reported */
  TSFN__TURN_CANNOT_RUN, /* JavaScript cannot run; call_js was not called */
  TSFN__TURN_WAS_CUT     /* JavaScript stopped in the middle of the item */
};

struct tsfn__turns {
  napi_env env;
  tsfn_function *function;
  struct tsfn__budget *budget;
  napi_value callback; /* NULL: none */
  napi_value undefined;
  napi_value null;
  napi_value process; /* with `tick`, for microtasks after each call; or NULL */
  napi_value tick;
  uint64_t asked_at; /* by a loop: the index when it asked last */
  uint64_t uncaught; /* environment->uncaught when the crossing began */
  bool is_over;      /* the crossing ends here, and another may follow */
};

/* The first items of the run, at the most `most`, one after another, while the
   drain goes on; after each what the microtask policy wants. Each is completed,
   and the run stepped on. The author's `complete` is called after each item's
   turn; what nobody hears of is completed together, after the last. */
enum tsfn__turn tsfn__turn_take(struct tsfn__turns *self, struct tsfn__run *run,
                                size_t most);

/* After a turn that ended like this the next item's may begin. */
bool tsfn__turn_goes_on(const struct tsfn__turns *self, enum tsfn__turn turn);

/* After each call of the callback: what the microtask policy wants. */
enum tsfn__turn tsfn__turn_end(struct tsfn__turns *self, enum tsfn__turn turn);

/* The arguments that a record makes; of `self` only env, function and null. */
napi_status tsfn__turn_fill_record(const struct tsfn__turns *self, void *slot,
                                   tsfn_arguments *out);

/* The callback with these arguments. */
enum tsfn__turn tsfn__turn_call(const struct tsfn__turns *self, size_t count,
                                const napi_value *values);

/* The callback's error: what is pending, else the status. */
enum tsfn__turn tsfn__turn_fail(const struct tsfn__turns *self,
                                tsfn_status status);

/* For tsfn__turn_tick; the environment has a tick function. The handles live as
   long as the caller's scope. */
bool tsfn__turn_find_tick(struct tsfn__turns *self);

/* nextTick and promise callbacks, now; after tsfn__turn_find_tick. */
enum tsfn__turn tsfn__turn_tick(const struct tsfn__turns *self);

/* A tick threw: reports what is pending, where the host wants it. */
enum tsfn__turn tsfn__turn_report_tick(const struct tsfn__turns *self);

bool tsfn__turn_is_pending(const struct tsfn__turns *self);

tsfn_completion tsfn__turn_completion(enum tsfn__turn turn);

#endif
