/* SPDX-License-Identifier: MIT */
#ifndef TSFN__THREADS_H
#define TSFN__THREADS_H

/* The threads that the library runs for a function: an attachment of the
   function (function/attachment.h).

     start     a use, a thread of the lifecycle word, a thread of the system
     it ends   its status goes to the function's ending; it puts itself on the
               list of ended threads, brings the loop, gives its use back
     reap      the next drain, or the next start of a thread, joins it

   A thread is counted in the lifecycle word until it has ended, and the
   function does not finalize before that. So the loop never waits for a thread
   that is still at work; only the end of an environment does.

   start.c makes and starts threads; function/life.c runs the attachment's
   operations. The module knows neither items nor the queue: a thread calls as
   any other producer does. */

#include <stdatomic.h>

#include "function/function.h"

struct tsfn__thread;

struct tsfn__threads {
  struct tsfn__attachment attachment; /* first: it is cast back to this */

  /* Loop thread. */
  tsfn_function *function;
  struct tsfn__thread *first; /* those that are not joined yet, newest first */

  /* Any thread pushes, the loop thread takes all: the threads that have ended
     and wait to be joined, newest first. */
  _Atomic(struct tsfn__thread *) ended;
};

/* Loop thread. Answers the function's threads, attached at the first call and
   freed with the function. NULL: out of memory. */
struct tsfn__threads *tsfn__threads_get(tsfn_function *function);

/* Loop thread; the caller holds a use. Starts one thread, which runs
   `run(function, index, data)`. TSFN_CLOSING, TSFN_INVALID (no use is out, or
   too many are), TSFN_NO_MEMORY: none was started, and `run` is not called. */
tsfn_status tsfn__threads_start(struct tsfn__threads *self, size_t index,
                                tsfn_thread run, void *data);

#endif
