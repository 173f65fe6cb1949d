/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DELIVER_H
#define TSFN__DELIVER_H

/* From queue to JavaScript. One crossing (napi_make_callback, in the function's
   async context) covers all that a drain delivers:

     deliver -> cross -> trampoline -> each item: call_js, or
                                       convert -> the author's callback
             <- an exception, or none

   A record that comes alone goes without the trampoline: lone.h.

   The crossing is what costs: a callback scope, the async hooks, and at its end
   nextTick and promise callbacks. napi_make_callback and not a callback scope,
   since the latter loses AsyncLocalStorage from Node 24 on.

   A throw ends the crossing: the item has thrown, its exception is reported
   outside of it (inside, the items after it would lose their async context),
   and the rest crosses again. When JavaScript can run no longer, what is left
   completes as cannot_run_js.

   An exception may also be reported inside: by a call_js that does it itself,
   or from a microtask. The host then empties its stack of async contexts, ours
   included, so the crossing ends there too. */

#include "core/channel.h"
#include "tsfn.h"

/* What runs inside the crossing that is under way in an environment. */
struct tsfn__crossing {
  tsfn_function *function;
  struct tsfn__budget *budget; /* of a drain; NULL: `step` is run instead */
  struct tsfn__run lone;       /* all that was taken, for lone.h; or empty */
  void (*step)(napi_env env, tsfn_function *function);
  bool has_thrown;  /* the trampoline, or a lone record's callback, left an
                       exception; else a tick did */
  bool has_entered; /* the trampoline was reached, or the lone callback */
  bool cannot_run;  /* JavaScript stopped being able to run */
};

/* The JavaScript function, one for each environment, that the crossings call;
   its data is the environment. */
napi_value tsfn__deliver_trampoline(napi_env env, napi_callback_info info);

/* Called at each uncaught exception; its data is the environment. */
napi_value tsfn__deliver_on_uncaught(napi_env env, napi_callback_info info);

/* tsfn__channel_ops.deliver. */
void tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget);

/* Loop thread. Runs `step` in the function's async context; what it throws is
   reported. False: JavaScript cannot run, and `step` may not have run. */
bool tsfn__deliver_step(tsfn_function *function,
                        void (*step)(napi_env env, tsfn_function *function));

#endif
