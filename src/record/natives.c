/* SPDX-License-Identifier: MIT */
#include "record/natives.h"

#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* A method of a prototype becomes a function of its receiver. A place has three
   integers: column.h tells them. */
static const char source[] =
    "(function () {\n"
    "'use strict';\n"
    "const { bind, call } = Function.prototype;\n"
    "const method = (function_) => bind.call(call, function_);\n"
    "const Bytes = Object.getPrototypeOf(Uint8Array.prototype);\n"
    "const substring = method(String.prototype.substring);\n"
    "return {\n"
    "__proto__: null, slice: method(Bytes.slice),\n"
    "cut(parents, values, places, i) {\n"
    "const at = 3 * i, which = places[at], to = places[at + 2];\n"
    "return to < 0 ? values[which]\n"
    ": substring(parents[which], places[at + 1], to);\n"
    "},\n"
    "};\n"
    "})";

/* The realm's part. */
struct natives {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref object;
};

TSFN__OS_COLD static bool
open_natives(struct tsfn__part *part, struct tsfn__realm *realm) {
  napi_value object;
  return tsfn__host_call_source(realm->env, source, 0, NULL, &object) &&
         tsfn__reference_make(realm->env, object,
                              &((struct natives *)part)->object);
}

TSFN__OS_COLD static void
close_natives(struct tsfn__part *part, napi_env env) {
  tsfn__reference_drop(env, &((struct natives *)part)->object);
}

static const struct tsfn__part_ops natives_ops = {sizeof(struct natives),
                                                  open_natives, close_natives};

napi_value
tsfn__natives_get(struct tsfn__realm *realm) {
  struct natives *self =
      (struct natives *)tsfn__realm_part(realm, &natives_ops);
  return self != NULL ? tsfn__reference_get(realm->env, self->object) : NULL;
}
