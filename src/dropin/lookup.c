/* SPDX-License-Identifier: MIT */

/* For an addon that looks Node-API's functions up by name when it runs, as
   NAPI-RS does with `dyn-symbols`: the linker's option --wrap=dlsym sends the
   addon's own lookups here. Without that option nothing refers to this file,
   and the linker leaves it in the library. Any thread. */

#undef NAPI_EXTERN
#define NAPI_EXTERN

#include <node_api.h>
#include <string.h>

#include "os/os.h"

/* The linker makes both names from that of dlsym: its callers call
   __wrap_dlsym, and __real_dlsym is what they would have called. */
void *__real_dlsym(void *library, const char *name);
TSFN__OS_HIDDEN void *__wrap_dlsym(void *library, const char *name);

/* The seven names, and the address of each as this image has it: ours. */
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

/* Answers the seven names for the addon, and asks the C library for all
   else. */
void *
__wrap_dlsym(void *library, const char *name) {
  void *found;
  /* The library's own lookups come here as well (tsfn__os_symbol), and mean the
     host's functions. */
  bool is_addon = !tsfn__os_symbol_is_asked();
  for (size_t i = 0; is_addon && i < sizeof ours / sizeof *ours; i++)
    if (strcmp(ours[i].name, name) == 0) {
      memcpy(&found, &ours[i].address, sizeof found);
      return found;
    }
  return __real_dlsym(library, name);
}
