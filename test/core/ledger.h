/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_LEDGER_H
#define TSFN_TEST_LEDGER_H

/* An allocator that keeps books and fails on purpose. Any thread. */

#include <stdatomic.h>
#include <stdlib.h>

#include "../support/test.h"
#include "tsfn/allocator.h"

struct ledger {
  tsfn_allocator allocator;
  atomic_size_t calls;     /* of allocate */
  atomic_size_t fail_from; /* the calls that fail, counted from 1 */
  atomic_size_t fail_to;
  atomic_size_t failures;
  atomic_size_t live; /* allocations not released */
  atomic_size_t bytes;
};

#define LEDGER_HEADER 16 /* keeps the alignment of malloc */

static inline void *
ledger_allocate(void *hint, size_t size) {
  struct ledger *self = hint;
  size_t call = atomic_fetch_add(&self->calls, 1) + 1;
  if (call >= atomic_load(&self->fail_from) &&
      call <= atomic_load(&self->fail_to)) {
    atomic_fetch_add(&self->failures, 1);
    return NULL;
  }
  unsigned char *memory = malloc(LEDGER_HEADER + size);
  CHECK(memory != NULL);
  memcpy(memory, &size, sizeof size);
  /* Nobody may count on zeroes. */
  memset(memory + LEDGER_HEADER, 0xa5, size);
  atomic_fetch_add(&self->live, 1);
  atomic_fetch_add(&self->bytes, size);
  return memory + LEDGER_HEADER;
}

static inline void
ledger_release(void *hint, void *memory, size_t size) {
  struct ledger *self = hint;
  unsigned char *start = (unsigned char *)memory - LEDGER_HEADER;
  size_t asked;
  memcpy(&asked, start, sizeof asked);
  CHECK_EQ(size, asked);
  memset(memory, 0x5a, size);
  free(start);
  atomic_fetch_sub(&self->live, 1);
  atomic_fetch_sub(&self->bytes, size);
}

static inline void
ledger_init(struct ledger *self) {
  self->allocator.allocate = ledger_allocate;
  self->allocator.release = ledger_release;
  self->allocator.hint = self;
  atomic_init(&self->calls, 0);
  atomic_init(&self->fail_from, 0);
  atomic_init(&self->fail_to, 0);
  atomic_init(&self->failures, 0);
  atomic_init(&self->live, 0);
  atomic_init(&self->bytes, 0);
}

/* The next `count` allocations after `skipped` more fail. */
static inline void
ledger_fail(struct ledger *self, size_t skipped, size_t count) {
  size_t from = atomic_load(&self->calls) + skipped + 1;
  atomic_store(&self->fail_to, 0);
  atomic_store(&self->fail_from, from);
  atomic_store(&self->fail_to, from + count - 1);
}

#endif
