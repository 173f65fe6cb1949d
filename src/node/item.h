/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ITEM_H
#define TSFN__ITEM_H

/* What a queue slot holds, told by its kind byte.

   VALUE, of a record function      the record, then its codec's copies
   VALUE, of a fixed-size function  the bytes
   VALUE, of an any-size function   struct tsfn__small: size, then the bytes
   BOXED    an any-size item of more than TSFN__SMALL_MAX bytes: a struct box *
   WITH     a per-call callback and its item: a struct box *
   ERROR    code and message: a struct box *
   POINTER  the pointer itself */

#include <stddef.h>
#include <stdint.h>

#include "tsfn.h"

enum tsfn__item_kind {
  TSFN__ITEM_VALUE = 1,
  TSFN__ITEM_BOXED,
  TSFN__ITEM_WITH,
  TSFN__ITEM_ERROR,
  TSFN__ITEM_POINTER
};

/* With the size in front it makes a slot of 32 bytes: two to a cache line. */
#define TSFN__SMALL_MAX 24u

struct tsfn__small {
  uint64_t size;
  unsigned char bytes[TSFN__SMALL_MAX];
};

/* One allocation. The bytes are aligned for any type. */
struct tsfn__box {
  size_t size; /* of the item, or of message and its NUL */
  union {
    tsfn_call_js call_js; /* WITH */
    size_t code_size;     /* ERROR: of the code and its NUL behind the message,
                             0: there is none */
  } as;
  unsigned char bytes[];
};

struct tsfn__item {
  void *data; /* NULL: none */
  size_t size;
};

/* Producer. NULL: out of memory. */
struct tsfn__box *tsfn__item_box(const tsfn_allocator *allocator,
                                 const void *item, size_t size);
struct tsfn__box *tsfn__item_box_error(const tsfn_allocator *allocator,
                                       const char *code, const char *message);

/* Frees a box of either shape. */
void tsfn__item_unbox(const tsfn_allocator *allocator,
                      enum tsfn__item_kind kind, struct tsfn__box *box);

/* Loop thread. The caller's view of a slot: for an error, no data. */
struct tsfn__item tsfn__item_of(const tsfn_function *function, void *slot,
                                enum tsfn__item_kind kind);

static inline struct tsfn__box *
tsfn__item_boxed(const void *slot) {
  return *(struct tsfn__box *const *)slot;
}

/* Loop thread. Frees what the slot owns. */
void tsfn__item_destroy(tsfn_function *function, void *slot,
                        enum tsfn__item_kind kind);

#endif
