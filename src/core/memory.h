/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MEMORY_H
#define TSFN__MEMORY_H

/* The allocator seam. Every allocation of the library goes through a
   tsfn_allocator, so that a test can make each one fail. */

#include <stddef.h>

#include "tsfn/allocator.h"

/* malloc and free. */
extern const tsfn_allocator tsfn__memory_default;

/* NULL on failure. The memory is not cleared. Any thread. */
static inline void *
tsfn__memory_allocate(const tsfn_allocator *self, size_t size) {
  return self->allocate(self->hint, size);
}

/* As above, all bytes 0. */
void *tsfn__memory_allocate_zero(const tsfn_allocator *self, size_t size);

/* NULL is allowed. `size` is what was asked for. Any thread. */
static inline void
tsfn__memory_release(const tsfn_allocator *self, void *memory, size_t size) {
  if (memory != NULL) self->release(self->hint, memory, size);
}

#endif
