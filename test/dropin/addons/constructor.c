/* SPDX-License-Identifier: MIT */

/* An addon as headers before Node 12.17 made it: it registers itself in a
   constructor. call(callback) makes a function, calls it and releases it;
   loads() is how often it was loaded into an environment. */

#include <node_api.h>
#include <stdlib.h>

static int loads;

static napi_value
call(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value callback, name;
  napi_threadsafe_function fn;
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) != napi_ok ||
      napi_create_string_utf8(env, "constructor", NAPI_AUTO_LENGTH, &name) !=
          napi_ok ||
      napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL,
                                      NULL, NULL, NULL, &fn) != napi_ok)
    abort();
  napi_call_threadsafe_function(fn, NULL, napi_tsfn_nonblocking);
  napi_release_threadsafe_function(fn, napi_tsfn_release);
  return NULL;
}

static napi_value
get_loads(napi_env env, napi_callback_info info) {
  napi_value number;
  (void)info;
  if (napi_create_int32(env, loads, &number) != napi_ok) abort();
  return number;
}

static napi_value
init(napi_env env, napi_value exports) {
  napi_property_descriptor methods[] = {
      {.utf8name = "call", .method = call},
      {.utf8name = "loads", .method = get_loads},
  };
  loads++;
  if (napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                             methods) != napi_ok)
    abort();
  return exports;
}

static napi_module module = {.nm_version = 1,
                             .nm_filename = __FILE__,
                             .nm_register_func = init,
                             .nm_modname = "constructor"};

__attribute__((constructor)) static void
register_module(void) {
  napi_module_register(&module);
}
