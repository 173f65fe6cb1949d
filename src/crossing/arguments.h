/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ARGUMENTS_H
#define TSFN__ARGUMENTS_H

/* The arguments of one call of the author's callback. Loop thread. */

#include "tsfn.h"

#define TSFN__ARGUMENTS_FEW 16u /* without an allocation */

struct tsfn_arguments {
  napi_value *values; /* `few`, or an allocation of `capacity` */
  size_t count;
  size_t capacity;
  const tsfn_allocator *allocator;
  napi_value few[TSFN__ARGUMENTS_FEW];
};

/* Empty; deinit frees what it grew by. */
void tsfn__arguments_init(tsfn_arguments *self,
                          const tsfn_allocator *allocator);
void tsfn__arguments_deinit(tsfn_arguments *self);

/* tsfn_push for code that answers the host's statuses: an argument that could
   not be appended is napi_generic_failure. */
napi_status tsfn__arguments_append(tsfn_arguments *self, napi_value value);

#endif
