/* SPDX-License-Identifier: MIT */
#ifndef TSFN__FUNCTION_H
#define TSFN__FUNCTION_H

/* A thread-safe function: an outlet (crossing/outlet.h), which turns its queue
   into calls; a task of its environment's loop, which drains it; a member of
   its environment, which ends it; and what is tied to its end.

     options.c   tsfn_options -> a recipe           tsfn_create
     create.c    a recipe -> a function
     life.c      the channel's operations: from the first wake to the last use
     handle.c    what whoever holds a use may ask
     call*.c     the calls: an item, a message of the channel

   This file has the struct and what gives its parts back. */

#include <stdatomic.h>
#include <stdbool.h>

#include "crossing/outlet.h"
#include "function/attachment.h"
#include "node/environment.h"
#include "tsfn.h"

struct tsfn_function {
  struct tsfn__outlet outlet; /* first: its channel is cast back to this */

  /* Set once. */
  struct tsfn__environment *environment; /* keeps a reference */
  const char *name;
  void (*on_close)(void *context);
  void *finalize_data;
  void (*free_context)(void *context);
  size_t
      stack_size; /* of the library's threads; 0: see tsfn__os_thread_start */
  bool keeps_env; /* finalize gets env in every ending: see recipe.h */
  void (*dispose)(tsfn_function *self); /* NULL: tsfn__function_free */

  /* Whoever scheduled the function; then the loop thread. */
  struct tsfn__task task;

  /* Loop thread. */
  struct tsfn__member member;
  struct tsfn__attachments attachments;
  napi_ref resource;      /* the author's; the host keeps its own. NULL: none */
  napi_finalize finalize; /* NULL: none, or it has run */
  bool holds;             /* keeps the event loop alive */

  /* Any thread. */
  _Atomic(bool) wants_hold; /* what tsfn_ref and tsfn_unref said last */
};

static inline tsfn_function *
tsfn__function_of(struct tsfn__channel *channel) {
  return (tsfn_function *)channel;
}

/* Loop thread. Makes `holds` what `wants_hold` says; a final function never
   holds. */
void tsfn__function_apply_hold(tsfn_function *self, bool is_final);

/* Loop thread. Frees the attachments, and drops all that belongs to the
   environment. */
void tsfn__function_release_js(tsfn_function *self);

/* Any thread. Frees the handle: empties it, and releases its memory. */
void tsfn__function_free(tsfn_function *self);

/* The two halves of that. An emptied handle has no queue and no environment; it
   is closed, and a call on it finds no more than that. */
void tsfn__function_empty(tsfn_function *self);
void tsfn__function_release_memory(tsfn_function *self);

#endif
