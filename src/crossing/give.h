/* SPDX-License-Identifier: MIT */
#ifndef TSFN__GIVE_H
#define TSFN__GIVE_H

/* Giving items to JavaScript, one at a time, inside of a crossing. Modes that
   give several in one call (mode.h) use the same pieces. Loop thread, all of
   it. */

#include "core/budget.h"
#include "crossing/arguments.h"
#include "crossing/outlet.h"
#include "node/ticks.h"

/* What the items of one crossing share. */
struct tsfn__giving {
  napi_env env;
  struct tsfn__outlet *outlet;
  struct tsfn__budget *budget;
  napi_value callback; /* NULL: the function has none */
  napi_value undefined;
  napi_value null;
  struct tsfn__ticks ticks; /* no function: nothing runs between two calls */
  uint64_t uncaught;        /* the realm's count when the crossing began */
  bool is_over;             /* the crossing ends here, another one may follow */
};

/* Begins inside of a crossing. False: JavaScript cannot run. */
bool tsfn__give_begin(struct tsfn__giving *self, napi_env env,
                      struct tsfn__outlet *outlet, struct tsfn__budget *budget);

/* Gives up to `most` items from the front of the run, until the drain must
   stop, and runs microtasks in between if the policy asks for it. Completes
   each given item and moves *run past it. With options->complete each item is
   completed right after its own delivery; without it nobody can tell, so they
   are completed together at the end. */
enum tsfn__outcome tsfn__give_some(struct tsfn__giving *self,
                                   struct tsfn__run *run, size_t most);

/* Whether the drain may give another item after one that ended as `outcome`. */
bool tsfn__give_goes_on(const struct tsfn__giving *self,
                        enum tsfn__outcome outcome);

/* Does what the microtask policy asks for after a call of the callback that
   ended as `outcome`; answers how both ended. */
enum tsfn__outcome tsfn__give_end(struct tsfn__giving *self,
                                  enum tsfn__outcome outcome);

/* --- one call ------------------------------------------------------------ */

/* Appends the arguments that a record makes. Of `self` only env, outlet and, in
   an error-first function, null are read. */
napi_status tsfn__give_fill_record(const struct tsfn__giving *self, void *slot,
                                   tsfn_arguments *out);

/* Calls the callback with these arguments. */
enum tsfn__outcome tsfn__give_call(const struct tsfn__giving *self,
                                   size_t count, const napi_value *values);

/* Calls a call_js, which makes its own Node-API calls. */
enum tsfn__outcome tsfn__give_shown(const struct tsfn__giving *self,
                                    tsfn_call_js call_js, void *data);

/* Gives a value: by options->call_js, or converted. `slot` is read for a record
   only. */
enum tsfn__outcome tsfn__give_value(const struct tsfn__giving *self, void *slot,
                                    const struct tsfn__item *item);

/* Gives an error. Error-first: the callback gets it. Values-only: it is thrown,
   and reported outside of the crossing. NULL: it could not be made. */
enum tsfn__outcome tsfn__give_error(const struct tsfn__giving *self,
                                    napi_value error);

/* The same with the pending exception or, where none is pending, one that says
   `status`. */
enum tsfn__outcome tsfn__give_failure(const struct tsfn__giving *self,
                                      tsfn_status status);

#endif
