/* SPDX-License-Identifier: MIT */
#ifndef TSFN__THREADS_H
#define TSFN__THREADS_H

/* The threads that the library runs for a function, and the promise that waits
   for them: an attachment of the function.

   A thread has a use and is counted in the lifecycle word; the function does
   not finalize before all have ended, so the loop never waits for one that is
   still at work (only the end of an environment does). One that has ended
   brings the loop, whose next drain joins it; so does the next start of a
   thread. */

#include <stdatomic.h>

#include "function/function.h"

struct tsfn__thread;

struct tsfn__threads {
  struct tsfn__attachment attachment; /* first: it is cast back to this */

  /* Loop thread. */
  tsfn_function *function;
  struct tsfn__thread *first;
  napi_deferred deferred; /* tsfn_start's; NULL: none, or settled */

  /* Any thread: those that have ended and wait to be joined, newest first. */
  _Atomic(struct tsfn__thread *) ended;

  /* Any thread: what the first failure was, 0: none yet. */
  _Atomic(uint64_t) failure;
};

/* Loop thread. The function's threads, made at the first call. NULL: out of
   memory. */
struct tsfn__threads *tsfn__threads_get(tsfn_function *function);

/* Loop thread. Starts one. TSFN_CLOSING, TSFN_NO_MEMORY: none was started. */
tsfn_status tsfn__threads_start(struct tsfn__threads *self, size_t index,
                                tsfn_thread run, void *data);

#endif
