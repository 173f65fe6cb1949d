/* SPDX-License-Identifier: MIT */
#ifndef TSFN__JOINED_H
#define TSFN__JOINED_H

/* The strings of a column, handed to a script. A call into the host for each
   string costs more than all else that is done for it. So C joins the short
   ones into few long strings, from which the script cuts them, and hands the
   others over as arguments of one call.

     slots     | "notes" | NULL | "a sentence of some length" | "letters" |
     parents   [ "notesletters" ]
     values    [ null, "a sentence of some length" ]
     places    [ 0, 0, 5,   0, 0, -1,   1, 0, -1,   0, 5, 12 ]
                 which, from, to        -1: of the values

   A parent is a long string that others are cut from. The values are strings
   that are whole, and null. A place says for one item which parent or value its
   string is, and what to cut.

   Short is what the engine copies when it is cut. A longer one would keep its
   whole parent alive: docs/strings.md has what that costs, and what each way
   takes.

   runner.c fills columns by it. Loop thread, inside of a handle scope; never
   blocks. */

#include "record/column.h"

/* Whether the field's values can be joined: text, string, slice. */
bool tsfn__joined_takes(const tsfn_field *field);

/* The strings of one run's column: the two Arrays of the drawing. */
struct tsfn__joined {
  napi_value parents;
  napi_value values;
};

/* Writes a run's places to `places`, three integers for each item, and its
   strings to two new Arrays. `collect` is the script's (array, ...values) =>
   undefined, which appends the values. On failure nothing is held; an exception
   may be pending. */
napi_status tsfn__joined_fill(napi_env env, const struct tsfn__column *column,
                              const struct tsfn__run *run, size_t slot_size,
                              napi_value collect, int32_t *places,
                              struct tsfn__joined *out);

#endif
