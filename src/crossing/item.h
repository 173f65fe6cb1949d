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
   here knows: the per-call callback and the error of function/ are two. */

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
  TSFN__OUTCOME_DELIVERED,
  TSFN__OUTCOME_THREW,  /* an exception is pending: the callback's */
  TSFN__OUTCOME_FAILED, /* something else threw: it is pending, or reported */
  TSFN__OUTCOME_CANNOT_RUN, /* JavaScript cannot run; nothing was called */
  TSFN__OUTCOME_INTERRUPTED /* JavaScript was ended in the middle of the item */
};

/* What the author hears of the items that ended so. */
tsfn_completion tsfn__outcome_completion(enum tsfn__outcome outcome);

/* What an item of one function is. Set once, at its creation. */
struct tsfn__shape {
  const tsfn_record *record;       /* NULL: items are bytes or pointers */
  const struct tsfn__codec *codec; /* the record's */
  size_t item_size;                /* 0: any */
  bool is_plain;                   /* a slot is the caller's bytes */
  tsfn_allocator allocator;
};

/* With the size in front it makes a slot of 32 bytes: two to a cache line. */
#define TSFN__SMALL_MAX 24u

struct tsfn__small {
  uint64_t size;
  unsigned char bytes[TSFN__SMALL_MAX];
};

/* The author's view of an item. */
struct tsfn__item {
  void *data; /* NULL: none */
  size_t size;
};

struct tsfn__box_ops {
  /* Loop thread, inside a crossing. Gives the item to JavaScript. */
  enum tsfn__outcome (*give)(const struct tsfn__giving *giving,
                             struct tsfn__box *box);

  /* Loop thread. The item ended as `how`: tells the author (see
     tsfn__outlet_tell) and frees the box. `is_shown`: the callback has seen the
     item, whatever `how` says. */
  void (*end)(const struct tsfn__outlet *outlet, struct tsfn__box *box,
              tsfn_completion how, bool is_shown);

  /* Any thread. The item was not accepted: frees the box, tells nobody. */
  void (*free)(const tsfn_allocator *allocator, struct tsfn__box *box);
};

/* The head of one allocation; what follows is the ops' business. */
struct tsfn__box {
  const struct tsfn__box_ops *ops;
};

static inline bool
tsfn__item_is_box(enum tsfn__item_kind kind) {
  return kind >= TSFN__ITEM_BOXED;
}

/* Of a slot that holds one. */
static inline struct tsfn__box *
tsfn__item_box(const void *slot) {
  return *(struct tsfn__box *const *)slot;
}

/* Loop thread. The item in a slot that holds no box. */
struct tsfn__item tsfn__item_view(const struct tsfn__shape *shape, void *slot,
                                  enum tsfn__item_kind kind);

/* Loop thread. Frees what such a slot owns. */
void tsfn__item_destroy(const struct tsfn__shape *shape, void *slot,
                        enum tsfn__item_kind kind);

#endif
