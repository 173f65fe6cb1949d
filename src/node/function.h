/* SPDX-License-Identifier: MIT */
#ifndef TSFN__FUNCTION_H
#define TSFN__FUNCTION_H

/* A thread-safe function: a channel, whose host is this layer, and what it
   takes to turn its items into calls. */

#include <stdatomic.h>
#include <stdbool.h>

#include "core/channel.h"
#include "node/codec.h"
#include "node/environment.h"
#include "tsfn.h"

/* A turn's defaults, see tsfn_options. 4,096 items keep the cost of a turn
   itself below a percent, but for columns, whose items take two nanoseconds: of
   these 6,000 are a tenth faster. More are slower, since the memory of larger
   arrays is given back to the system when they are freed, and each page of new
   memory is a fault. Two milliseconds are an eighth of a frame at
   60 Hz. */
#define TSFN__BUDGET_ITEMS 4096u
#define TSFN__BUDGET_ITEMS_OF_COLUMNS 6000u
#define TSFN__BUDGET_MICROSECONDS 2000u

struct tsfn__signal;

/* What the layer above ties to a function's end. Loop thread. */
struct tsfn__attachment {
  /* At each drain: joins the library's threads that have ended. */
  void (*reap)(struct tsfn__attachment *self);

  /* Before options->finalize: waits for all of them. */
  void (*join)(struct tsfn__attachment *self);

  /* After it, in the function's async context; not called when JavaScript
     cannot run. */
  void (*settle)(struct tsfn__attachment *self, napi_env env);

  /* Last. */
  void (*free)(struct tsfn__attachment *self);
};

/* What only a layer above asks for, beside tsfn_options. */
struct tsfn__traits {
  napi_value name; /* of the async resource, instead of options->name */
  bool is_lazy;    /* the last release does not close it: see lifecycle.h */
  bool keeps_env;  /* finalize gets env in every ending, as the host gives it */

  /* Loop thread, outside of every crossing, env's exceptions cleared: gets what
     the callback threw. NULL: on_error, or an uncaughtException. */
  void (*report)(napi_env env, napi_value error);
};

struct tsfn_function {
  struct tsfn__channel channel; /* first: a channel is cast back to this */

  /* Set once. */
  struct tsfn__environment *environment; /* keeps a reference */
  tsfn_allocator allocator;
  const char *name;
  const tsfn_record *record;
  const struct tsfn__codec *codec; /* of the record */
  bool is_plain;                   /* a slot is the caller's bytes */
  bool has_callback;
  size_t item_size; /* 0: any */
  tsfn_convert convert;
  tsfn_call_js call_js;
  tsfn_errors errors;
  tsfn_microtasks microtasks;
  tsfn_passing passing;
  tsfn_delivery delivery;
  bool reuses_columns;
  uint32_t budget_items;
  uint64_t budget_nanoseconds;
  void *context;
  tsfn_complete complete;
  void (*on_close)(void *context);
  napi_finalize finalize;
  void *finalize_data;
  void (*free_context)(void *context);
  void (*report)(napi_env env, napi_value error); /* of traits, as the next */
  bool keeps_env;

  /* Loop thread. */
  napi_async_context async_context; /* NULL: `snapshot` is in its place */
  napi_ref snapshot;                /* see tsfn__host_snapshot */
  napi_ref callback;
  napi_ref on_error;
  napi_ref resource; /* the author's; the host keeps its own */
  struct tsfn__signal *signal;
  struct tsfn__attachment *attachment;
  struct tsfn__batch *loop;      /* see bulk.c; NULL: none */
  struct tsfn__columns *columns; /* that are reused; NULL: none */
  bool takes_lone;               /* see tsfn__lone_prepare */
  bool has_tried_loop;
  uint32_t run_max;    /* records in the next run, or call; 0: none yet */
  tsfn_function *next; /* in environment->functions */
  tsfn_function *previous;
  bool holds;     /* counted in environment->holds */
  bool was_shown; /* call_js has seen the item that completes now */

  struct tsfn__ready_node ready;

  /* Any thread. */
  _Atomic(bool) wants_hold; /* ref'd */
};

/* The host's operations of every function's channel: deliver.c and function.c.
   */
extern const struct tsfn__channel_ops tsfn__function_ops;

/* Loop thread. What tsfn_create does, but that it throws nothing: on failure
   *why says what was wrong, and an exception may be pending (an AbortSignal's).
   `options` and `callback` have been checked; `traits` may be NULL. */
tsfn_status tsfn__function_create(napi_env env, napi_value callback,
                                  const tsfn_options *options,
                                  const struct tsfn__traits *traits,
                                  tsfn_function **out, const char **why);

/* Loop thread. One turn of the function, from `now` on. */
enum tsfn__drain tsfn__function_drain(tsfn_function *self, uint64_t now);

/* Loop thread, inside a handle scope. Enters JavaScript in the function's async
   context: callback(argument), or callback() where it is NULL. */
napi_status tsfn__function_enter(const tsfn_function *self, napi_value callback,
                                 napi_value argument);

/* Loop thread. Makes `holds` what `wants_hold` says; a final one never holds.
   */
void tsfn__function_apply_hold(tsfn_function *self, bool is_final);

/* Loop thread. Deletes what belongs to the environment. */
void tsfn__function_release_js(tsfn_function *self);

/* Any thread: frees the handle's own memory and nothing else. */
void tsfn__function_free(tsfn_function *self);

static inline tsfn_function *
tsfn__function_of(struct tsfn__channel *channel) {
  return (tsfn_function *)channel;
}

#endif
