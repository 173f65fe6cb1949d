/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CODEC_H
#define TSFN__CODEC_H

/* What the layers below ask of a record type. src/record implements it, and
   each tsfn_record points to it, so an addon without records links none of that
   code.

   A call: gather (may fail; the caller's memory is only read) -> room in the
   queue -> place (cannot fail) -> ... -> push -> destroy. A call that is not
   accepted: gather -> discard. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

#include "tsfn.h"

struct tsfn__codec {
  /* Loop thread. NULL for a sound declaration, else a message that names the
     record and the field; it is written to `buffer`. */
  const char *(*check)(const tsfn_record *type, char *buffer, size_t size);

  /* Any thread. The same declaration, perhaps from another source file. */
  bool (*same)(const tsfn_record *a, const tsfn_record *b);

  /* A plain record is its bytes: nothing to check, copy or free. */
  bool (*is_plain)(const tsfn_record *type);

  /* Bytes of a queue slot: the record, and room for what gather copied. */
  size_t (*slot_size)(const tsfn_record *type);

  /* Producer. Checks the item and copies all that it only borrows into one
     allocation, *copies (NULL when there is nothing to copy). TSFN_INVALID,
     TSFN_NO_MEMORY: *copies is NULL and nothing is held. */
  tsfn_status (*gather)(const tsfn_record *type,
                        const tsfn_allocator *allocator, const void *item,
                        void **copies);

  /* Producer. Writes the slot, which takes `copies` and what the item owns. */
  void (*place)(const tsfn_record *type, void *slot, const void *item,
                void *copies);

  /* Producer. The item was not accepted: frees the copies only. */
  void (*discard)(const tsfn_record *type, const tsfn_allocator *allocator,
                  void *copies);

  /* Loop thread, a handle scope is open. Appends the record to the arguments:
     one object, or each field by itself. Memory that moves into JavaScript
     leaves the slot. */
  napi_status (*push)(napi_env env, const tsfn_record *type, void *slot,
                      tsfn_passing passing, tsfn_arguments *out);

  /* Loop thread. The item ended: frees its copies and what it still owns. */
  void (*destroy)(const tsfn_record *type, const tsfn_allocator *allocator,
                  void *slot);

  /* How records are delivered where the author chose no other way: TSFN_EACH.
     NULL: one by one. */
  const tsfn_delivery *each;
};

#endif
