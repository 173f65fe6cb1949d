/* SPDX-License-Identifier: MIT */

/* napi_module_register, for addons that register themselves in a constructor
   (NAPI_MODULE of older headers). A constructor runs once for each time that
   the image is loaded. The host unloads an addon with the worker that loaded
   it, so there it runs again for the next worker; but the library keeps the
   image in memory from its first function on, so here it does not, and the next
   worker would be told that the module did not register itself.

   So this function, which the linker takes in the place of the host's,
   remembers the module; and napi_register_module_v1, which a host looks for in
   an image whose constructor has not run, hands it out again. An addon that
   does not name napi_module_register does not link this file.

   Statics of the addon are kept between those workers, as docs/dropin.md says.

   On Windows no object of the addon stands for the name, so that the linker may
   take the host's, and nothing is mended there. */

#undef NAPI_EXTERN
#define NAPI_EXTERN

#include <node_api.h>

#include <string.h>

#include "os/os.h"

/* Written by the constructor, before anything else of the addon runs. */
static napi_module *registered;

TSFN__OS_HIDDEN void
napi_module_register(napi_module *module) {
  void (*of_host)(napi_module * module);
  void *symbol = tsfn__os_symbol("napi_module_register");
  registered = module;
  if (symbol == NULL) return;
  memcpy(&of_host, &symbol, sizeof of_host);
  of_host(module);
}

TSFN__OS_FOUND napi_value napi_register_module_v1(napi_env env,
                                                  napi_value exports);

napi_value
napi_register_module_v1(napi_env env, napi_value exports) {
  return registered != NULL ? registered->nm_register_func(env, exports)
                            : exports;
}
