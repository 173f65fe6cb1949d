/* SPDX-License-Identifier: MIT */
#ifndef TSFN__GIVE_H
#define TSFN__GIVE_H

/* Giving items to JavaScript, one at a time, inside of a crossing. Modes that
   give several in one call (mode.h) and the operations of boxes (item.h) use
   the same pieces.

   Each piece answers an outcome: what became of the item, and whether an
   exception is pending. The caller completes the item from that, and asks
   tsfn__give_goes_on before it gives another one.

   Loop thread, all of it, with a handle scope open. It blocks only as long as
   the author's code runs. It knows the outlet, and no handle or use. */

#include "core/budget.h"
#include "crossing/arguments.h"
#include "crossing/outlet.h"
#include "node/ticks.h"

/* What the items of one crossing share. It lives on the stack of the crossing's
   body; its values are handles of the crossing's scope. */
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

/* Fills *self at the beginning of a crossing. False: JavaScript cannot run, or
   the host refused a value; *self must not be used. */
bool tsfn__give_begin(struct tsfn__giving *self, napi_env env,
                      struct tsfn__outlet *outlet, struct tsfn__budget *budget);

/* Gives up to `most` items from the front of the run, until the drain must
   stop, and runs microtasks in between if the policy asks for it. Completes
   each given item and moves *run past it. With options->complete each item is
   completed right after its own delivery; without it nobody can tell, so they
   are completed together at the end. Answers the last outcome. */
enum tsfn__outcome tsfn__give_some(struct tsfn__giving *self,
                                   struct tsfn__run *run, size_t most);

/* Whether the crossing may give another item after one that ended as `outcome`.
   It may not after a throw, without JavaScript, when the budget is spent or the
   function aborted, nor after somebody reported an uncaught exception, which
   took the crossing's async context away (crossing.h). */
bool tsfn__give_goes_on(const struct tsfn__giving *self,
                        enum tsfn__outcome outcome);

/* Does what the microtask policy asks for after a call of the callback that
   ended as `outcome`: runs nextTick and promise callbacks, or ends the crossing
   where this host runs them only there. Answers how both ended. */
enum tsfn__outcome tsfn__give_end(struct tsfn__giving *self,
                                  enum tsfn__outcome outcome);

/* --- one call ------------------------------------------------------------ */

/* Appends the arguments that a record makes, behind `null` in an error-first
   function. Of `self` it reads only env, outlet and, in an error-first
   function, null. Memory that the record owns moves into JavaScript. On a
   failure some arguments may have been appended, and an exception may be
   pending. */
napi_status tsfn__give_fill_record(const struct tsfn__giving *self, void *slot,
                                   tsfn_arguments *out);

/* Calls the callback with `count` arguments; `this` is undefined. */
enum tsfn__outcome tsfn__give_call(const struct tsfn__giving *self,
                                   size_t count, const napi_value *values);

/* Shows the item to a call_js, which makes its own Node-API calls. */
enum tsfn__outcome tsfn__give_shown(const struct tsfn__giving *self,
                                    tsfn_call_js call_js, void *data);

/* Gives a value, to options->call_js or, converted to arguments, to the
   callback. `slot` is read for a record only, and may be NULL for other
   values. */
enum tsfn__outcome tsfn__give_value(const struct tsfn__giving *self, void *slot,
                                    const struct tsfn__item *item);

/* Gives an error. Error-first: the callback gets it. Values-only: it is thrown,
   and reported outside of the crossing. NULL, an error that could not be made:
   CANNOT_RUN. */
enum tsfn__outcome tsfn__give_error(const struct tsfn__giving *self,
                                    napi_value error);

/* Gives the pending exception as such an error or, where none is pending, one
   that says `status`. The exception is taken first. */
enum tsfn__outcome tsfn__give_failure(const struct tsfn__giving *self,
                                      tsfn_status status);

#endif
