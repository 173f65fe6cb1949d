/* SPDX-License-Identifier: MIT */

/* Included before addon.c: it then looks its functions up when it runs. */

#include <dlfcn.h>
#include <node_api.h>

#define LOOK_UP(name) ((__typeof__(&name))dlsym(dlopen(NULL, RTLD_LAZY), #name))

#define napi_create_threadsafe_function LOOK_UP(napi_create_threadsafe_function)
#define napi_get_threadsafe_function_context                                   \
  LOOK_UP(napi_get_threadsafe_function_context)
#define napi_call_threadsafe_function LOOK_UP(napi_call_threadsafe_function)
#define napi_acquire_threadsafe_function                                       \
  LOOK_UP(napi_acquire_threadsafe_function)
#define napi_release_threadsafe_function                                       \
  LOOK_UP(napi_release_threadsafe_function)
#define napi_ref_threadsafe_function LOOK_UP(napi_ref_threadsafe_function)
#define napi_unref_threadsafe_function LOOK_UP(napi_unref_threadsafe_function)
