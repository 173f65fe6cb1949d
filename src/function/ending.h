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

/* In a thread's own words; NULL texts: there is none. From malloc. */
struct tsfn__ending_failure {
  const char *name;
  const char *code;
  const char *message; /* not NULL */
};

struct tsfn__ending_result;

struct tsfn__ending_result_ops {
  /* Loop thread. NULL: it cannot be made, and an exception may be pending. */
  napi_value (*make)(struct tsfn__ending_result *self, napi_env env);

  /* Any thread. */
  void (*free)(struct tsfn__ending_result *self);
};

/* The head of a result; what follows is known to its module only. */
struct tsfn__ending_result {
  const struct tsfn__ending_result_ops *ops;
};

struct tsfn__ending {
  struct tsfn__ending_memory memory; /* first: function.c has only this */
  struct tsfn__attachment attachment;

  /* Set once. */
  tsfn_function *function;
  const tsfn_record *type; /* of the result; NULL: none */

  /* Loop thread. */
  napi_deferred deferred; /* NULL: it is settled */
  napi_ref thrown;        /* NULL: nothing */

  /* Any thread. */
  _Atomic(struct tsfn__ending_failure *) failure;
  _Atomic(struct tsfn__ending_result *) result;
  _Atomic(uint64_t) status; /* index << 8 | status; 0: none */
};

/* Loop thread. Makes the promise of a function that has none. TSFN_NO_MEMORY,
   TSFN_FAILURE: nothing is held, and nothing is thrown. */
tsfn_status tsfn__ending_make(tsfn_function *function, const tsfn_record *type,
                              napi_value *promise);

/* Loop thread. Settles the promise, which nobody will see, so that the host
   frees it. */
void tsfn__ending_forget(tsfn_function *function);

/* Any thread. Each does nothing where the function has no promise. */
void tsfn__ending_fail_thread(tsfn_function *function, size_t index,
                              tsfn_status status);

/* Any thread. False: another one was first, and it is the caller's. */
bool tsfn__ending_fail(struct tsfn__ending *self,
                       struct tsfn__ending_failure *failure);
bool tsfn__ending_finish(struct tsfn__ending *self,
                         struct tsfn__ending_result *result);

/* Loop thread, inside of a crossing. Settles the promise now, where it is not
   settled yet. */
void tsfn__ending_settle(struct tsfn__ending *self, napi_env env);

/* Loop thread. Keeps what was thrown, unless something was before. */
void tsfn__ending_throw(struct tsfn__ending *self, napi_value error);

#endif
