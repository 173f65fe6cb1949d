/* SPDX-License-Identifier: MIT */
#ifndef TSFN__OUTLET_H
#define TSFN__OUTLET_H

/* The consumer's end of a channel: all that it takes to turn queued items into
   calls of one JavaScript function, and to tell the author how each item ended.
   A function has one as its first member.

   The loop thread drains it (deliver.h) and ends items through it; producers
   read its channel and its shape. It knows no handle, no use and no thread of
   the library: those are function/'s, which makes the outlet from a recipe and
   releases it at the function's end. */

#include "core/channel.h"
#include "crossing/entry.h"
#include "crossing/item.h"
#include "crossing/mode.h"
#include "node/realm.h"

struct tsfn__crossings;
struct tsfn__lone;

struct tsfn__outlet {
  /* First, so that a channel is cast back to its outlet. */
  struct tsfn__channel channel;

  /* Set once, before anyone else sees the outlet. Any thread may read these;
     the realm and the crossings are used on the loop thread only. */
  struct tsfn__shape shape;
  tsfn_call_js call_js;
  tsfn_convert convert;
  tsfn_complete complete;
  void *context;
  struct tsfn__realm *realm;
  struct tsfn__crossings *crossings; /* the realm's part, see crossing.h */
  const tsfn_delivery *mode;         /* NULL: one by one */
  tsfn_errors errors;
  tsfn_microtasks microtasks;
  tsfn_passing passing;
  bool reuses_columns;
  bool has_own_buffers; /* bytes of a record share none */
  uint32_t budget_items;
  uint64_t budget_nanoseconds;

  /* Set once. Loop thread, outside of every crossing, with no exception
     pending: gets what the callback threw. NULL: the error goes to on_error or
     becomes an uncaughtException. */
  void (*report)(struct tsfn__outlet *self, napi_value error);

  /* Loop thread. Hands an item back that the callback has not seen. NULL: with
     neither env nor callback, as tsfn.h says of tsfn_call_js. */
  void (*hand_back)(const struct tsfn__outlet *self, tsfn_call_js call_js,
                    void *data, tsfn_completion how);

  /* Loop thread. */
  struct tsfn__entry entry;
  napi_ref callback; /* NULL: none */
  napi_ref on_error; /* NULL: none */

  /* What gives a record that comes alone a crossing of its own (lone.h). NULL:
     such a record crosses as any other does. */
  struct tsfn__lone *lone;

  /* Loop thread. The JavaScript by which a mode makes many calls, while it is
     on the stack: an abort from inside of one of them stops it. NULL: none
     is. */
  struct tsfn__running *running;

  /* Loop thread. These belong to the mode; what they mean is told in its
     file. */
  void *mode_state;
  uint32_t run_max; /* items in its next run, or call; 0: none yet */
  bool has_tried;   /* to make mode_state; it is not tried twice */
};

static inline struct tsfn__outlet *
tsfn__outlet_of(struct tsfn__channel *channel) {
  return (struct tsfn__outlet *)channel;
}

/* Whether each call of the callback starts in the async context of the
   function's creation, whatever AsyncLocalStorage.enterWith did in the one
   before. Only another crossing brings that context back. */
static inline bool
tsfn__outlet_renews_context(const struct tsfn__outlet *self) {
  return self->microtasks == TSFN_MICROTASKS_PER_CALL &&
         self->realm->has_context_frames;
}

/* Loop thread. Tells the author how one item ended. Where the callback has not
   seen the item it is first handed back to `call_js`, so that its owner can
   free it: by hand_back or, without one, with env NULL (`call_js` NULL: nobody
   to hand it to). Then options->complete hears of it. */
void tsfn__outlet_tell(const struct tsfn__outlet *self, tsfn_call_js call_js,
                       struct tsfn__item item, tsfn_completion how,
                       bool is_shown);

/* Loop thread. Ends one item: tells the author as above, and frees what the
   slot owns. `is_shown`: the callback has seen the item, whatever `how` says;
   an item that the end of JavaScript interrupted is shown and completes as
   cannot_run_js. The slot is not consumed. */
void tsfn__outlet_end(const struct tsfn__outlet *self, void *slot,
                      enum tsfn__item_kind kind, tsfn_completion how,
                      bool is_shown);

/* The operation tsfn__channel_ops.complete: ends each item of the run. */
void tsfn__outlet_complete(struct tsfn__channel *channel,
                           const struct tsfn__run *run, tsfn_completion how);

/* Loop thread. Gives back all that belongs to the environment: the mode's
   state, the references, the async context. JavaScript need not be able to run.
   The channel stays: producers may still ask it. */
void tsfn__outlet_release(struct tsfn__outlet *self);

#endif
