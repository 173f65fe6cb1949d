/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BORROWING_H
#define TSFN__BORROWING_H

/* What a field brings with it whose memory is borrowed (tsfn_field.borrowing):
   a program without such a field does not link it. text.c and bytes.c have one
   table each; record.c, runner.c, script.c and columns.c ask it. */

#include "tsfn.h"

struct tsfn__views;

struct tsfn__borrowing {
  /* Loop thread, at the creation of a function. Answers the allocator of its
     records' copies (core/arena.h), in front of `base`, which outlives it.
     NULL: out of memory, and `base` serves. */
  const tsfn_allocator *(*open)(const tsfn_allocator *base);

  /* Any thread, at the function's end, when all copies have been freed. */
  void (*close)(const tsfn_allocator *allocator);

  /* How a column of such values is handed over as views. NULL: it is text. */
  const struct tsfn__views *views;
};

/* NULL: the field's column is not handed over as views. */
static inline const struct tsfn__views *
tsfn__borrowing_views(const tsfn_field *field) {
  return field->borrowing != NULL ? field->borrowing->views : NULL;
}

#endif
