/* SPDX-License-Identifier: MIT */
#ifndef TSFN__CODEC_H
#define TSFN__CODEC_H

/* What the node layer asks of a record type. src/record implements it and each
   tsfn_record points to it, so that this layer needs nothing above itself and
   an addon without records links none of that code.

   A call: gather (may fail; the caller's memory is only read) -> room in the
   queue -> place (cannot fail) -> ... -> push -> destroy.
   A call that is not accepted: gather -> discard. */

#include "core/queue.h"
#include "tsfn.h"

/* Many records in one call from C. Loop thread, all of it.

   A batch copies runs of slots into columns and has a piece of JavaScript loop
   over them: it calls the author's callback for each record, or makes an array
   of them. The loop is made for one function and its callback, so that the
   engine can inline the one into the other; one loop for several callbacks
   would be twice as slow.

     fill the columns -> run [ index ++, callback ]* -> the run's items end

   A throw leaves the loop; batch_run's *done says at which record. */
struct tsfn__batch;

/* Typed arrays that are handed over more than once, see
   tsfn_options.reuse_columns. Loop thread. */
struct tsfn__columns;

/* Where a run ended that did not answer napi_ok. */
enum tsfn__batch_stage {
  TSFN__BATCH_NOT_BEGUN, /* a record could not be converted; perhaps moved */
  TSFN__BATCH_IN_CALLBACK,
  TSFN__BATCH_IN_TICK /* in nextTick and promise callbacks */
};

struct tsfn__batch_setup {
  const tsfn_record *record;
  const tsfn_allocator *allocator;
  size_t slot_size;
  tsfn_errors errors;
  tsfn_passing passing;
  bool is_list; /* one array for all runs; else a call for each record */
  napi_value callback;
  napi_value check;   /* (index) => the index to run to before asking again; not
                          larger: stop before `index` */
  napi_value process; /* with tick: microtasks after each call; or NULL */
  napi_value tick;
};

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

  /* --- many at once; NULL in a codec without JavaScript --- */

  /* NULL: this host runs no script of ours, or out of memory; no exception is
     pending. The handles in `setup` are not kept. */
  struct tsfn__batch *(*batch_create)(napi_env env,
                                      const struct tsfn__batch_setup *setup);
  void (*batch_destroy)(napi_env env, struct tsfn__batch *batch);

  /* Copies a run (all of the record's kind) into the columns, and runs the loop
     over it. Memory that the records own moves to JavaScript. *done is how many
     records have had their turn, without the one that is under way when the
     callback throws; *stage tells where it ended. */
  napi_status (*batch_run)(napi_env env, struct tsfn__batch *batch,
                           const struct tsfn__run *run, size_t *done,
                           enum tsfn__batch_stage *stage);

  /* Of a list: calls the callback with what the runs have put together. */
  napi_status (*batch_flush)(napi_env env, struct tsfn__batch *batch);

  /* From inside the callback: the loop ends after it. */
  void (*batch_stop)(struct tsfn__batch *batch);

  /* NULL: out of memory. */
  struct tsfn__columns *(*columns_create)(const tsfn_record *record,
                                          const tsfn_allocator *allocator);
  void (*columns_destroy)(napi_env env, struct tsfn__columns *columns);

  /* Appends `count` records of the queue as a typed array (or an Array of
     values) for each field: one object, or each by itself. The typed arrays are
     those of `reused` where they are large enough and still attached, and kept
     there where they are not; NULL: fresh ones. */
  napi_status (*columns)(napi_env env, const tsfn_record *record,
                         struct tsfn__columns *reused,
                         struct tsfn__queue *queue, size_t count,
                         tsfn_passing passing, tsfn_arguments *out);
};

#endif
