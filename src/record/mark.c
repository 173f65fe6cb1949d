/* SPDX-License-Identifier: MIT */
#include "record/mark.h"

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* Node before 20.16 has no getBuiltinModule, a program may hide `process`, and
   a host may have a function that only throws: then nothing is marked. */
static const char source[] =
    "(function () {\n"
    "'use strict';\n"
    "try {\n"
    "const module = process.getBuiltinModule('worker_threads');\n"
    "const { markAsUntransferable } = module;\n"
    "markAsUntransferable(new ArrayBuffer(0));\n"
    "return markAsUntransferable;\n"
    "} catch {}\n"
    "})";

/* The realm's part. */
struct marker {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref function;      /* NULL: nothing can be marked */
};

/* True also where nothing can be marked. */
TSFN__OS_COLD static bool
open_marker(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct marker *self = (struct marker *)part;
  napi_value function;
  if (tsfn__host_call_source(realm->env, source, 0, NULL, &function) &&
      tsfn__host_is_type(realm->env, function, napi_function))
    (void)tsfn__reference_make(realm->env, function, &self->function);
  return true;
}

TSFN__OS_COLD static void
close_marker(struct tsfn__part *part, napi_env env) {
  tsfn__reference_drop(env, &((struct marker *)part)->function);
}

static const struct tsfn__part_ops marker_ops = {sizeof(struct marker),
                                                 open_marker, close_marker};

void
tsfn__mark_shared(struct tsfn__realm *realm, napi_value buffer) {
  struct marker *self = (struct marker *)tsfn__realm_part(realm, &marker_ops);
  napi_env env = realm->env;
  napi_value undefined, ignored;
  if (self == NULL || self->function == NULL) return;
  if (napi_get_undefined(env, &undefined) != napi_ok ||
      napi_call_function(env, undefined,
                         tsfn__reference_get(env, self->function), 1, &buffer,
                         NULL) != napi_ok)
    (void)tsfn__exception_take(env, &ignored);
}
