/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ITEM_H
#define TSFN__ITEM_H

/* What a queue slot holds, told by its kind byte.

     VALUE, of a record function      the record, then its codec's copies
     VALUE, of a fixed-size function  the bytes
     VALUE, of an any-size function   struct tsfn__small: size, then the bytes
     POINTER  the pointer itself
     BOXED    a value that a slot is too small for: a struct tsfn__box *
     SPECIAL  what is no value, and ends a batch of them: a struct tsfn__box *

   A box carries its own operations, so a new sort of item is a box that nobody
   here knows: the per-call callback and the error of function/ are two.

   Producers write slots (function/send*.c), the loop thread views and frees
   them (outlet.c, give.c). The module knows neither how an item is given nor
   who is told of its end. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crossing/codec.h"
#include "tsfn.h"

struct tsfn__box;
struct tsfn__giving;
struct tsfn__outlet;

enum tsfn__item_kind {
  TSFN__ITEM_VALUE = 1,
  TSFN__ITEM_POINTER,
  TSFN__ITEM_BOXED,
  TSFN__ITEM_SPECIAL
};

/* How giving one item, or several, to JavaScript ended. */
enum tsfn__outcome {
  TSFN__OUTCOME_DELIVERED, /* the callback returned */
  TSFN__OUTCOME_THREW,     /* an exception is pending: the callback's, or what
                              Node leaves where a worker is ended in it */
  TSFN__OUTCOME_FAILED,    /* something else threw: pending, or reported */

  /* JavaScript cannot run: the callback was not called or, where C called it
     with converted arguments, JavaScript was ended in the middle of that. */
  TSFN__OUTCOME_CANNOT_RUN,

  /* JavaScript was ended while a call_js had the item, which is therefore not
     handed back to it. */
  TSFN__OUTCOME_INTERRUPTED,

  /* The box's sender has taken the item back: JavaScript was not called, and
     nothing keeps the next item from its turn. */
  TSFN__OUTCOME_WITHDRAWN
};

/* The completion of items that ended so. FAILED is delivered: the callback has
   got its call, or its error. INTERRUPTED and CANNOT_RUN are cannot_run_js. */
tsfn_completion tsfn__outcome_completion(enum tsfn__outcome outcome);

/* What the items of one function are. Set once, at its creation; any thread may
   read it. */
struct tsfn__shape {
  const tsfn_record *record;       /* NULL: items are bytes or pointers */
  const struct tsfn__codec *codec; /* the record's; NULL without a record */
  size_t item_size; /* bytes of every item; 0: each has its own size */
  bool is_plain;    /* a slot is the caller's bytes: no check, no copy */
  tsfn_allocator allocator;

  /* Where a record's copies come from, from tsfn__shape_open on. It may lie in
     front of `allocator`. */
  const tsfn_allocator *copies;
};

/* Loop thread, at the function's creation. The shape must not be moved from
   here on, since `copies` points to its allocator or to one in front of it.
   Cannot fail: out of memory, copies come from `allocator`. */
void tsfn__shape_open(struct tsfn__shape *self);

/* Any thread, at the function's end: no item is left. */
void tsfn__shape_close(struct tsfn__shape *self);

/* The bytes that a slot of an any-size function holds itself. With the size in
   front they make a slot of 32 bytes: two to a cache line. */
#define TSFN__SMALL_MAX 24u

struct tsfn__small {
  uint64_t size;
  unsigned char bytes[TSFN__SMALL_MAX];
};

/* An item as the author sees it, in complete, convert and call_js. The memory
   is the slot's or the box's. */
struct tsfn__item {
  void *data; /* NULL: none */
  size_t size;
};

/* What can be done with a box. Each box ends once: by `end` if it was accepted,
   by `free` if not. */
struct tsfn__box_ops {
  /* Loop thread, inside a crossing. Gives the item to JavaScript; the box
     stays. */
  enum tsfn__outcome (*give)(const struct tsfn__giving *giving,
                             struct tsfn__box *box);

  /* Loop thread. The item ended as `how`: tells the author (see
     tsfn__outlet_tell) and frees the box. `is_shown`: the callback has seen the
     item, whatever `how` says. */
  void (*end)(const struct tsfn__outlet *outlet, struct tsfn__box *box,
              tsfn_completion how, bool is_shown);

  /* The producer's thread. The item was not accepted: frees the box, tells
     nobody. */
  void (*free)(const tsfn_allocator *allocator, struct tsfn__box *box);

  /* How several boxes of these operations share a call, where their function
     has records and delivers each of them: its `takes` and `give`, which are
     asked while such a box stands first in the queue. NULL: one by one. */
  const tsfn_delivery *together;
};

/* The head of one allocation; what follows it is known to the operations
   only. */
struct tsfn__box {
  const struct tsfn__box_ops *ops;
};

static inline bool
tsfn__item_is_box(enum tsfn__item_kind kind) {
  return kind >= TSFN__ITEM_BOXED;
}

/* The box in a slot whose kind says that it holds one. */
static inline struct tsfn__box *
tsfn__item_box(const void *slot) {
  return *(struct tsfn__box *const *)slot;
}

/* Loop thread. The item in a slot that holds no box, as the author sees it. */
struct tsfn__item tsfn__item_view(const struct tsfn__shape *shape, void *slot,
                                  enum tsfn__item_kind kind);

/* Loop thread. Frees what such a slot owns: a record's copies, and memory that
   the record still owns. Other values own nothing. */
void tsfn__item_destroy(const struct tsfn__shape *shape, void *slot,
                        enum tsfn__item_kind kind);

#endif
