/* SPDX-License-Identifier: MIT */
#include "record/natives.h"

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* A method of a prototype becomes a function of its receiver. A place has three
   integers: column.h tells them. Node before 20.16 has no getBuiltinModule, a
   program may hide `process`, and a host may have a function that only throws:
   then nothing is marked. */
static const char source[] =
    "(function () {\n"
    "'use strict';\n"
    "const { bind, call } = Function.prototype;\n"
    "const method = (function_) => bind.call(call, function_);\n"
    "const Bytes = Uint8Array;\n"
    "const slice = method(Object.getPrototypeOf(Bytes.prototype).slice);\n"
    "const substring = method(String.prototype.substring);\n"
    "const view = (buffers, places, i) => {\n"
    "const at = 3 * i, from = places[at + 1], to = places[at + 2];\n"
    "if (to >= 0) return new Bytes(buffers[places[at]], from, to - from);\n"
    "return to === -1 ? null : new Bytes(buffers[places[at]]);\n"
    "};\n"
    "let mark;\n"
    "try {\n"
    "const module = process.getBuiltinModule('worker_threads');\n"
    "const { markAsUntransferable } = module;\n"
    "markAsUntransferable(new ArrayBuffer(0));\n"
    "mark = markAsUntransferable;\n"
    "} catch {}\n"
    "return {\n"
    "__proto__: null, mark, slice, view,\n"
    "cut(parents, values, places, i) {\n"
    "const at = 3 * i, which = places[at], to = places[at + 2];\n"
    "return to < 0 ? values[which]\n"
    ": substring(parents[which], places[at + 1], to);\n"
    "},\n"
    "views(array, at, buffers, places, count) {\n"
    "for (let i = 0; i < count; i++) array[at + i] = view(buffers, places, "
    "i);\n"
    "},\n"
    "};\n"
    "})";

/* The realm's part. */
struct natives {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref object;
  napi_ref views;
  napi_ref mark; /* NULL: nothing can be marked */
};

/* Keeps a property of the object where it is a function. */
static bool
keep_function(napi_env env, napi_value object, const char *name,
              napi_ref *reference) {
  napi_value function;
  if (napi_get_named_property(env, object, name, &function) != napi_ok)
    return false;
  return !tsfn__host_is_type(env, function, napi_function) ||
         tsfn__reference_make(env, function, reference);
}

TSFN__OS_COLD static bool
open_natives(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct natives *self = (struct natives *)part;
  napi_env env = realm->env;
  napi_value object;
  return tsfn__host_call_source(env, source, 0, NULL, &object) &&
         keep_function(env, object, "views", &self->views) &&
         keep_function(env, object, "mark", &self->mark) &&
         tsfn__reference_make(env, object, &self->object);
}

TSFN__OS_COLD static void
close_natives(struct tsfn__part *part, napi_env env) {
  struct natives *self = (struct natives *)part;
  tsfn__reference_drop(env, &self->object);
  tsfn__reference_drop(env, &self->views);
  tsfn__reference_drop(env, &self->mark);
}

static const struct tsfn__part_ops natives_ops = {sizeof(struct natives),
                                                  open_natives, close_natives};

static struct natives *
get_natives(struct tsfn__realm *realm) {
  return (struct natives *)tsfn__realm_part(realm, &natives_ops);
}

napi_value
tsfn__natives_get(struct tsfn__realm *realm) {
  struct natives *self = get_natives(realm);
  return self != NULL ? tsfn__reference_get(realm->env, self->object) : NULL;
}

void
tsfn__natives_mark(struct tsfn__realm *realm, napi_value buffer) {
  struct natives *self = get_natives(realm);
  napi_env env = realm->env;
  napi_value undefined, ignored;
  if (self == NULL || self->mark == NULL) return;
  if (napi_get_undefined(env, &undefined) != napi_ok ||
      napi_call_function(env, undefined, tsfn__reference_get(env, self->mark),
                         1, &buffer, NULL) != napi_ok)
    (void)tsfn__exception_take(env, &ignored);
}

napi_status
tsfn__natives_views(struct tsfn__realm *realm, napi_value array, size_t at,
                    napi_value buffers, napi_value places, size_t count) {
  struct natives *self = get_natives(realm);
  napi_env env = realm->env;
  napi_value undefined, arguments[5] = {array, NULL, buffers, places};
  if (self == NULL) return napi_generic_failure;
  napi_status status = napi_get_undefined(env, &undefined);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)at, &arguments[1]);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)count, &arguments[4]);
  if (status != napi_ok) return status;
  return napi_call_function(env, undefined,
                            tsfn__reference_get(env, self->views), 5, arguments,
                            NULL);
}
