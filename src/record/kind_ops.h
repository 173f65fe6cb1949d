/* SPDX-License-Identifier: MIT */
#ifndef TSFN__KIND_OPS_H
#define TSFN__KIND_OPS_H

/* What a field brings with it whose kind is more than its bytes
   (tsfn_field.ops): a program without such a field does not link it. text.c,
   bytes.c, owned.c, optional_value.c, list_value.c and named.c have one table
   each; record.c, copy.c, to_js.c, from_js.c, runner.c, script.c and columns.c
   ask it. */

#include "tsfn.h"

struct tsfn__nesting;
struct tsfn__target;
struct tsfn__views;

struct tsfn__kind_ops {
  /* Loop thread, at the creation of a function. Answers the allocator of its
     records' copies (core/arena.h), in front of `base`, which outlives it.
     NULL: out of memory, and `base` serves. No operation, NULL: the kind
     borrows nothing itself. */
  const tsfn_allocator *(*open)(const tsfn_allocator *base);

  /* Any thread, at the function's end, when all copies have been freed. */
  void (*close)(const tsfn_allocator *allocator);

  /* How a column of such values is handed over as views. NULL: it is none of
     bytes. */
  const struct tsfn__views *views;

  /* The memory of an optional or a list (nesting.h). NULL: it is none. */
  const struct tsfn__nesting *nesting;

  /* Loop thread, inside of a handle scope. Makes the value of JavaScript's. Of
     optionals, lists and owned memory; NULL: to_js.c does it. */
  napi_status (*to_js)(napi_env env, const tsfn_field *field, char *value,
                       napi_value *result);

  /* Loop thread, inside of a handle scope. Reads a record of JavaScript's that
     is more than an object with its fields (target.h). Of arguments by name. */
  bool (*from_js)(const struct tsfn__target *target, napi_value value);
};

/* NULL: the field's column is not handed over as views. */
static inline const struct tsfn__views *
tsfn__kind_views(const tsfn_field *field) {
  return field->ops != NULL ? field->ops->views : NULL;
}

#endif
