/* SPDX-License-Identifier: MIT */
#ifndef TSFN_PROMISE_H
#define TSFN_PROMISE_H

/* The promise of a function's end, with a result and with errors of the
   author's own. tsfn_start makes one; for a function of tsfn_create there is
   tsfn_promise. A thread tells what it becomes:

     hash_finish(fn, &result);                           resolves
     tsfn_fail(fn, "E_READ", "the file cannot be read"); rejects

   Neither closes the function: the promise is settled at its end, after
   options->finalize. Of several failures the first counts, of several results
   too, and a failure counts more than a result. An abort before the failure
   counts more than both. A function that ends without its result rejects with
   an Error of code TSFN_DROPPED. */

#include "error.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Loop thread. Makes the promise of a function that was made by tsfn_create,
   before its first item is delivered and another thread calls tsfn_fail or
   x_finish. It is settled as that of tsfn_start (tsfn.h). `type`: of what
   x_finish gives; NULL: nothing. It must outlive the function. On a failure
   *promise is NULL and an exception is pending: TSFN_INVALID where the function
   has a promise, TSFN_CLOSING where it is closing, TSFN_WRONG_THREAD (without
   an exception). */
tsfn_status tsfn_promise(tsfn_function *fn, const tsfn_record *type,
                         napi_value *promise);

/* Any thread that holds a use; never blocks. The function's job has failed.
   Both texts are UTF-8 and copied; `code` NULL or empty: the Error has none.
   TSFN_CLOSING: it has failed before, or was aborted, or its environment has
   ended; the promise is settled without this failure. TSFN_INVALID: a NULL
   argument, or the function has no promise. TSFN_NO_MEMORY. */
tsfn_status tsfn_fail(tsfn_function *fn, const char *code, const char *message);

/* The same for a thread that has heard `status` of an ask or a call: as
   tsfn_reject_error (deferred.h). */
tsfn_status tsfn_fail_error(tsfn_function *fn, tsfn_status status,
                            const tsfn_error *error);

/* Any thread that holds a use; never blocks. What x_finish of a TSFN_RECORD(x,
   ...) calls, and name_finish of an exported function whose result is a
   promise. The value is copied as by x_call; memory of kind owned is the
   library's on TSFN_OK, and only then. TSFN_CLOSING: there is a result already.
   TSFN_WRONG_TYPE: the promise's result is of another type. Others as above. */
tsfn_status tsfn_finish(tsfn_function *fn, const tsfn_record *type,
                        const void *value);

#ifdef __cplusplus
}
#endif

#endif
