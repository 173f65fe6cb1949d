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
   too. Of different things counts what stands first here:

     what the callback threw, with TSFN_THROW_ENDS
     a failure, unless an abort came before it
     an abort, before or after a result
     the status of a thread of the library that has failed, of tsfn_spawn too
     a result; where one was promised and none was given the promise rejects
     with an Error of code TSFN_DROPPED

   A thread may return what tsfn_fail or x_finish answers. A promise that the
   callback returns is not awaited, and its rejection is nobody's but the
   program's. */

#include "error.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Loop thread. Makes the promise of a function that was made by tsfn_create,
   before its first item is delivered and another thread calls tsfn_fail or
   x_finish. It is settled as that of tsfn_start (tsfn.h). `type`: of what
   x_finish gives; NULL: nothing. It must outlive the function. On a failure
   *promise is NULL, and an exception is pending but for a NULL fn, for
   TSFN_WRONG_THREAD, and for TSFN_CLOSING where the environment has ended:
   TSFN_INVALID where the function has a promise or no thread can make such a
   result, TSFN_CLOSING where it is closing, TSFN_NO_MEMORY, TSFN_FAILURE. */
tsfn_status tsfn_promise(tsfn_function *fn, const tsfn_record *type,
                         napi_value *promise);

/* Any thread that holds a use; never blocks. The function's job has failed.
   Both texts are UTF-8 and copied; `code` NULL or empty: the Error has none.
   TSFN_CLOSING: it has failed before, or was aborted, or its environment has
   ended; the promise is settled without this failure. TSFN_OK does not say that
   the promise was still open: an abort may come at the same moment.
   TSFN_INVALID: a NULL argument, or the function has no promise.
   TSFN_NO_MEMORY. */
tsfn_status tsfn_fail(tsfn_function *fn, const char *code, const char *message);

/* The same for a thread that has heard `status` of an ask or a call: as
   tsfn_reject_error (deferred.h). */
tsfn_status tsfn_fail_error(tsfn_function *fn, tsfn_status status,
                            const tsfn_error *error);

/* Any thread that holds a use; never blocks. What x_finish of a TSFN_RECORD(x,
   ...) calls, and name_finish of an exported function whose result is a
   promise. The value is copied as by x_call; memory of kind owned is the
   library's on TSFN_OK, and only then. TSFN_CLOSING: there is a result already.
   TSFN_WRONG_TYPE: the promise's result is of another type. TSFN_INVALID: a
   NULL argument, a value that a field cannot have, or the function has no
   promise. TSFN_NO_MEMORY. TSFN_OK also where the promise was settled before:
   then the result is freed. */
tsfn_status tsfn_finish(tsfn_function *fn, const tsfn_record *type,
                        const void *value);

#ifdef __cplusplus
}
#endif

#endif
