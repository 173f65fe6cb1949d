/* SPDX-License-Identifier: MIT */
#ifndef TEST_BOOKS_H
#define TEST_BOOKS_H

/* The books of one function: what became of its items, and how it ended. The
   threads that call it enter what was accepted; the callbacks that it calls
   enter the rest.

   They hold the contracts that a test need not think of. `disordered` counts
   what no function may do: complete an item before an earlier one of the same
   producer, complete anything after finalize, finalize twice, free its context
   twice or before finalize. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsfn.h"

/* What each item is, or begins with: its producer's number, and its place among
   the producer's items, counted from 0. */
#define NUMBERED(FIELD) FIELD(u32, producer) FIELD(u32, sequence)
TSFN_RECORD(numbered, NUMBERED)

/* Of a producer with this number or a higher one the order is not looked at. */
#define BOOKS_PRODUCERS 256u

struct books {
  /* Any thread: on_free_context is called where the last use is given back. */
  _Atomic(uint64_t) accepted;
  _Atomic(uint64_t) completed[TSFN_COMPLETION_COUNT];
  _Atomic(uint64_t) shown;      /* items that call_js saw, with an env */
  _Atomic(uint64_t) shown_null; /* and without */
  _Atomic(uint64_t) disordered;
  _Atomic(uint64_t) missing; /* items that never came, before one that did */
  _Atomic(uint64_t) finalized;
  _Atomic(uint64_t) freed; /* how often free_context was called */

  /* Loop thread. */
  bool had_env; /* JavaScript could run in finalize */
  int64_t last[BOOKS_PRODUCERS];
};

void books_init(struct books *self);

/* An item; NULL where it does not say whose it is. */
void books_complete(struct books *self, const numbered *one,
                    tsfn_completion how);
void books_show(struct books *self, napi_env env);
void books_finalize(struct books *self, napi_env env);
void books_free_context(struct books *self);

/* A completion's name in tests: DELIVERED, for one. */
const char *books_name(tsfn_completion how);

/* The books as members of a JSON object, `"accepted":1,...`, into `size` bytes
   (600 are enough). */
void books_print(const struct books *self, char *out, size_t size);

#endif
