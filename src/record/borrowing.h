/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BORROWING_H
#define TSFN__BORROWING_H

/* What a field brings with it whose memory is borrowed (tsfn_field.borrowing):
   a program without such a field does not link it. text.c, bytes.c,
   optional_value.c and list_value.c have one table each; record.c, copy.c,
   to_js.c, runner.c, script.c and columns.c ask it. */

#include "tsfn.h"

struct tsfn__nesting;
struct tsfn__views;

struct tsfn__borrowing {
  /* NULL in an optional: what is in it has its own.

     Loop thread, at the creation of a function. Answers the allocator of its
     records' copies (core/arena.h), in front of `base`, which outlives it.
     NULL: out of memory, and `base` serves. */
  const tsfn_allocator *(*open)(const tsfn_allocator *base);

  /* Any thread, at the function's end, when all copies have been freed. */
  void (*close)(const tsfn_allocator *allocator);

  /* How a column of such values is handed over as views. NULL: it is none of
     bytes. */
  const struct tsfn__views *views;

  /* The memory of an optional or a list (nesting.h). NULL: it is none. */
  const struct tsfn__nesting *nesting;

  /* Of those two, NULL for others. Loop thread, inside of a handle scope. Makes
     the value of JavaScript's. */
  napi_status (*to_js)(napi_env env, const tsfn_field *field, char *value,
                       napi_value *result);
};

/* NULL: the field's column is not handed over as views. */
static inline const struct tsfn__views *
tsfn__borrowing_views(const tsfn_field *field) {
  return field->borrowing != NULL ? field->borrowing->views : NULL;
}

#endif
