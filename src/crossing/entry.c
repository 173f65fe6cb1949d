/* SPDX-License-Identifier: MIT */
#include "crossing/entry.h"

#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

TSFN__OS_COLD bool
tsfn__entry_make(struct tsfn__entry *self, const struct tsfn__realm *realm,
                 napi_value resource, napi_value name, const char *text) {
  napi_env env = realm->env;
  napi_value snapshot;
  if (!realm->is_node && tsfn__host_snapshot(env, &snapshot))
    return tsfn__reference_make(env, snapshot, &self->snapshot);
  if (name == NULL &&
      napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name) != napi_ok)
    return false;
  return napi_async_init(env, resource, name, &self->async_context) == napi_ok;
}

/* A snapshot is a function that calls its first argument with the others, so
   there the callback becomes an argument. */
napi_status
tsfn__entry_call(const struct tsfn__entry *self, napi_env env,
                 napi_value callback, napi_value argument) {
  napi_value global, ignored, with[] = {callback, argument};
  size_t count = argument != NULL;
  napi_status status = napi_get_global(env, &global);
  if (status != napi_ok) return status;
  if (self->snapshot == NULL)
    return napi_make_callback(env, self->async_context, global, callback, count,
                              &argument, &ignored);
  napi_value snapshot = tsfn__reference_get(env, self->snapshot);
  if (snapshot == NULL) return napi_generic_failure;
  return napi_make_callback(env, NULL, global, snapshot, 1 + count, with,
                            &ignored);
}

/* Only Node has an async context to destroy: Deno's napi_async_destroy would
   end the process in a cleanup hook. */
TSFN__OS_COLD void
tsfn__entry_drop(struct tsfn__entry *self, napi_env env) {
  tsfn__reference_drop(env, &self->snapshot);
  if (self->async_context != NULL) napi_async_destroy(env, self->async_context);
  self->async_context = NULL;
}
