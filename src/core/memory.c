/* SPDX-License-Identifier: MIT */
#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

static void *
default_allocate(void *hint, size_t size) {
  (void)hint;
  return malloc(size);
}

static void
default_release(void *hint, void *memory, size_t size) {
  (void)hint;
  (void)size;
  free(memory);
}

const tsfn_allocator tsfn__memory_default = {default_allocate, default_release,
                                             NULL};

void *
tsfn__memory_allocate_zero(const tsfn_allocator *self, size_t size) {
  void *memory = tsfn__memory_allocate(self, size);
  if (memory != NULL) memset(memory, 0, size);
  return memory;
}
