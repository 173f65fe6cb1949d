/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CODEC_H
#define TSFN__CODEC_H

/* What crossing/ and function/ ask of a record type. src/record implements it,
   and each tsfn_record points to it, so an addon without records links none of
   that code.

   A call: gather (may fail; the caller's memory is only read) -> room in the
   queue -> place (cannot fail) -> ... -> push -> destroy. A call that is not
   accepted: gather -> discard. A plain record is only placed and pushed.

   No operation blocks, but for the author's allocator. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

#include "tsfn.h"

struct tsfn__codec {
  /* Loop thread. NULL for a sound declaration, else a message that names the
     record and the field. The message is written to `buffer`, of `size` bytes,
     and cut there. */
  const char *(*check)(const tsfn_record *type, char *buffer, size_t size);

  /* Any thread. Whether both describe the same record, field by field. Each
     source file that has the declaration has a descriptor of its own. */
  bool (*same)(const tsfn_record *a, const tsfn_record *b);

  /* Any thread. A plain record is its bytes: nothing to check, copy or free. */
  bool (*is_plain)(const tsfn_record *type);

  /* Any thread. Bytes of a queue slot: the record, room for the address of what
     gather copied, and for what place copies. */
  size_t (*slot_size)(const tsfn_record *type);

  /* Loop thread, at the creation of a function. Answers where the copies of its
     records are to come from: `base` itself, or an allocator in front of it. */
  const tsfn_allocator *(*open_copies)(const tsfn_record *type,
                                       const tsfn_allocator *base);

  /* Any thread, at the function's end: all copies have been freed. `copies` is
     what open_copies has answered for that `base`. */
  void (*close_copies)(const tsfn_record *type, const tsfn_allocator *base,
                       const tsfn_allocator *copies);

  /* Producer. Checks the item and copies all that it only borrows into one
     allocation, *copies (NULL: it is little, and left to place). TSFN_INVALID:
     a value that the record does not allow. TSFN_INVALID, TSFN_NO_MEMORY:
     *copies is NULL and nothing is held. */
  tsfn_status (*gather)(const tsfn_record *type,
                        const tsfn_allocator *allocator, const void *item,
                        void **copies);

  /* Producer, between reserving a slot and publishing it. Writes the slot,
     which now owns `copies` and what the item owned. Where `copies` is NULL it
     reads what the item borrows. Cannot fail. */
  void (*place)(const tsfn_record *type, void *slot, const void *item,
                void *copies);

  /* Producer. The item was not accepted: frees the copies only; what the item
     owns is still the caller's. */
  void (*discard)(const tsfn_record *type, const tsfn_allocator *allocator,
                  void *copies);

  /* Loop thread, with a handle scope open. Appends the record to the arguments:
     one object, or each field by itself. Memory that moves into JavaScript
     leaves the slot. On a failure the rest stays in the slot, for destroy, and
     an exception may be pending. */
  napi_status (*push)(napi_env env, const tsfn_record *type, void *slot,
                      tsfn_passing passing, tsfn_arguments *out);

  /* Loop thread. The item ended: frees its copies and what it still owns. Once
     for each accepted item that is not plain. */
  void (*destroy)(const tsfn_record *type, const tsfn_allocator *allocator,
                  void *slot);

  /* The mode of records where the author chose TSFN_EACH. NULL: one by one. */
  const tsfn_delivery *each;
};

#endif
