/* SPDX-License-Identifier: MIT */
#ifndef TSFN__COLUMN_H
#define TSFN__COLUMN_H

/* Many records, turned by ninety degrees: a column for each field, those of
   nested records included.

     slots    | path line | path line | path line |
     columns  line: Uint32Array [ 1, 2, 3 ]      path: Array [ 'a', 'b', 'c' ]

   A field of numbers is a typed array that C copies into; any other field is an
   Array of JavaScript values. Loop thread. */

#include "core/queue.h"
#include "tsfn.h"

struct tsfn__column {
  const tsfn_field *field;
  size_t offset; /* in the outermost record */
  bool is_typed; /* else an Array of values */
  napi_typedarray_type type;
  size_t element_size; /* bytes in the typed array */
  size_t per_item;     /* elements of an item: more for an array field */
};

/* The columns of a record, nested ones included. */
size_t tsfn__column_count(const tsfn_record *record);

/* Writes as many as tsfn__column_count says. */
void tsfn__column_list(const tsfn_record *record, struct tsfn__column *out);

/* A typed array of zeros for `count` items; *memory is its bytes. `is_raw`:
   they may be anything, and the caller fills all of them before JavaScript can
   see the array. */
napi_status tsfn__column_create(napi_env env, const struct tsfn__column *self,
                                size_t count, bool is_raw, napi_value *array,
                                void **memory);

/* Copies a run's fields to a typed column; item 0 goes to `memory`. */
void tsfn__column_fill(const struct tsfn__column *self,
                       const struct tsfn__run *run, size_t slot_size,
                       void *memory);

/* Puts a run's values into an Array, from `index` on. Memory that the items
   own moves to JavaScript. */
napi_status tsfn__column_push(napi_env env, const struct tsfn__column *self,
                              const struct tsfn__run *run, size_t slot_size,
                              napi_value array, size_t index);

#endif
