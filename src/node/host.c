/* SPDX-License-Identifier: MIT */
#include "node/host.h"

#include <stddef.h>

#include "os/os.h"

/* Each looks a property up; on any failure no exception is left. */
static bool
get(napi_env env, napi_value object, const char *name, napi_value *out) {
  if (napi_get_named_property(env, object, name, out) == napi_ok) return true;
  napi_value ignored;
  napi_get_and_clear_last_exception(env, &ignored);
  return false;
}

static bool
is(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == wanted;
}

TSFN__OS_COLD static bool
get_process(napi_env env, napi_value *out) {
  napi_value global;
  return napi_get_global(env, &global) == napi_ok &&
         get(env, global, "process", out) && is(env, *out, napi_object);
}

bool
tsfn__host_can_run(napi_env env) {
  napi_value null, ignored;
  /* It does nothing to null, and is refused where JavaScript is. */
  return napi_get_null(env, &null) == napi_ok &&
         napi_coerce_to_bool(env, null, &ignored) == napi_ok;
}

bool
tsfn__host_is_node(napi_env env) {
  napi_value process, versions, value;
  return get_process(env, &process) &&
         get(env, process, "versions", &versions) &&
         is(env, versions, napi_object) && get(env, versions, "uv", &value) &&
         is(env, value, napi_string) && get(env, versions, "bun", &value) &&
         is(env, value, napi_undefined) && get(env, versions, "deno", &value) &&
         is(env, value, napi_undefined);
}

bool
tsfn__host_has_uv(napi_env env) {
  return tsfn__host_is_node(env);
}

bool
tsfn__host_tick(napi_env env, napi_value *process, napi_value *tick) {
  return get_process(env, process) && tsfn__host_is_node(env) &&
         get(env, *process, "_tickCallback", tick) &&
         is(env, *tick, napi_function);
}

/* object[name](argument), or without one where it is NULL. */
static bool
call(napi_env env, napi_value object, const char *name, const char *argument,
     napi_value *out) {
  napi_value function, text, ignored;
  if (!get(env, object, name, &function) || !is(env, function, napi_function))
    return false;
  if (argument != NULL &&
      napi_create_string_utf8(env, argument, NAPI_AUTO_LENGTH, &text) !=
          napi_ok)
    return false;
  if (napi_call_function(env, object, function, argument != NULL, &text, out) ==
      napi_ok)
    return true;
  napi_get_and_clear_last_exception(env, &ignored);
  return false;
}

bool
tsfn__host_snapshot(napi_env env, napi_value *out) {
  napi_value process, module, storage;
  return !tsfn__host_is_node(env) && get_process(env, &process) &&
         call(env, process, "getBuiltinModule", "node:async_hooks", &module) &&
         is(env, module, napi_object) &&
         get(env, module, "AsyncLocalStorage", &storage) &&
         is(env, storage, napi_function) &&
         call(env, storage, "snapshot", NULL, out) &&
         is(env, *out, napi_function);
}

void
tsfn__host_watch_uncaught(napi_env env, napi_callback callback, void *data) {
  napi_value process, on, arguments[2], ignored;
  if (!get_process(env, &process) || !get(env, process, "on", &on) ||
      !is(env, on, napi_function) ||
      napi_create_string_utf8(env, "uncaughtExceptionMonitor", NAPI_AUTO_LENGTH,
                              &arguments[0]) != napi_ok ||
      napi_create_function(env, "tsfn", NAPI_AUTO_LENGTH, callback, data,
                           &arguments[1]) != napi_ok)
    return;
  if (napi_call_function(env, process, on, 2, arguments, NULL) != napi_ok)
    napi_get_and_clear_last_exception(env, &ignored);
}
