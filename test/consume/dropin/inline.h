/* SPDX-License-Identifier: MIT */

/* Included before addon.c: the seven functions as a header defines them that
   finds the host's when the addon runs. They are the addon's own, and not the
   drop-in layer's. */

#include <dlfcn.h>
#include <node_api.h>

#define INLINE(name, parameters, arguments)                                    \
  static inline napi_status host_##name parameters {                           \
    __typeof__(&name) found;                                                   \
    *(void **)&found = dlsym(dlopen(NULL, RTLD_LAZY), #name);                  \
    return found arguments;                                                    \
  }

INLINE(napi_create_threadsafe_function,
       (napi_env env, napi_value func, napi_value resource, napi_value name,
        size_t bound, size_t threads, void *data, napi_finalize finalize,
        void *context, napi_threadsafe_function_call_js call_js,
        napi_threadsafe_function *result),
       (env, func, resource, name, bound, threads, data, finalize, context,
        call_js, result))
INLINE(napi_get_threadsafe_function_context,
       (napi_threadsafe_function func, void **result), (func, result))
INLINE(napi_call_threadsafe_function,
       (napi_threadsafe_function func, void *data,
        napi_threadsafe_function_call_mode mode),
       (func, data, mode))
INLINE(napi_acquire_threadsafe_function, (napi_threadsafe_function func),
       (func))
INLINE(napi_release_threadsafe_function,
       (napi_threadsafe_function func,
        napi_threadsafe_function_release_mode mode),
       (func, mode))
INLINE(napi_ref_threadsafe_function,
       (napi_env env, napi_threadsafe_function func), (env, func))
INLINE(napi_unref_threadsafe_function,
       (napi_env env, napi_threadsafe_function func), (env, func))

#define napi_create_threadsafe_function host_napi_create_threadsafe_function
#define napi_get_threadsafe_function_context                                   \
  host_napi_get_threadsafe_function_context
#define napi_call_threadsafe_function host_napi_call_threadsafe_function
#define napi_acquire_threadsafe_function host_napi_acquire_threadsafe_function
#define napi_release_threadsafe_function host_napi_release_threadsafe_function
#define napi_ref_threadsafe_function host_napi_ref_threadsafe_function
#define napi_unref_threadsafe_function host_napi_unref_threadsafe_function
