/* SPDX-License-Identifier: MIT */
#ifndef TSFN__WAKE_H
#define TSFN__WAKE_H

/* One signal that brings an environment's loop, for all its functions. Two back
   ends: a uv_async_t of the host's libuv, and the host's own
   napi_threadsafe_function used as a doorbell, for hosts without a libuv that
   works. Chosen at run time; TSFN_WAKE=uv or TSFN_WAKE=doorbell in the process
   environment forces one (for tests).

   Senders pass a gate (core/gate.h), so once it is shut nobody touches the back
   end, or what a sender did inside, any more. A sender inside only makes one
   call that does not block, hence the wait is short. */

#include <node_api.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/gate.h"

struct tsfn__wake;

struct tsfn__wake_backend {
  const char *name;

  /* Loop thread. True: `self->handle` is set, and it does not hold the loop.
     False: this host has not got what it takes; nothing is held. */
  bool (*open)(struct tsfn__wake *self, napi_env env);

  /* Any thread, inside the gate. Coalesces. */
  void (*send)(struct tsfn__wake *self);

  /* Loop thread, from `woken`: it comes once more, after the loop has seen to
     its other events. */
  void (*again)(struct tsfn__wake *self, napi_env env);

  /* Loop thread: whether the loop stays alive for this handle. */
  void (*hold)(struct tsfn__wake *self, napi_env env, bool hold);

  /* Loop thread, from an environment cleanup hook. Calls self->closed when the
     host is done with the handle, at once or later. */
  void (*close)(struct tsfn__wake *self);
};

struct tsfn__wake {
  /* Set once. */
  const struct tsfn__wake_backend *backend;
  void (*woken)(struct tsfn__wake *self);  /* loop thread */
  void (*closed)(struct tsfn__wake *self); /* loop thread, last of all */
  void *handle;

  struct tsfn__gate gate;
  _Atomic(bool) is_rung;  /* the doorbell's coalescing */
  napi_ref set_immediate; /* the doorbell's, loop thread; NULL: none */
};

extern const struct tsfn__wake_backend tsfn__wake_uv;
extern const struct tsfn__wake_backend tsfn__wake_doorbell;

/* Loop thread. `woken` and `closed` are set by the caller. False: no back end
   could be opened. */
bool tsfn__wake_open(struct tsfn__wake *self, napi_env env);

/* Any thread, inside the gate. */
void tsfn__wake_send(struct tsfn__wake *self);

/* Loop thread, while open. */
void tsfn__wake_again(struct tsfn__wake *self, napi_env env);
void tsfn__wake_hold(struct tsfn__wake *self, napi_env env, bool hold);

/* Loop thread, after the gate was shut. */
void tsfn__wake_close(struct tsfn__wake *self);

#endif
