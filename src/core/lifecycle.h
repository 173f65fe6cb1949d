/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LIFECYCLE_H
#define TSFN__LIFECYCLE_H

/* One atomic word says how far a function's life has come and who keeps it.

   bits    name      meaning                                   legal error
   0..27   uses      rights to call that are out               none: exact
   28..47  threads   library threads that have not ended;      none: exact
                     each of them also has a use until it ends
   48..57  visitors  threads without a use that are still      none: exact
                     inside a release; of a LAZY life only
   58      LAZY      the loop closes, not the last release;    none: exact
                     set before anyone else sees the word
   59      CLOSING   no new use, no new item; never cleared    late for readers
   60      TOLD      the close is done: the queue is closed,   late for readers
                     its waiters are awake and the owner of
                     the function was told; never cleared
   61      ABORTED   somebody asked for what is queued to be   late for readers
                     dropped; implies CLOSING; never cleared
   62      ORPHANED  its environment runs no JavaScript any    late for readers
                     more; implies CLOSING; never cleared
   63      FINAL     finalized: the environment keeps the      none: exact
                     handle no longer; never cleared

   event     by            from                         to
   acquire   any thread    uses > 0, not CLOSING        uses + 1
                           uses = 0, LAZY, not CLOSING  uses 1
                           CLOSING                      -> TSFN_CLOSING
                           uses at its most             -> TSFN_INVALID
   release   any thread    uses > 1                     uses - 1
                           uses = 1, not CLOSING        uses 1, CLOSING [close]
                           the same, LAZY               uses 0, visitors + 1
                                                        [visit], then leave
                           uses = 1, CLOSING            uses 0
                           uses = 1, CLOSING, FINAL     uses 0          [free]
                           uses = 0                     -> TSFN_INVALID
   start     loop thread   uses > 0, not CLOSING        uses + 1, threads + 1
                           threads at their most        -> TSFN_INVALID
   end       that thread   threads > 0, uses > 0        threads - 1
                                                        [look], then release
   leave     a visitor     visitors > 0                 visitors - 1
   shut      loop thread   not CLOSING                  CLOSING         [close]
   expire    loop thread   LAZY, not CLOSING, uses = 0  CLOSING         [close]
   abort     any thread    not ABORTED, not FINAL       CLOSING, ABORTED
                           it was not CLOSING                           [close]
                           it was CLOSING                               [look]
   orphan    loop thread   not ORPHANED, not FINAL      CLOSING, ORPHANED
                           it was not CLOSING                           [close]
                           it was CLOSING                               [look]
   tell      who closed    CLOSING, not TOLD            TOLD            [look]
   finish    loop thread   TOLD, threads = 0,           FINAL
                           visitors = 0
                           the same, uses = 0           FINAL           [free]

   [close]: the caller closes the queue, wakes all waiters, tells the function's
   owner, and then marks the close as TOLD. Exactly one event of a life answers
   it. The caller has a use meanwhile, or is the loop thread: the last release
   sets CLOSING with its use still counted and gives it back by releasing again
   after TOLD. So no thread touches a handle after its last event on it, and
   there is no finish while somebody is still closing.
   [look]: the loop must look whether it can finish now.
   [visit]: the caller brings the loop, which closes when it finds no use and
   nothing queued, unless somebody acquires before that. The caller has no use
   any more; it counts as a visitor until it leaves, which is its last event, so
   the loop cannot finish while the caller still touches the handle. Nobody
   tells the loop that a visitor has left, so a loop that meets one looks again
   at once: the visitor is between a few instructions. 1,023 visitors are the
   most; one more waits until one of them leaves.
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

/* What the caller of an event has to do next: the brackets of the table. */
enum tsfn__lifecycle_next {
  TSFN__LIFECYCLE_NOTHING,
  TSFN__LIFECYCLE_CLOSE,
  TSFN__LIFECYCLE_LOOK,
  TSFN__LIFECYCLE_VISIT,
  TSFN__LIFECYCLE_FREE
};

#define TSFN__LIFECYCLE_USES_MAX ((1u << 28) - 1)
#define TSFN__LIFECYCLE_THREADS_MAX ((1u << 20) - 1)
#define TSFN__LIFECYCLE_VISITORS_MAX ((1u << 10) - 1)

/* Begins a life with `uses` uses, from 1 to TSFN__LIFECYCLE_USES_MAX. */
void tsfn__lifecycle_init(struct tsfn__lifecycle *self, size_t uses);

/* Sets LAZY. Nobody else has seen the word yet. */
void tsfn__lifecycle_make_lazy(struct tsfn__lifecycle *self);

/* The events of the table. None of them blocks, but a release waits while
   TSFN__LIFECYCLE_VISITORS_MAX visitors are inside. On a status but TSFN_OK
   nothing was changed and *next is NOTHING. */
tsfn_status tsfn__lifecycle_acquire(struct tsfn__lifecycle *self);

/* CLOSE: the use was not given back yet; close, then release again. VISIT: it
   was; bring the loop, then tsfn__lifecycle_leave. */
tsfn_status tsfn__lifecycle_release(struct tsfn__lifecycle *self,
                                    enum tsfn__lifecycle_next *next);
void tsfn__lifecycle_leave(struct tsfn__lifecycle *self);

tsfn_status tsfn__lifecycle_start(struct tsfn__lifecycle *self);
void tsfn__lifecycle_end(struct tsfn__lifecycle *self);

/* Each answers CLOSE, LOOK or, where it changed nothing, NOTHING. */
enum tsfn__lifecycle_next tsfn__lifecycle_abort(struct tsfn__lifecycle *self);
enum tsfn__lifecycle_next tsfn__lifecycle_orphan(struct tsfn__lifecycle *self);

/* As the last release closes, although others have uses: what is queued is
   delivered. NOTHING: it is closing already. */
enum tsfn__lifecycle_next tsfn__lifecycle_shut(struct tsfn__lifecycle *self);

/* NOTHING: it is not LAZY, is closing already, or somebody has a use. */
enum tsfn__lifecycle_next tsfn__lifecycle_expire(struct tsfn__lifecycle *self);

/* The caller who was answered CLOSE, once, when it has closed. */
void tsfn__lifecycle_tell(struct tsfn__lifecycle *self);

/* False: threads or visitors are left, or the close is not TOLD; nothing was
   changed. */
bool tsfn__lifecycle_finish(struct tsfn__lifecycle *self,
                            enum tsfn__lifecycle_next *next);

/* Questions; each answer is a moment's value, of a seq_cst load. */
bool tsfn__lifecycle_is_closing(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_told(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_aborted(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_final(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_is_visited(const struct tsfn__lifecycle *self);
size_t tsfn__lifecycle_uses(const struct tsfn__lifecycle *self);
size_t tsfn__lifecycle_threads(const struct tsfn__lifecycle *self);

/* ABORTED or ORPHANED: what is queued is not delivered. */
bool tsfn__lifecycle_is_stopped(const struct tsfn__lifecycle *self);

/* Neither closing nor visited, and somebody has a use or the last release is
   the one that closes: the loop need not look for an end. */
bool tsfn__lifecycle_is_quiet(const struct tsfn__lifecycle *self);

/* Whether expire, or finish, would change something now. */
bool tsfn__lifecycle_can_expire(const struct tsfn__lifecycle *self);
bool tsfn__lifecycle_can_finish(const struct tsfn__lifecycle *self);

#endif
