/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LONE_H
#define TSFN__LONE_H

/* A record that wakes a loop alone, as most do where little is sent. The
   trampoline (deliver.h) serves whatever a drain brings, but on its way the
   host is entered three times more, and after a sleep all of that is cold. So
   one record goes through a piece of JavaScript instead:

     (callback, a) => { callback(a); ended[0] = 1; }

   It gives the callback the `this` that it has elsewhere, undefined, which
   napi_make_callback would not, and tells a throw of the callback from one of a
   tick at the crossing's end. C does not run between the callback and the
   ticks, so the record is completed after them; microtasks after each call are
   the trampoline's, since inside another callback scope (the doorbell's) the
   end of a crossing runs none. Only plain records: a conversion that moves
   memory cannot be tried twice. Loop thread, all of it. */

#include <stdbool.h>
#include <stdint.h>

#include "core/queue.h"
#include "tsfn.h"

/* Each number of arguments up to this has a piece of its own; the first one is
   for more, and an array slower. */
#define TSFN__LONE_FEW 2u

/* One for each environment. */
struct tsfn__lone {
  napi_ref pieces[1 + TSFN__LONE_FEW];
  uint32_t *ended; /* in a buffer that the pieces keep; NULL: none of this, all
                      goes through the trampoline */
};

enum tsfn__lone_result {
  TSFN__LONE_NOT_BEGUN, /* no arguments could be made; nothing was done */
  TSFN__LONE_IN_CALLBACK,
  TSFN__LONE_ENDED /* the callback has; then perhaps a tick threw */
};

/* Whether the function's records may go this way: made once, with the function.
   The first such function of an environment brings the pieces; on failure there
   are none, and no exception is left. */
bool tsfn__lone_prepare(const tsfn_function *function);
void tsfn__lone_close(struct tsfn__lone *self, napi_env env);

/* Whether `run`, which peek showed, is all that the drain has taken, and may go
   this way. */
bool tsfn__lone_takes(tsfn_function *function, const struct tsfn__run *run);

/* Inside a handle scope. Makes the crossing; completes nothing. *status is the
   host's, and an exception may be pending, unless NOT_BEGUN. */
enum tsfn__lone_result tsfn__lone_enter(tsfn_function *function, void *slot,
                                        napi_status *status);

#endif
