/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MEMORY_H
#define TSFN__MEMORY_H

/* The allocator seam. Every allocation of the library goes through a
   tsfn_allocator, so that a test can make each one fail. Any thread; blocks as
   long as the author's allocator does. */

#include <stddef.h>

#include "tsfn/allocator.h"

/* The default: malloc and free. */
extern const tsfn_allocator tsfn__memory_default;

/* Allocates `size` bytes, which are not cleared. NULL: out of memory. */
static inline void *
tsfn__memory_allocate(const tsfn_allocator *self, size_t size) {
  return self->allocate(self->hint, size);
}

/* Allocates `size` bytes of 0. NULL: out of memory. */
void *tsfn__memory_allocate_zero(const tsfn_allocator *self, size_t size);

/* Releases memory; NULL is allowed. `size` is what was asked for. */
static inline void
tsfn__memory_release(const tsfn_allocator *self, void *memory, size_t size) {
  if (memory != NULL) self->release(self->hint, memory, size);
}

#endif
