/* SPDX-License-Identifier: MIT */

/* For an addon that looks Node-API's functions up by name when it runs, as
   NAPI-RS does with `dyn-symbols`: the linker's option --wrap=dlsym sends the
   addon's own lookups here. Without that option nothing refers to this file,
   and the linker leaves it in the library. */

#undef NAPI_EXTERN
#define NAPI_EXTERN

#include <node_api.h>
#include <string.h>

#include "os/os.h"

/* The names are the linker's. */
void *__real_dlsym(void *library, const char *name);
TSFN__OS_HIDDEN void *__wrap_dlsym(void *library, const char *name);

typedef void (*address)(void);

#define OURS(name)                                                             \
  { #name, (address)name }

static const struct {
  const char *name;
  address address;
} ours[] = {
    OURS(napi_create_threadsafe_function),
    OURS(napi_get_threadsafe_function_context),
    OURS(napi_call_threadsafe_function),
    OURS(napi_acquire_threadsafe_function),
    OURS(napi_release_threadsafe_function),
    OURS(napi_ref_threadsafe_function),
    OURS(napi_unref_threadsafe_function),
};

void *
__wrap_dlsym(void *library, const char *name) {
  void *found;
  /* The layers below us ask here too, and mean the host's own. */
  bool is_addon = !tsfn__os_symbol_is_asked();
  for (size_t i = 0; is_addon && i < sizeof ours / sizeof *ours; i++)
    if (strcmp(ours[i].name, name) == 0) {
      memcpy(&found, &ours[i].address, sizeof found);
      return found;
    }
  return __real_dlsym(library, name);
}
