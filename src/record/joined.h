/* SPDX-License-Identifier: MIT */
#ifndef TSFN__JOINED_H
#define TSFN__JOINED_H

/* The strings of a column. A call into the host for each costs more than all
   else that is done for it. So C joins the short ones into few long strings
   that a script cuts, and hands the others over as arguments of one call.

     slots     | "notes" | NULL | "a sentence of some length" | "letters" |
     parents   [ "notesletters" ]
     values    [ null, "a sentence of some length" ]
     places    [ 0, 0, 5,   0, 0, -1,   1, 0, -1,   0, 5, 12 ]
                 which, from, to        -1: of the values

   Short is what the engine copies when it is cut. A longer one would keep the
   whole string alive that it is cut from: see docs/strings.md for what that
   costs, and for what each way takes. Loop thread. */

#include "record/column.h"

/* Integers in `places` for each item. */
#define TSFN__JOINED_PLACE 3u

/* Whether the field's values can be joined: text, string, slice. */
bool tsfn__joined_takes(const tsfn_field *field);

struct tsfn__joined {
  napi_value parents; /* Arrays */
  napi_value values;
};

/* Writes a run's places to `places`, and its strings to new Arrays. `collect`
   is (array, ...values) => undefined, and appends the values. On failure
   nothing is held; an exception may be pending. */
napi_status tsfn__joined_fill(napi_env env, const struct tsfn__column *column,
                              const struct tsfn__run *run, size_t slot_size,
                              napi_value collect, int32_t *places,
                              struct tsfn__joined *out);

#endif
