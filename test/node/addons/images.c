/* SPDX-License-Identifier: MIT */

/* isLoaded(path): whether the file is in this process's memory as a module. */

#if !defined(_WIN32)
#define _GNU_SOURCE /* RTLD_NOLOAD */
#endif

#include <node_api.h>
#include <stdlib.h>

#if defined(_WIN32)
#include <windows.h>

static bool
is_loaded(const char *path) {
  return GetModuleHandleA(path) != NULL;
}
#else
#include <dlfcn.h>

static bool
is_loaded(const char *path) {
  void *module = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
  if (module == NULL) return false;
  dlclose(module); /* the reference that dlopen took */
  return true;
}
#endif

static napi_value
answer(napi_env env, napi_callback_info info) {
  char path[4096];
  napi_value text, result;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &text, NULL, NULL) != napi_ok ||
      napi_get_value_string_utf8(env, text, path, sizeof path, NULL) != napi_ok)
    abort();
  napi_get_boolean(env, is_loaded(path), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "isLoaded", NAPI_AUTO_LENGTH, answer, NULL,
                       &function);
  napi_set_named_property(env, exports, "isLoaded", function);
  return exports;
}
