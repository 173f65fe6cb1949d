/* SPDX-License-Identifier: MIT */
#include "crossing/arguments.h"

#include <string.h>

#include "core/memory.h"

void
tsfn__arguments_init(tsfn_arguments *self, const tsfn_allocator *allocator) {
  self->values = self->few;
  self->count = 0;
  self->capacity = TSFN__ARGUMENTS_FEW;
  self->allocator = allocator;
}

static void
release_values(tsfn_arguments *self) {
  if (self->values != self->few)
    tsfn__memory_release(self->allocator, self->values,
                         self->capacity * sizeof *self->values);
}

void
tsfn__arguments_deinit(tsfn_arguments *self) {
  release_values(self);
}

/* Doubles the capacity. False: out of memory, and nothing has changed. Handles
   are copied as they are: the scope keeps their values, not this array. */
static bool
grow_values(tsfn_arguments *self) {
  size_t capacity = self->capacity * 2;
  napi_value *values =
      tsfn__memory_allocate(self->allocator, capacity * sizeof *values);
  if (values == NULL) return false;
  memcpy(values, self->values, self->count * sizeof *values);
  release_values(self);
  self->values = values;
  self->capacity = capacity;
  return true;
}

/* Public, see tsfn.h. A NULL value is refused here: the host would only refuse
   it when the call is made, without saying which argument it was. */
tsfn_status
tsfn_push(tsfn_arguments *self, napi_value value) {
  if (self == NULL || value == NULL) return TSFN_INVALID;
  if (self->count == self->capacity && !grow_values(self))
    return TSFN_NO_MEMORY;
  self->values[self->count++] = value;
  return TSFN_OK;
}

napi_status
tsfn__arguments_append(tsfn_arguments *self, napi_value value) {
  return tsfn_push(self, value) == TSFN_OK ? napi_ok : napi_generic_failure;
}
