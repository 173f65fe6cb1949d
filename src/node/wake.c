/* SPDX-License-Identifier: MIT */
#include "node/wake.h"

#include <stdlib.h>
#include <string.h>

#include "node/host.h"
#include "os/os.h"

static bool
open_with(struct tsfn__wake *self, napi_env env,
          const struct tsfn__wake_backend *backend) {
  self->backend = backend;
  return backend->open(self, env);
}

bool
tsfn__wake_open(struct tsfn__wake *self, napi_env env) {
  tsfn__gate_init(&self->gate);
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
tsfn__wake_close(struct tsfn__wake *self) {
  self->backend->close(self);
}
