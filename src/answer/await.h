/* SPDX-License-Identifier: MIT */
#ifndef TSFN__AWAIT_H
#define TSFN__AWAIT_H

/* C code that waits for a promise, or another thenable, of JavaScript's.

     await      the value is no thenable: the caller has it already; else
                `then` of the thenable is called, and the awaiter waits
     settled    once: with what it was fulfilled with or rejected with; or,
                where the function ends before, with neither

   Each realm has a table of awaiters, and JavaScript has a number for each: its
   index and how often that was used. So a thenable that settles twice, or after
   the function has ended, finds nobody, and no memory is kept for it.

   Loop thread, all of it, inside of a handle scope. ticket.c awaits replies;
   the module does not know what an awaiter is. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

struct tsfn__outlet;

/* What waits. Its memory is the caller's, until it is settled. */
struct tsfn__awaiter {
  /* Called once, which may free the awaiter. `env` NULL: the function has ended
     first, and `value` is NULL. Else `value` is the result or, where it was
     rejected, the reason. No exception may be left. */
  void (*settled)(struct tsfn__awaiter *self, napi_env env, bool is_rejected,
                  napi_value value);
  struct tsfn__awaiter *next; /* of the same function */
  struct tsfn__awaiter *previous;
  struct tsfn__awaited *list; /* the function's */
  size_t index;               /* in the realm's table */
};

enum tsfn__await_end {
  TSFN__AWAIT_PLAIN, /* it is no thenable */
  TSFN__AWAIT_WAITS, /* `settled` will be called, or was */
  TSFN__AWAIT_FAILED /* an exception is pending: a getter's, or out of memory;
                        none is where JavaScript cannot run */
};

/* Whether `value` is an object or a function; no JavaScript runs. False also
   where the host refuses. */
static inline bool
tsfn__await_may_be_thenable(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok &&
         (type == napi_object || type == napi_function);
}

/* Awaits `value`, which a callback of the outlet's function has returned, and
   which may be a thenable. `then` is read once. */
enum tsfn__await_end tsfn__await(struct tsfn__outlet *outlet, napi_value value,
                                 struct tsfn__awaiter *awaiter);

#endif
