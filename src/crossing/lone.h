/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LONE_H
#define TSFN__LONE_H

/* A record that a drain brings alone, as most are where little is sent. The
   trampoline (crossing.h) serves whatever a drain brings, but on its way the
   host is entered three more times, and after a sleep of the loop all of that
   code is cold. One record goes through a piece of JavaScript instead:

     (callback, a) => { callback(a); ended[0] = 1; }

   The piece calls the callback with the `this` that it has elsewhere,
   undefined, which napi_make_callback would not; and `ended` tells a throw of
   the callback from one of a tick at the crossing's end. C does not run between
   the callback and the ticks, so the record is completed after them.

   The lone way is for functions

   - with microtasks at the end of a drain: inside another callback scope, the
     doorbell's, the end of a crossing runs none;
   - of plain records: a conversion that moves memory cannot be tried twice;
   - on Node.

   Loop thread, all of it. */

#include "core/budget.h"
#include "crossing/crossing.h"

/* A piece for each number of arguments up to this one; the first piece is for
   more, and an array slower. */
#define TSFN__LONE_FEW 2u

/* The realm's part. */
struct tsfn__lone {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref pieces[1 + TSFN__LONE_FEW];
  uint32_t *ended; /* in a buffer that the pieces keep */

  /* Crosses with the one record of the run, and completes it. NOT_ENTERED:
     nothing was done, and the trampoline is to serve it. A pointer, so that a
     drain brings this module only into addons that have records. */
  enum tsfn__crossing_end (*cross)(struct tsfn__outlet *outlet,
                                   const struct tsfn__run *run,
                                   struct tsfn__budget *budget);
};

/* Whether this function's records may go alone, asked once, at its creation;
   the first such function of an environment brings the pieces. NULL: they may
   not, or the pieces could not be made; no exception is left. */
struct tsfn__lone *tsfn__lone_get(const struct tsfn__outlet *outlet);

/* Whether `run`, which peek showed, is all that the drain has taken, and may go
   alone. */
static inline bool
tsfn__lone_takes(const struct tsfn__outlet *outlet,
                 const struct tsfn__run *run) {
  const struct tsfn__queue *queue = &outlet->channel.queue;
  return outlet->lone != NULL && run->count == 1 &&
         run->kinds[0] == TSFN__ITEM_VALUE &&
         tsfn__queue_taken(queue) - tsfn__queue_consumed(queue) == 1;
}

#endif
