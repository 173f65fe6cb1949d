/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BELL_H
#define TSFN__BELL_H

/* One way for any thread to bring an environment's loop thread. There are two:
   a uv_async_t of the host's libuv (bell_uv.c), and the host's own
   napi_threadsafe_function, used as a doorbell (bell_doorbell.c) on hosts
   without a libuv that works. wake.h chooses; loop.h owns the one bell of an
   environment.

   A bell belongs to its gate: whoever rings it is inside the gate, and the loop
   thread closes the bell only after it has shut the gate. It carries nothing: a
   ring says that somebody is ready, and the ready order says who. */

#include <node_api.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "core/gate.h"

struct tsfn__bell;

/* What a kind of bell can do. Where `env` is passed, an exception is never
   left. */
struct tsfn__bell_ops {
  const char *name; /* as TSFN_WAKE names it, see wake.h */

  /* Whether `rung` is called inside of a callback scope of the host's: see the
     member of this name in realm.h. */
  bool is_in_scope;

  /* Loop thread. True: `self->handle` is set, and it does not keep the loop
     alive. False: this host lacks what the bell needs; nothing is held. */
  bool (*open)(struct tsfn__bell *self, napi_env env);

  /* Any thread, inside the gate. Rings before the loop thread answers are one.
     Never blocks. */
  void (*ring)(struct tsfn__bell *self);

  /* Loop thread, from `rung`: the bell rings once more, after the loop has seen
     to its other events. */
  void (*again)(struct tsfn__bell *self, napi_env env);

  /* Loop thread, from `rung`: while `is_attended`, tasks wait for their place
     in the turn that is under way, and one that runs the event loop itself must
     not keep them waiting. So the bell rings in that inner loop, once or each
     time round. */
  void (*attend)(struct tsfn__bell *self, bool is_attended);

  /* Loop thread: whether the loop stays alive for this bell. */
  void (*hold)(struct tsfn__bell *self, napi_env env, bool hold);

  /* Loop thread, from an environment cleanup hook, after the gate was shut.
     Calls self->closed when the host is done with the handle, at once or
     later. */
  void (*close)(struct tsfn__bell *self);
};

struct tsfn__bell {
  /* Set once, `rung` and `closed` by the loop that owns the bell. */
  const struct tsfn__bell_ops *ops;
  void (*rung)(struct tsfn__bell *self);   /* loop thread */
  void (*closed)(struct tsfn__bell *self); /* loop thread, last of all */
  void *handle;                            /* the host's */

  /* Any thread. is_rung is the doorbell's: rung, and not answered yet. */
  struct tsfn__gate gate;
  _Atomic(bool) is_rung;

  /* Loop thread, the doorbell's: setImmediate, NULL where this host has none;
     and what is_rung was a while ago. */
  napi_ref set_immediate;
  bool was_rung;
};

/* The two kinds. Both are always linked: which one works is known at run
   time. */
extern const struct tsfn__bell_ops tsfn__bell_uv;
extern const struct tsfn__bell_ops tsfn__bell_doorbell;

#endif
