/* SPDX-License-Identifier: MIT */
#include "node/host.h"

#include <stddef.h>
#include <string.h>

#include "os/os.h"

/* Reads a property. False: the host refused, or a getter threw; no exception is
   left. A property that is not there is undefined, and no failure. */
static bool
get_property(napi_env env, napi_value object, const char *name,
             napi_value *out) {
  if (napi_get_named_property(env, object, name, out) == napi_ok) return true;
  napi_value ignored;
  napi_get_and_clear_last_exception(env, &ignored);
  return false;
}

bool
tsfn__host_is_type(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == wanted;
}

TSFN__OS_COLD bool
tsfn__host_process(napi_env env, napi_value *out) {
  napi_value global;
  return napi_get_global(env, &global) == napi_ok &&
         get_property(env, global, "process", out) &&
         tsfn__host_is_type(env, *out, napi_object);
}

bool
tsfn__host_can_run(napi_env env) {
  napi_value null, ignored;
  /* Coercing null changes nothing, and fails where JavaScript cannot run. */
  return napi_get_null(env, &null) == napi_ok &&
         napi_coerce_to_bool(env, null, &ignored) == napi_ok;
}

/* Whether there is a global of this name: Bun and Deno have one each. */
static bool
has_global(napi_env env, const char *name) {
  napi_value global, value;
  return napi_get_global(env, &global) == napi_ok &&
         get_property(env, global, name, &value) &&
         !tsfn__host_is_type(env, value, napi_undefined);
}

/* Bun and Deno have process.versions too, with the Node version that they mean
   to be like, so Node is the host that has libuv and is neither of them. Where
   the program hides process, their globals tell. */
bool
tsfn__host_is_node(napi_env env) {
  napi_value process, versions, value;
  if (!tsfn__host_process(env, &process)) /* hidden by the program */
    return !has_global(env, "Bun") && !has_global(env, "Deno");
  return get_property(env, process, "versions", &versions) &&
         tsfn__host_is_type(env, versions, napi_object) &&
         get_property(env, versions, "uv", &value) &&
         tsfn__host_is_type(env, value, napi_string) &&
         get_property(env, versions, "bun", &value) &&
         tsfn__host_is_type(env, value, napi_undefined) &&
         get_property(env, versions, "deno", &value) &&
         tsfn__host_is_type(env, value, napi_undefined);
}

bool
tsfn__host_has_uv(napi_env env) {
  return tsfn__host_is_node(env);
}

TSFN__OS_COLD bool
tsfn__host_call_source(napi_env env, const char *source, size_t count,
                       const napi_value *arguments, napi_value *result) {
  napi_value text, function, ignored;
  if (napi_create_string_utf8(env, source, NAPI_AUTO_LENGTH, &text) ==
          napi_ok &&
      napi_run_script(env, text, &function) == napi_ok &&
      napi_call_function(env, function, function, count, arguments, result) ==
          napi_ok)
    return true;
  napi_get_and_clear_last_exception(env, &ignored);
  return false;
}

TSFN__OS_COLD bool
tsfn__host_words(napi_env env, size_t count, int32_t **words, napi_value *out) {
  napi_value buffer;
  void *memory;
  size_t size = count * sizeof **words;
  if (napi_create_arraybuffer(env, size, &memory, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_int32_array, count, buffer, 0, out) !=
          napi_ok)
    return false;
  *words = memset(memory, 0, size);
  return true;
}

bool
tsfn__host_is_deno(napi_env env) {
  return has_global(env, "Deno");
}

bool
tsfn__host_has_context_frames(napi_env env) {
  const napi_node_version *version;
  return tsfn__host_is_node(env) &&
         napi_get_node_version(env, &version) == napi_ok &&
         version->major >= 24;
}

/* Node's own function bears this name. Another one was put in its place by the
   program, or by Node itself, which wraps it under --pending-deprecation, and
   the wrapper prints DEP0134. */
static bool
is_nodes_own_tick(napi_env env, napi_value tick) {
  napi_value name;
  char text[16];
  size_t length;
  return tsfn__host_is_type(env, tick, napi_function) &&
         get_property(env, tick, "name", &name) &&
         napi_get_value_string_utf8(env, name, text, sizeof text, &length) ==
             napi_ok &&
         strcmp(text, "runNextTicks") == 0;
}

/* process._tickCallback is Node's own and not documented. Where it cannot be
   had, a function with microtasks for each call has a crossing for each
   call. */
bool
tsfn__host_tick(napi_env env, napi_value *process, napi_value *tick) {
  return tsfn__host_process(env, process) && tsfn__host_is_node(env) &&
         get_property(env, *process, "_tickCallback", tick) &&
         is_nodes_own_tick(env, *tick);
}

/* Calls object[name](argument), or object[name]() where `argument` is NULL.
   False: there is no such method, or it threw; no exception is left. */
static bool
call_method(napi_env env, napi_value object, const char *name,
            const char *argument, napi_value *out) {
  napi_value function, text, ignored;
  if (!get_property(env, object, name, &function) ||
      !tsfn__host_is_type(env, function, napi_function))
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

/* A class of node:async_hooks. */
static bool
get_class(napi_env env, const char *name, napi_value *out) {
  napi_value process, module;
  return tsfn__host_process(env, &process) &&
         call_method(env, process, "getBuiltinModule", "node:async_hooks",
                     &module) &&
         tsfn__host_is_type(env, module, napi_object) &&
         get_property(env, module, name, out) &&
         tsfn__host_is_type(env, *out, napi_function);
}

bool
tsfn__host_snapshot(napi_env env, napi_value *out) {
  napi_value storage;
  return get_class(env, "AsyncLocalStorage", &storage) &&
         call_method(env, storage, "snapshot", NULL, out) &&
         tsfn__host_is_type(env, *out, napi_function);
}

bool
tsfn__host_async_resource(napi_env env, napi_value *out) {
  return get_class(env, "AsyncResource", out);
}

bool
tsfn__host_transfer(napi_env env, napi_value *out) {
  napi_value global, class, prototype;
  return !tsfn__host_is_deno(env) && napi_get_global(env, &global) == napi_ok &&
         get_property(env, global, "ArrayBuffer", &class) &&
         tsfn__host_is_type(env, class, napi_function) &&
         get_property(env, class, "prototype", &prototype) &&
         tsfn__host_is_type(env, prototype, napi_object) &&
         get_property(env, prototype, "transfer", out) &&
         tsfn__host_is_type(env, *out, napi_function);
}
