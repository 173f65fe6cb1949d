/* SPDX-License-Identifier: MIT */
#ifndef TEST_OWNED_H
#define TEST_OWNED_H

/* Memory of kind owned that is counted until it is freed, and the exported
   function live(), which answers how much of it is left. Included behind tsfn.h
   by an addon whose module exports `live`. */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/live.h"

static void
free_owned(void *data, void *hint) {
  (void)hint;
  free(data);
  atomic_fetch_sub(&live_count, 1);
}

/* Owned memory with `size` bytes of `data`. */
static inline tsfn_owned
make_owned(const void *data, size_t size) {
  tsfn_owned owned = {malloc(size), size, free_owned, NULL};
  memcpy(owned.data, data, size);
  atomic_fetch_add(&live_count, 1);
  return owned;
}

#endif
