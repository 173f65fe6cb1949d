/* SPDX-License-Identifier: MIT */
#ifndef TSFN__OUTLET_H
#define TSFN__OUTLET_H

/* The consumer's end of a channel: all that it takes to turn queued items into
   calls of one JavaScript function, and to tell the author how each item ended.
   It knows no handle, no use and no thread: those are function/'s, whose
   function has an outlet as its first member. */

#include "core/channel.h"
#include "crossing/entry.h"
#include "crossing/item.h"
#include "crossing/mode.h"
#include "node/realm.h"

struct tsfn__crossings;
struct tsfn__lone;

struct tsfn__outlet {
  struct tsfn__channel channel; /* first: a channel is cast back to this */

  /* Set once. */
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
  uint32_t budget_items;
  uint64_t budget_nanoseconds;

  /* Loop thread, outside of every crossing, env's exceptions cleared: gets what
     the callback threw. NULL: on_error, or an uncaughtException. */
  void (*report)(napi_env env, napi_value error);

  /* Loop thread. Hands an item back that the callback has not seen. NULL: with
     neither env nor callback, as tsfn.h says of tsfn_call_js. */
  void (*hand_back)(const struct tsfn__outlet *self, tsfn_call_js call_js,
                    void *data, tsfn_completion how);

  /* Loop thread. */
  struct tsfn__entry entry;
  napi_ref callback; /* NULL: none */
  napi_ref on_error; /* NULL: none */
  struct tsfn__lone
      *lone; /* NULL: a record that comes alone is nothing special;
                              see lone.h */

  /* The mode's own. */
  void *mode_state;
  uint32_t run_max; /* items in its next run, or call; 0: none yet */
  bool has_tried;   /* to make mode_state */
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

/* Loop thread. Tells the author how one item ended: hands it back to `call_js`
   (NULL: none) where the callback has not seen it, then to options->complete.
   */
void tsfn__outlet_tell(const struct tsfn__outlet *self, tsfn_call_js call_js,
                       struct tsfn__item item, tsfn_completion how,
                       bool is_shown);

/* Loop thread. One item ended: tells the author, frees what the slot owns.
   `is_shown`: the callback has seen it, whatever `how` says. */
void tsfn__outlet_end(const struct tsfn__outlet *self, void *slot,
                      enum tsfn__item_kind kind, tsfn_completion how,
                      bool is_shown);

/* tsfn__channel_ops.complete. */
void tsfn__outlet_complete(struct tsfn__channel *channel,
                           const struct tsfn__run *run, tsfn_completion how);

/* Loop thread. Drops all that belongs to the environment. */
void tsfn__outlet_release(struct tsfn__outlet *self);

#endif
