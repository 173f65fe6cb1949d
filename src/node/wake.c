/* SPDX-License-Identifier: MIT */
#include "node/wake.h"

#include <stdlib.h>
#include <string.h>

#include "node/host.h"
#include "os/os.h"

static bool
open_with(struct tsfn__bell *self, napi_env env,
          const struct tsfn__bell_ops *ops) {
  self->ops = ops;
  return ops->open(self, env);
}

/* A bell that is forced is not replaced by the other where it cannot be opened,
   so that a test of one does not silently run with the other. */
TSFN__OS_COLD bool
tsfn__wake_open(struct tsfn__bell *self, napi_env env) {
  tsfn__gate_init(&self->gate);
  atomic_init(&self->is_rung, false);
  const char *forced = getenv("TSFN_WAKE");
  if (forced != NULL && strcmp(forced, tsfn__bell_uv.name) == 0)
    return open_with(self, env, &tsfn__bell_uv);
  if (forced != NULL && strcmp(forced, tsfn__bell_doorbell.name) == 0)
    return open_with(self, env, &tsfn__bell_doorbell);
  if (tsfn__host_has_uv(env) && open_with(self, env, &tsfn__bell_uv))
    return true;
  return open_with(self, env, &tsfn__bell_doorbell);
}
