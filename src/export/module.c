/* SPDX-License-Identifier: MIT */

/* What TSFN_MODULE registers: the functions, and the description of their
   types. */

#include "export/define.h"
#include "export/describe.h"
#include "node/exception.h"
#include "node/host.h"

/* Puts the function under a symbol that the command knows, where neither a loop
   over the exports nor a destructuring finds it. */
static const char source[] =
    "(function (exports, value) {\n"
    "'use strict';\n"
    "const key = Symbol.for('libtsfn.description');\n"
    "Object.defineProperty(exports, key, { value, configurable: true });\n"
    "})";

static napi_value
describe(napi_env env, napi_callback_info info) {
  void *module;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &module) != napi_ok)
    return NULL;
  return tsfn__describe(env, module);
}

/* Where it cannot be defined the addon works without it. */
static void
define_description(napi_env env, napi_value exports,
                   const tsfn_module *module) {
  napi_value arguments[2] = {exports, NULL};
  bool is_made =
      napi_create_function(env, "describe", NAPI_AUTO_LENGTH, describe,
                           (void *)(uintptr_t)module, &arguments[1]) == napi_ok;
  if (is_made) (void)tsfn__host_call_source(env, source, 2, arguments, NULL);
}

napi_value
tsfn_module_define(napi_env env, napi_value exports,
                   const tsfn_module *module) {
  for (size_t i = 0; i < module->count; i++) {
    const tsfn_export *declared = module->exports[i];
    if (tsfn__define_export(env, exports, declared, true) == napi_ok) continue;
    tsfn__exception_throw(env, declared->name, TSFN_FAILURE,
                          "it cannot be exported");
    return exports;
  }
  define_description(env, exports, module);
  return exports;
}
