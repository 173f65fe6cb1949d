/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LIFECYCLE_H
#define TSFN__LIFECYCLE_H

/* One atomic word says how far a function's life has come and who keeps it.

   bits    name      meaning                                   legal error
   0..27   uses      rights to call that are out               none: exact
   28..55  threads   library threads that have not ended;      none: exact
                     each of them also has a use until it ends
   56      CLOSING   no new use, no new item; never cleared    late for readers
   57      ABORTED   what is queued is not delivered;          late for readers
                     implies CLOSING; never cleared
   58      FINAL     finalized: the environment keeps the      none: exact
                     handle no longer; never cleared
   59      LAZY      the loop closes, not the last release;    none: exact
                     set before anyone else sees the word

   event     by            from                         to
   acquire   any thread    uses > 0, not CLOSING        uses + 1
                           uses = 0, LAZY, not CLOSING  uses 1
                           CLOSING                      -> TSFN_CLOSING
                           uses at its most             -> TSFN_INVALID
   release   any thread    uses > 1                     uses - 1
                           uses = 1, not CLOSING        uses 1, CLOSING [close]
                           the same, LAZY               uses 0, threads + 1
                                                        [visit], then end
                           uses = 1, CLOSING            uses 0
                           uses = 1, CLOSING, FINAL     uses 0          [free]
                           uses = 0                     -> TSFN_INVALID
   start     loop thread   uses > 0, not CLOSING        uses + 1, threads + 1
   end       that thread   threads > 0, uses > 0        threads - 1
                                                        [look], then release
             a visitor     threads > 0, LAZY            threads - 1
   expire    loop thread   LAZY, not CLOSING, uses = 0  CLOSING
   abort     any thread    not ABORTED, not FINAL       CLOSING, ABORTED [close]
   finish    loop thread   CLOSING, threads = 0         FINAL
                           the same, uses = 0           FINAL           [free]

   [close]: the caller closes the queue, wakes all waiters and brings the loop.
   It has a use for all of that: the last release sets CLOSING with its use
   still counted, does the work, and only then gives the use back by releasing
   again. So no thread touches a handle after its last event on it.
   [look]: the loop must look whether it can finish now.
   [visit]: the caller brings the loop, which closes when it finds no use and
   nothing queued, unless somebody acquires before that. The caller has no use
   any more; it counts as a library thread until its `end`, its last event, so
   the loop cannot finish under its feet. While such a visitor is inside, the
   loop looks again and again, since nobody would tell it of the end: the
   visitor is between a few instructions.
   [free]: the caller frees the handle; exactly one event of a life answers it,
   since it is the one that makes (uses = 0, FINAL) true.

   Every event is one seq_cst compare-and-swap (or fetch-sub): whoever frees the
   handle sees all that each former user did with it, and the loop thread that
   goes to sleep sees the event or is woken for it (channel.h). */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsfn/status.h"

struct tsfn__lifecycle {
  _Atomic(uint64_t) word;
};

/* What the caller of an event has to do next. */
enum tsfn__lifecycle_next {
  TSFN__LIFECYCLE_NOTHING,
  TSFN__LIFECYCLE_CLOSE,
  TSFN__LIFECYCLE_VISIT,
  TSFN__LIFECYCLE_FREE
};

#define TSFN__LIFECYCLE_USES_MAX ((1u << 28) - 1)

/* `uses` from 1 to TSFN__LIFECYCLE_USES_MAX. */
void tsfn__lifecycle_init(struct tsfn__lifecycle *self, size_t uses);

/* Sets LAZY. Nobody else has seen the word yet. */
void tsfn__lifecycle_make_lazy(struct tsfn__lifecycle *self);

/* The events of the table. Never block. On a status but TSFN_OK nothing was
   changed and *next is NOTHING. */
tsfn_status tsfn__lifecycle_acquire(struct tsfn__lifecycle *self);

/* CLOSE: the use was not given back yet; close, then release again. VISIT: it
   was; bring the loop, then tsfn__lifecycle_end. */
tsfn_status tsfn__lifecycle_release(struct tsfn__lifecycle *self,
                                    enum tsfn__lifecycle_next *next);
tsfn_status tsfn__lifecycle_start(struct tsfn__lifecycle *self);
void tsfn__lifecycle_end(struct tsfn__lifecycle *self);
enum tsfn__lifecycle_next tsfn__lifecycle_abort(struct tsfn__lifecycle *self);

/* False: it is not LAZY, is closing already, or somebody has a use; nothing was
   changed. */
bool tsfn__lifecycle_expire(struct tsfn__lifecycle *self);

/* False: threads are left, or it is not closing; nothing was changed. */
bool tsfn__lifecycle_finish(struct tsfn__lifecycle *self,
                            enum tsfn__lifecycle_next *next);

/* A moment's values; seq_cst. */
bool tsfn__lifecycle_is_closing(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_aborted(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_final(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_visited(const struct tsfn__lifecycle *self);
size_t tsfn__lifecycle_uses(const struct tsfn__lifecycle *self);
size_t tsfn__lifecycle_threads(const struct tsfn__lifecycle *self);

#endif
