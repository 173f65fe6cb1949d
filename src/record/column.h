/* SPDX-License-Identifier: MIT */
#ifndef TSFN__COLUMN_H
#define TSFN__COLUMN_H

/* Many records, turned by ninety degrees: a column for each field, those of
   nested records included, in the order of declaration.

     slots    | path line | path line | path line |
     columns  line: Uint32Array [ 1, 2, 3 ]      path: Array [ 'a', 'b', 'c' ]

   A field of numbers is a typed array that C copies into; any other field is an
   Array of JavaScript values. A field of a nested record has the offset of
   both:

     fields   u32 id     record(point) at, which has f64 x and f64 y
     columns  id: Uint32Array    x: Float64Array    y: Float64Array
     offsets  0                  8 + 0              8 + 8

   runner.c reads columns for its script, columns.c hands them to the callback.
   Loop thread, inside of a handle scope; never blocks. */

#include <stdint.h>

#include "core/queue.h"
#include "tsfn.h"

/* What one column is made of. It has no memory of its own. */
struct tsfn__column {
  const tsfn_field *field;
  size_t offset;             /* of the field in the outermost record, bytes */
  bool is_typed;             /* false: an Array of values */
  napi_typedarray_type type; /* of a typed column, as are the next two */
  size_t element_size;       /* bytes of one element */
  size_t per_item; /* elements for each item: more than 1 for an array field */
};

/* Where a script finds the value of an item whose column is cut out of few
   large ones, strings out of a longer string, bytes out of a buffer: three
   integers. They are which one, from, to; or `to` is one of these. */
#define TSFN__PLACE 3u
#define TSFN__PLACE_VALUE (-1) /* which: of the values that are whole; null */
#define TSFN__PLACE_WHOLE (-2) /* all of the buffer, whatever its size */

static inline void
tsfn__place_write(int32_t *place, uint32_t which, size_t from, int32_t to) {
  place[0] = (int32_t)which;
  place[1] = (int32_t)from;
  place[2] = to;
}

/* A column of places, by which runner.c and bytes.c make their memory. */
extern const struct tsfn__column tsfn__column_places;

/* How many columns a record has, nested ones included. */
size_t tsfn__column_count(const tsfn_record *record);

/* Writes the columns to `out`, as many as tsfn__column_count says. */
void tsfn__column_list(const tsfn_record *record, struct tsfn__column *out);

/* Makes an ArrayBuffer; *memory is its bytes, which live as long as it does.
   They are zeros. `is_raw`: they may be anything, and the caller fills all of
   them before JavaScript can see the buffer. */
napi_status tsfn__column_buffer(napi_env env, size_t bytes, bool is_raw,
                                void **memory, napi_value *buffer);

/* Makes the typed array of a column for `count` items; *memory is its bytes,
   which live as long as the array. They are zeros. `is_raw`: they may be
   anything, and the caller fills all of them before JavaScript can see the
   array. */
napi_status tsfn__column_create(napi_env env, const struct tsfn__column *self,
                                size_t count, bool is_raw, napi_value *array,
                                void **memory);

/* Copies the field of each item of a run to a typed column's memory. The run's
   first item goes to `memory`. Cannot fail. */
void tsfn__column_fill(const struct tsfn__column *self,
                       const struct tsfn__run *run, size_t slot_size,
                       void *memory);

/* Puts the field of each item of a run into an Array, from `index` on. Memory
   that the items own moves to JavaScript. On a failure some of it has moved,
   and an exception may be pending. */
napi_status tsfn__column_push(napi_env env, const struct tsfn__column *self,
                              const struct tsfn__run *run, size_t slot_size,
                              napi_value array, size_t index);

#endif
