/* SPDX-License-Identifier: MIT */
#include "node/wake.h"

#include <stdlib.h>
#include <string.h>

#include "node/host.h"
#include "os/os.h"

#define CLOSED 1u
#define SENDER 2u

static bool
open_with(struct tsfn__wake *self, napi_env env,
          const struct tsfn__wake_backend *backend) {
  self->backend = backend;
  return backend->open(self, env);
}

bool
tsfn__wake_open(struct tsfn__wake *self, napi_env env) {
  atomic_init(&self->gate, 0);
  atomic_init(&self->is_rung, false);
  const char *forced = getenv("TSFN_WAKE");
  if (forced != NULL && strcmp(forced, tsfn__wake_uv.name) == 0)
    return open_with(self, env, &tsfn__wake_uv);
  if (forced != NULL && strcmp(forced, tsfn__wake_doorbell.name) == 0)
    return open_with(self, env, &tsfn__wake_doorbell);
  if (tsfn__host_has_uv(env) && open_with(self, env, &tsfn__wake_uv))
    return true;
  return open_with(self, env, &tsfn__wake_doorbell);
}

bool
tsfn__wake_enter(struct tsfn__wake *self) {
  uint32_t gate = atomic_load_explicit(&self->gate, memory_order_relaxed);
  do {
    if (gate & CLOSED) return false;
  } while (!atomic_compare_exchange_weak_explicit(
      &self->gate, &gate, gate + SENDER, memory_order_acquire,
      memory_order_relaxed));
  return true;
}

void
tsfn__wake_leave(struct tsfn__wake *self) {
  /* Release: meets the acquire in shut_gate. */
  atomic_fetch_sub_explicit(&self->gate, SENDER, memory_order_release);
}

void
tsfn__wake_send(struct tsfn__wake *self) {
  self->backend->send(self);
}

void
tsfn__wake_again(struct tsfn__wake *self, napi_env env) {
  self->backend->again(self, env);
}

void
tsfn__wake_hold(struct tsfn__wake *self, napi_env env, bool hold) {
  self->backend->hold(self, env, hold);
}

void
tsfn__wake_shut_gate(struct tsfn__wake *self) {
  atomic_fetch_or_explicit(&self->gate, CLOSED, memory_order_acquire);
  while (atomic_load_explicit(&self->gate, memory_order_acquire) != CLOSED)
    tsfn__os_yield();
}

void
tsfn__wake_close(struct tsfn__wake *self) {
  self->backend->close(self);
}
