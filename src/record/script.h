/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SCRIPT_H
#define TSFN__SCRIPT_H

/* The text of a runner's JavaScript, written for one record. For the record {
   path: string, line: u32 }, error-first and as an object:

     (function (callback, check, natives, views, state, names, process, tick,
                frame, keep) {
       'use strict';
       const { cut, slice } = natives;
       let c0, c1;
       return {
         resize(arrays) { c0 = arrays[0]; c1 = arrays[1]; },
         collect(array, ...values) {
           for (let i = 0; i < values.length; i++)
             array[array.length] = values[i];
         },
         deliver(i, end, values) {
           const a0 = c0, a1 = c1, v0 = values[0], v1 = values[1];
           while (i < end) {
             let to = check(i);
             if (to <= i) return i;
             if (to > end) to = end;
             while (i < to) {
               state[0] = i;
               callback(null, { "path": cut(v0, v1, a0, i), "line": a1[i] });
               i++;
               if (state[1] !== 0) return i;
             }
           }
           return i;
         },
       };
     })

   What cut and slice do is told in natives.h, what collect does in joined.h.
   Bytes come from functions of `views`: w0(v2, a2, i). A list has another loop,
   which appends to an array, and the method flush. A sink gets what each call
   has returned or thrown, which goes no further:

     let value, threw = true;
     try {
       value = callback(null, { ... });
       threw = false;
     } catch (error) { value = error; }
     keep(i, threw, value);

   The text is run by napi_run_script, which works with code generation from
   strings disabled. Nothing in it can be reached from outside, but for what
   natives.h says of slice. No text of the author's gets into it but the names
   of fields, which are C identifiers.

   runner.c asks for it once for each function, and once for a sink. Loop
   thread. It knows columns by their number only; the order is that of
   tsfn__column_list. */

#include <node_api.h>
#include <stdbool.h>

#include "tsfn.h"

struct tsfn__script {
  const tsfn_record *record;
  const tsfn_allocator *allocator;
  tsfn_errors errors;
  tsfn_passing passing;
  bool is_list;   /* one array for all runs; else a call for each record */
  bool has_tick;  /* nextTick and promise callbacks run after each call */
  bool has_frame; /* then `tick` answers whether `frame` is still there */
  bool has_keep;  /* `keep` gets what each call has returned or thrown */
};

/* Writes the text and runs it; *out is the function above, a new one at each
   call. On a failure an exception may be pending. */
napi_status tsfn__script_factory(napi_env env, const struct tsfn__script *self,
                                 napi_value *out);

#endif
