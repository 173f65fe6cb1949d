/* SPDX-License-Identifier: MIT */
#ifndef TEST_LEDGER_H
#define TEST_LEDGER_H

/* An allocator that keeps books, fills memory with garbage, and fails on
   purpose. Any thread. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "tsfn/allocator.h"

struct ledger {
  tsfn_allocator allocator;

  /* A block that is released with another size than it was asked for, or twice,
     or that was never given out: the process ends, or it is counted only. */
  bool tolerates;
  atomic_size_t bad_releases;

  atomic_size_t calls;     /* of allocate */
  atomic_size_t fail_from; /* the calls that fail, counted from 1; 0: none */
  atomic_size_t fail_to;
  atomic_size_t failures;
  atomic_size_t made; /* allocations so far */
  atomic_size_t live; /* those not released yet */
  atomic_size_t bytes;
};

void *ledger_allocate(void *hint, size_t size);
void ledger_release(void *hint, void *memory, size_t size);

/* For a ledger that is a static variable of that name. */
#define LEDGER_INIT(name)                                                      \
  {                                                                            \
    .allocator = { ledger_allocate, ledger_release, &(name) }                  \
  }

void ledger_init(struct ledger *self);

/* The next `count` allocations after `skipped` more fail; 0: none does. */
void ledger_fail(struct ledger *self, size_t skipped, size_t count);

#endif
