/* SPDX-License-Identifier: MIT */

/* The drop-in layer's seven names, for builds in which a library that has the
   host's functions (node.lib on Windows) may come before ours. A linker looks
   into libraries only for names that no object defines; so this file, and
   ../active.c, are compiled as objects of the addon, and win in any order.
   tsfn.gyp and CMakeLists.txt see to it on Windows.

   The functions behind the names are in the library, built with
   TSFN__DROPIN_BEHIND. This file is plain C99, since node-gyp compiles it with
   what it gives to the addon: MSVC has atomics only in C11, which it cannot be
   asked for beside the addon's C++. */

#undef NAPI_EXTERN
#define NAPI_EXTERN

#include <node_api.h>

#include "../own.h"

napi_status NAPI_CDECL
tsfn__dropin_create(napi_env env, napi_value func, napi_value async_resource,
                    napi_value async_resource_name, size_t max_queue_size,
                    size_t initial_thread_count, void *thread_finalize_data,
                    napi_finalize thread_finalize_cb, void *context,
                    napi_threadsafe_function_call_js call_js_cb,
                    napi_threadsafe_function *result);
napi_status NAPI_CDECL tsfn__dropin_get_context(napi_threadsafe_function func,
                                                void **result);
napi_status NAPI_CDECL
tsfn__dropin_call(napi_threadsafe_function func, void *data,
                  napi_threadsafe_function_call_mode is_blocking);
napi_status NAPI_CDECL tsfn__dropin_acquire(napi_threadsafe_function func);
napi_status NAPI_CDECL tsfn__dropin_release(
    napi_threadsafe_function func, napi_threadsafe_function_release_mode mode);
napi_status NAPI_CDECL tsfn__dropin_ref(napi_env env,
                                        napi_threadsafe_function func);
napi_status NAPI_CDECL tsfn__dropin_unref(napi_env env,
                                          napi_threadsafe_function func);

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_create_threadsafe_function(napi_env env, napi_value func,
                                napi_value async_resource,
                                napi_value async_resource_name,
                                size_t max_queue_size,
                                size_t initial_thread_count,
                                void *thread_finalize_data,
                                napi_finalize thread_finalize_cb, void *context,
                                napi_threadsafe_function_call_js call_js_cb,
                                napi_threadsafe_function *result) {
  return tsfn__dropin_create(env, func, async_resource, async_resource_name,
                             max_queue_size, initial_thread_count,
                             thread_finalize_data, thread_finalize_cb, context,
                             call_js_cb, result);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_get_threadsafe_function_context(napi_threadsafe_function func,
                                     void **result) {
  return tsfn__dropin_get_context(func, result);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_call_threadsafe_function(napi_threadsafe_function func, void *data,
                              napi_threadsafe_function_call_mode is_blocking) {
  return tsfn__dropin_call(func, data, is_blocking);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_acquire_threadsafe_function(napi_threadsafe_function func) {
  return tsfn__dropin_acquire(func);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_release_threadsafe_function(napi_threadsafe_function func,
                                 napi_threadsafe_function_release_mode mode) {
  return tsfn__dropin_release(func, mode);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_ref_threadsafe_function(napi_env env, napi_threadsafe_function func) {
  return tsfn__dropin_ref(env, func);
}

TSFN__OS_HIDDEN napi_status NAPI_CDECL
napi_unref_threadsafe_function(napi_env env, napi_threadsafe_function func) {
  return tsfn__dropin_unref(env, func);
}

const tsfn__dropin_address tsfn__dropin_own[] = TSFN__DROPIN_OWN;

/* --- for an addon that declares Node-API as imported (dllimport) --------- */

/* It reads a function's address from a variable, which a DLL's import library
   has, and which these are. */
#define IMPORT(name)                                                           \
  extern const tsfn__dropin_address TSFN__OS_IMPORTED(name);                   \
  const tsfn__dropin_address TSFN__OS_IMPORTED(name) =                         \
      (tsfn__dropin_address)name;

IMPORT(napi_create_threadsafe_function)
IMPORT(napi_get_threadsafe_function_context)
IMPORT(napi_call_threadsafe_function)
IMPORT(napi_acquire_threadsafe_function)
IMPORT(napi_release_threadsafe_function)
IMPORT(napi_ref_threadsafe_function)
IMPORT(napi_unref_threadsafe_function)
