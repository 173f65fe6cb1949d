/* SPDX-License-Identifier: MIT */
#include "node/events.h"

#include <stdbool.h>

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* Copies of the library in other addons, of other versions, meet in the Set at
   process[key] and in its listener; so what is kept there, and the key, stay as
   they are. A timer that cannot be let go (Deno's is a number) would keep the
   process alive: there the second call comes at once. */
static const char source[] =
    "(function (process, event, callback) {\n"
    "'use strict';\n"
    "const key = Symbol.for(`libtsfn ${event}`);\n"
    "let all = process[key];\n"
    "if (all === undefined) {\n"
    "  const later = globalThis.setTimeout;\n"
    "  all = new Set();\n"
    "  all.listener = () => {\n"
    "    for (const each of all) {\n"
    "      if (each() !== true) continue;\n"
    "      const timer = later(each, 0, true);\n"
    "      if (typeof timer?.unref === 'function') { timer.unref(); continue; "
    "}\n"
    "      clearTimeout(timer);\n"
    "      each(true);\n"
    "    }\n"
    "  };\n"
    "  Object.defineProperty(process, key, { value: all, configurable: true "
    "});\n"
    "  process.on(event, all.listener);\n"
    "}\n"
    "all.add(callback);\n"
    "return () => {\n"
    "  all.delete(callback);\n"
    "  if (all.size > 0 || process[key] !== all) return;\n"
    "  delete process[key];\n"
    "  process.removeListener(event, all.listener);\n"
    "};\n"
    "})";

TSFN__OS_COLD void
tsfn__events_listen(napi_env env, const char *event, napi_callback callback,
                    void *data, napi_ref *leave) {
  napi_value arguments[3], function;
  *leave = NULL;
  if (tsfn__host_process(env, &arguments[0]) &&
      napi_create_string_utf8(env, event, NAPI_AUTO_LENGTH, &arguments[1]) ==
          napi_ok &&
      napi_create_function(env, "tsfn", NAPI_AUTO_LENGTH, callback, data,
                           &arguments[2]) == napi_ok &&
      tsfn__host_call_source(env, source, 3, arguments, &function))
    (void)tsfn__reference_make(env, function, leave);
}

TSFN__OS_COLD void
tsfn__events_leave(napi_env env, napi_ref *leave) {
  napi_value function = tsfn__reference_get(env, *leave), ignored;
  if (function != NULL &&
      napi_call_function(env, function, function, 0, NULL, NULL) != napi_ok)
    (void)tsfn__exception_take(env, &ignored);
  tsfn__reference_drop(env, leave);
}
