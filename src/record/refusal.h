/* SPDX-License-Identifier: MIT */
#ifndef TSFN__REFUSAL_H
#define TSFN__REFUSAL_H

/* The error for a value of JavaScript's that a field cannot hold. Its message
   names the place, what was expected there and what came:

     match: at.points[3]: expected an integer from 0 to 255, got 'many'

   Loop thread, inside of a handle scope. Nothing here calls the program's
   JavaScript. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a value stands: a field, or an element of an array; the outermost is
   the record itself. */
struct tsfn__place {
  const struct tsfn__place *outer; /* NULL: the record itself */
  const char *name; /* of the record or field; NULL: an element */
  size_t index;     /* of an element */
};

/* A TypeError with the code ERR_INVALID_ARG_TYPE, and a RangeError with
   ERR_OUT_OF_RANGE: the value has another type, or one that does not fit. */
enum tsfn__refusal { TSFN__REFUSAL_TYPE, TSFN__REFUSAL_RANGE };

/* Throws the error, and answers false. `expected` is a noun with its article.
   An exception that is pending already stays. */
bool tsfn__refusal_throw(napi_env env, const struct tsfn__place *place,
                         enum tsfn__refusal kind, const char *expected,
                         napi_value got);

/* Throws an Error with the code TSFN_NO_MEMORY for that place, and answers
   false. */
bool tsfn__refusal_no_memory(napi_env env, const struct tsfn__place *place);

#endif
