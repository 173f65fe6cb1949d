/* SPDX-License-Identifier: MIT */
#ifndef TSFN__READER_H
#define TSFN__READER_H

/* Reads the properties of an object by one piece of JavaScript, which is made
   for a record and hands all of them to C in one call:

     (o) => { take(o.path, o.line, o.text); }

   The engine compiles it, so a property takes less time than a call of Node-API
   for each (make bench SCENARIO=from-js). It is made once for each record and
   environment, when the record has been read 16 times, since to make it takes
   far longer than to read one object.

   There is a list of environments, since x_from needs no function and so no
   realm: each has its readers, and a cleanup hook, which drops them. It has no
   lock, which an addon that only exports functions would link for it alone.
   from_js.c asks for each object, and reads the properties itself where there
   is no reader. Loop thread, inside of a handle scope. */

#include "record/record.h"

/* Fields below which a call for each property is as fast, and above which there
   is no reader. */
#define TSFN__READER_FIELDS_MIN 3u
#define TSFN__READER_FIELDS_MAX 64u

enum tsfn__reader_end {
  TSFN__READER_NONE, /* there is none; nothing was done */
  TSFN__READER_DONE,
  TSFN__READER_FAILED /* `take` has answered false, or a getter threw */
};

/* Reads the fields' properties of `object`, in their order, and calls `take`
   with the values, which are valid during that call. Getters and proxies may
   run any JavaScript, also such as comes here again. */
enum tsfn__reader_end
tsfn__reader_read(napi_env env, const tsfn_record *type, napi_value object,
                  bool (*take)(const void *data, const napi_value *values),
                  const void *data);

#endif
