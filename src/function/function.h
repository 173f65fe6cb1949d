/* SPDX-License-Identifier: MIT */
#ifndef TSFN__FUNCTION_H
#define TSFN__FUNCTION_H

/* A thread-safe function: an outlet (crossing/outlet.h), which turns its queue
   into calls; a task of its environment's loop, which drains it; a member of
   its environment, which ends it; and the attachments, which end with it.

     options.c   tsfn_options -> a recipe           tsfn_create
     create.c    a recipe -> a function
     life.c      the channel's operations: from the first wake to the last use
     handle.c    what whoever holds a use may ask
     call*.c     the calls: an item, a message of the channel

   This file has the struct, and what gives its parts back. Who keeps the memory
   is told in core/lifecycle.h: each use, and the environment until the function
   is final. So a thread with a use may read what is set once, at any time; all
   that belongs to the environment is touched by the loop thread alone, and is
   gone once the function is final. The module does not know records, nor who
   starts threads. */

#include <stdatomic.h>
#include <stdbool.h>

#include "core/memory.h"
#include "crossing/outlet.h"
#include "function/attachment.h"
#include "node/environment.h"
#include "tsfn.h"

struct tsfn__ending;

/* What of an ending the handle frees at its end, on any thread. */
struct tsfn__ending_memory {
  void (*free)(struct tsfn__ending *self, const tsfn_allocator *allocator);
};

struct tsfn_function {
  /* First, so that the outlet's channel is cast back to this. */
  struct tsfn__outlet outlet;

  /* Set once. */
  struct tsfn__environment *environment; /* a reference: outlives the
                                            function */
  const char *name;                /* the author's, not a copy; in messages */
  void (*on_close)(void *context); /* NULL: none */
  void *finalize_data;
  void (*free_context)(void *context); /* NULL: none */

  /* Bytes of the stack of the library's threads; 0: what
     tsfn__os_thread_start chooses. */
  size_t stack_size;

  bool keeps_env; /* finalize gets env in every ending: see recipe.h */
  void (*dispose)(tsfn_function *self); /* NULL: tsfn__function_free */

  /* The promise of its end (ending.h). Set once, on the loop thread, before
     another thread may ask for it; its memory is the handle's, so that whoever
     has a use may. NULL: it has none. */
  struct tsfn__ending *ending;

  /* The thread that has turned `scheduled` to true, until it has put the task
     into the ready order; from then on the loop thread. */
  struct tsfn__task task;

  /* Loop thread. */
  struct tsfn__member member;
  struct tsfn__attachments attachments;
  /* options.resource, kept alive here because an async context keeps only one
     that the host has made itself. NULL: the author gave none. */
  napi_ref resource;
  napi_finalize finalize; /* NULL: none, or it has run */
  bool holds;             /* keeps the event loop alive now */

  /* Any thread writes it (hold.c), the loop thread reads it. */
  _Atomic(bool) wants_hold; /* what tsfn_ref and tsfn_unref said last */
};

/* The function of a channel, which is its first member's first member. */
static inline tsfn_function *
tsfn__function_of(struct tsfn__channel *channel) {
  return (tsfn_function *)channel;
}

/* Loop thread. Makes `holds` what `wants_hold` says, and tells the loop where
   that is a change. `is_final`: the function is ending and never holds
   again. */
void tsfn__function_apply_hold(tsfn_function *self, bool is_final);

/* Loop thread. Adds an attachment of `size` bytes, whose head comes first and
   which is all zero behind it. The memory is the function's allocator's, and
   ops->free releases it. NULL: out of memory. */
static inline void *
tsfn__function_attach(tsfn_function *self,
                      const struct tsfn__attachment_ops *ops, size_t size) {
  struct tsfn__attachment *attachment =
      tsfn__memory_allocate_zero(&self->outlet.shape.allocator, size);
  if (attachment == NULL) return NULL;
  attachment->ops = ops;
  tsfn__attachments_add(&self->attachments, attachment);
  return attachment;
}

/* Loop thread, once. Frees the attachments, and gives back all that belongs to
   the environment. JavaScript need not be able to run. */
void tsfn__function_release_js(tsfn_function *self);

/* Any thread, last of all. Frees the handle: empties it, and releases its
   memory. What belongs to JavaScript was released before. */
void tsfn__function_free(tsfn_function *self);

/* The two halves of that. The first frees the queue, what its copies came from
   and the reference to the environment. An emptied handle is closed, and a call
   on it finds no more than that; so its memory may be kept for a while. */
void tsfn__function_empty(tsfn_function *self);
void tsfn__function_release_memory(tsfn_function *self);

#endif
