/* SPDX-License-Identifier: MIT */
#ifndef TSFN__NATIVES_H
#define TSFN__NATIVES_H

/* The JavaScript that scripts of records share, one set for each environment:
   an object without a prototype, with the functions

     cut(parents, values, places, i)   the string of item i    (joined.h)
     slice(array, from, to)            a copy of a part of a typed array

   They use the built-in functions as these were when the object was made, so
   that a program which replaces one later changes nothing. What it can still
   do is to put a getter in the place of `constructor` of typed arrays, which
   slice asks by the rules of the language.

   runner.c hands the object to its scripts. Loop thread, inside of a handle
   scope. */

#include "node/realm.h"

/* Answers the object; the first call in an environment makes it. NULL: out of
   memory, or the host refused; no exception is left. */
napi_value tsfn__natives_get(struct tsfn__realm *realm);

#endif
