/* SPDX-License-Identifier: MIT */
#ifndef TSFN__VIEWS_H
#define TSFN__VIEWS_H

/* A column of bytes whose values are views of few buffers. A field of kind
   bytes or buffer has the operations for it (kind_ops.h); runner.c and
   columns.c call them. Loop thread, inside of a handle scope; never blocks. */

#include "crossing/outlet.h"
#include "record/column.h"

struct tsfn__views {
  /* Answers how many of the run's first items have `most` bytes together at the
     most; at least 1. */
  size_t (*fit)(const struct tsfn__column *column, const struct tsfn__run *run,
                size_t slot_size, size_t most);

  /* Writes a run's places to `places`, TSFN__PLACE integers for each item, and
     its buffers to a new Array, *buffers. On failure nothing is held; an
     exception may be pending. */
  napi_status (*fill)(const struct tsfn__outlet *outlet,
                      const struct tsfn__column *column,
                      const struct tsfn__run *run, int32_t *places,
                      napi_value *buffers);

  /* Answers the function (buffers, places, i) => the view of item i, or null.
     NULL: out of memory, or the host refused; no exception is left. */
  napi_value (*function)(struct tsfn__realm *realm,
                         const struct tsfn__column *column);

  /* Puts the views of a run into an Array, from `at` on. On a failure an
     exception may be pending. */
  napi_status (*push)(const struct tsfn__outlet *outlet,
                      const struct tsfn__column *column,
                      const struct tsfn__run *run, napi_value array, size_t at);
};

#endif
