/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ARGUMENTS_H
#define TSFN__ARGUMENTS_H

/* The arguments of one call of the author's callback: an array of handles that
   grows. On the stack of whoever makes the call; options->convert sees it as a
   tsfn_arguments and appends with tsfn_push. Loop thread, inside of a handle
   scope that lasts until the call was made. */

#include "tsfn.h"

/* Arguments that need no allocation: a record of 15 fields, error-first. They
   take 128 bytes of stack. */
#define TSFN__ARGUMENTS_FEW 16u

struct tsfn_arguments {
  napi_value *values; /* `few`, or an allocation of `capacity` */
  size_t count;
  size_t capacity;
  const tsfn_allocator *allocator;
  napi_value few[TSFN__ARGUMENTS_FEW];
};

/* Makes an empty list, which allocates nothing yet; deinit frees what it grew
   by. The allocator must outlive it. */
void tsfn__arguments_init(tsfn_arguments *self,
                          const tsfn_allocator *allocator);
void tsfn__arguments_deinit(tsfn_arguments *self);

/* Appends as tsfn_push does, for code that answers the host's statuses: an
   argument that could not be appended is napi_generic_failure. */
napi_status tsfn__arguments_append(tsfn_arguments *self, napi_value value);

#endif
