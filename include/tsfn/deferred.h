/* SPDX-License-Identifier: MIT */
#ifndef TSFN_DEFERRED_H
#define TSFN_DEFERRED_H

/* A promise that any thread can settle.

     tsfn_deferred *deferred;
     napi_value promise;
     tsfn_deferred_create(env, row_record(), &deferred, &promise);
     ...                                          on any thread:
     row_resolve(deferred, &row);                 or
     tsfn_reject(deferred, "E_SQL", "no such table");
     tsfn_deferred_drop(deferred);                always, once

   The promise is settled once: with the record, with an Error of that code and
   message, or, where the deferred is dropped before, with an Error of code
   TSFN_DROPPED. Whoever has the deferred drops it, after it was settled too.
   All promises of an environment that are settled in a turn of its loop take
   one wake. Between them and the calls of functions there is no order. Where
   the system has no memory for that wake, also not when it is tried again, they
   stay as they are.

   A promise that is not settled keeps the process alive, until it is settled or
   dropped. When the environment ends, promises stay as they are, as the host's
   own do; the deferred stays valid until it is dropped. */

#include "error.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Loop thread. Makes a promise, and the deferred that settles it. `type`: of
   what it is resolved with; NULL: undefined. It must outlive the deferred. On a
   failure both are NULL, and an exception is pending, but for a NULL env
   (TSFN_INVALID), TSFN_WRONG_THREAD and TSFN_CANNOT_RUN_JS. */
tsfn_status tsfn_deferred_create(napi_env env, const tsfn_record *type,
                                 tsfn_deferred **out, napi_value *promise);

/* Any thread; never blocks. What x_resolve of a TSFN_RECORD(x, ...) calls. The
   value is copied as by x_call; memory of kind owned is the library's on
   TSFN_OK, and only then. `value` is NULL where the deferred has no type.
   TSFN_CLOSING: it was settled before, or its environment has ended.
   TSFN_WRONG_TYPE: `type` is not the deferred's. TSFN_INVALID: a NULL argument,
   or a value that a field cannot have. TSFN_NO_MEMORY: it can be tried
   again. */
tsfn_status tsfn_resolve(tsfn_deferred *self, const tsfn_record *type,
                         const void *value);

/* Any thread; never blocks. Both texts are UTF-8 and copied; `code` NULL or
   empty: the Error has none. The statuses are those of tsfn_resolve. */
tsfn_status tsfn_reject(tsfn_deferred *self, const char *code,
                        const char *message);

/* The same for a thread that has heard `status` of an ask (ask.h), or of a
   call. TSFN_THREW with an error: an Error of its name, code and message, as
   far as they are not empty. Else: the status's name is the code, and its
   message the message; `error` may be NULL. */
tsfn_status tsfn_reject_error(tsfn_deferred *self, tsfn_status status,
                              const tsfn_error *error);

/* Any thread; never blocks. Lets it go; NULL is fine. A promise that was not
   settled is rejected. */
void tsfn_deferred_drop(tsfn_deferred *self);

#ifdef __cplusplus
}
#endif

#endif
