/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In front of a block; 16 bytes keep the alignment of malloc. */
struct head {
  uint64_t size;
  uint64_t mark;
};
#define ALIVE UINT64_C(0x616c697665616c69)

/* Nobody may count on zeroes, nor read what was released. */
#define FRESH 0xa5
#define DEAD 0xdd

void *
ledger_allocate(void *hint, size_t size) {
  struct ledger *self = hint;
  size_t call = atomic_fetch_add(&self->calls, 1) + 1;
  bool fails = call >= atomic_load(&self->fail_from) &&
               call <= atomic_load(&self->fail_to);
  struct head *head = fails ? NULL : malloc(sizeof *head + size);
  if (head == NULL) {
    atomic_fetch_add(&self->failures, 1);
    return NULL;
  }
  head->size = size;
  head->mark = ALIVE;
  memset(head + 1, FRESH, size);
  atomic_fetch_add(&self->made, 1);
  atomic_fetch_add(&self->live, 1);
  atomic_fetch_add(&self->bytes, size);
  return head + 1;
}

void
ledger_release(void *hint, void *memory, size_t size) {
  struct ledger *self = hint;
  struct head *head = (struct head *)memory - 1;
  if (memory == NULL || head->mark != ALIVE || head->size != size) {
    atomic_fetch_add(&self->bad_releases, 1);
    if (self->tolerates) return;
    fprintf(stderr, "ledger: a block is released as %zu bytes, and was not\n",
            size);
    abort();
  }
  memset(head, DEAD, sizeof *head + size);
  free(head);
  atomic_fetch_sub(&self->live, 1);
  atomic_fetch_sub(&self->bytes, size);
}

void
ledger_init(struct ledger *self) {
  memset(self, 0, sizeof *self);
  self->allocator.allocate = ledger_allocate;
  self->allocator.release = ledger_release;
  self->allocator.hint = self;
}

void
ledger_fail(struct ledger *self, size_t skipped, size_t count) {
  size_t from = atomic_load(&self->calls) + skipped + 1;
  atomic_store(&self->fail_to, 0); /* none, until both are there */
  atomic_store(&self->fail_from, from);
  atomic_store(&self->fail_to, count == 0 ? 0 : from + count - 1);
}
