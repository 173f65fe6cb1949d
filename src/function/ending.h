/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENDING_H
#define TSFN__ENDING_H

/* The promise of a function's end: an attachment, which settles it after
   options.finalize. What it becomes is decided by the first of these that there
   is:

     thrown    what the callback threw, where that ends the function
     failure   what a thread has said, in its own words
     abort     the signal's reason, or an Error of code TSFN_CLOSING
     status    of the first thread of the library that has failed
     result    what a thread has given; where one was promised and none was
               given, an Error of code TSFN_DROPPED

   Any thread gives a failure, a status or a result; of each the first counts,
   by one compare-and-swap. What comes after the promise was settled is freed
   with the handle, as the ending itself is: whoever has a use may give
   something at any time.

   stream/ makes a promise for tsfn_start, answer/ for any function; both give
   what it becomes. The module knows no records: a result has operations. */

#include <node_api.h>
#include <stdatomic.h>
#include <stdint.h>

#include "function/function.h"

struct tsfn__ending_part;

struct tsfn__ending_part_ops {
  /* Loop thread. Makes the value. NULL: it cannot be made, and an exception may
     be pending. */
  napi_value (*make)(struct tsfn__ending_part *self, napi_env env);

  /* Any thread. */
  void (*free)(struct tsfn__ending_part *self);
};

/* The head of a failure or of a result, which a thread has given; what follows
   is known to its module only. */
struct tsfn__ending_part {
  const struct tsfn__ending_part_ops *ops;
};

struct tsfn__ending {
  struct tsfn__ending_memory memory; /* first: function.c has only this */
  struct tsfn__attachment attachment;

  /* Set once. */
  tsfn_function *function;
  const tsfn_record *type; /* of the result; NULL: none */

  /* Loop thread. */
  napi_deferred deferred; /* NULL: it is settled */
  napi_ref thrown;        /* an object that has it; NULL: nothing was */

  /* Any thread. */
  _Atomic(struct tsfn__ending_part *) failure;
  _Atomic(struct tsfn__ending_part *) result;
  _Atomic(uint64_t) status; /* index << 8 | status; 0: none */
};

/* Loop thread. Makes the promise of a function that has none. TSFN_NO_MEMORY,
   TSFN_FAILURE: nothing is held, and nothing is thrown. */
tsfn_status tsfn__ending_make(tsfn_function *function, const tsfn_record *type,
                              napi_value *promise);

/* Loop thread. Settles the promise, which nobody will see, so that the host
   frees it. */
void tsfn__ending_forget(tsfn_function *function);

/* Loop thread, inside of a crossing. Settles the promise now, where it is not
   settled yet. */
void tsfn__ending_settle(struct tsfn__ending *self, napi_env env);

/* Loop thread. Keeps what was thrown, unless something was before: in an object
   of its own, since a reference takes no primitive value. */
void tsfn__ending_throw(struct tsfn__ending *self, napi_value error);

/* Any thread. Does nothing where the function has no promise. */
void tsfn__ending_fail_thread(tsfn_function *function, size_t index,
                              tsfn_status status);

/* Any thread. Gives a failure or a result, the ending's member of that name.
   False: another one was first, and it is the caller's. */
static inline bool
tsfn__ending_give(_Atomic(struct tsfn__ending_part *) *member,
                  struct tsfn__ending_part *part) {
  struct tsfn__ending_part *none = NULL;
  /* Release: meets the acquire of whoever settles. */
  return atomic_compare_exchange_strong_explicit(
      member, &none, part, memory_order_release, memory_order_relaxed);
}

#endif
