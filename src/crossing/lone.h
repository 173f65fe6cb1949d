/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LONE_H
#define TSFN__LONE_H

/* The crossing of a lone record: one that is all that a drain has taken, as
   most are where little is sent. Through the trampoline (crossing.h) such a
   record would enter the host three more times, and after a sleep of the loop
   all of that code is cold. One record goes through a piece of JavaScript
   instead:

     (callback, a) => { callback(a); ended[0] = 1; }

   The piece calls the callback with `this` undefined, as other crossings do;
   napi_make_callback would pass its receiver. `ended` tells a throw of the
   callback from one of a tick at the crossing's end. C does not run between the
   callback and the ticks, so the record is completed after them.

   Only these functions have lone records:

     - those with microtasks at the end of a drain: inside of another callback
       scope, as the doorbell's is, the end of a crossing runs no microtasks;
     - those of plain records: where a piece cannot be called, the record is
       converted once more, which a conversion that moves memory does not allow;
     - those on Node.

   Loop thread, all of it. record/each.c asks for it when a function is created;
   deliver.c uses it, through outlet->lone only, so that an addon without
   records does not link it. */

#include "core/budget.h"
#include "crossing/crossing.h"

/* There is a piece for each number of arguments from 1 up to this one. The
   first piece takes any number, by an array, and is slower for that. */
#define TSFN__LONE_FEW 2u

/* The realm's part: the pieces, one set for all functions of an environment. */
struct tsfn__lone {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref pieces[1 + TSFN__LONE_FEW];
  int32_t *ended; /* in an ArrayBuffer that the pieces keep alive */

  /* Crosses with the one record of the run, and completes it. NOT_ENTERED:
     nothing was done, and the record may cross by the trampoline. A pointer, so
     that a drain brings this module only into addons that have records. */
  enum tsfn__crossing_end (*cross)(struct tsfn__outlet *outlet,
                                   const struct tsfn__run *run,
                                   struct tsfn__budget *budget);
};

/* Answers what serves lone records of this function, asked once, at its
   creation. The first such function of an environment makes the pieces; the
   realm owns them. NULL: this function has no lone records, or the pieces could
   not be made, and then such a record crosses as any other. No exception is
   left. */
struct tsfn__lone *tsfn__lone_get(const struct tsfn__outlet *outlet);

/* Whether the one record of `run`, which peek showed, is all that the drain has
   taken, and this function has lone records. */
static inline bool
tsfn__lone_takes(const struct tsfn__outlet *outlet,
                 const struct tsfn__run *run) {
  const struct tsfn__queue *queue = &outlet->channel.queue;
  return outlet->lone != NULL && run->count == 1 &&
         run->kinds[0] == TSFN__ITEM_VALUE &&
         tsfn__queue_taken(queue) - tsfn__queue_consumed(queue) == 1;
}

#endif
