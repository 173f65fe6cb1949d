/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_EXPORTS_H
#define TSFN_TEST_EXPORTS_H

/* The end of an addon for tests, which exports methods:

     EXPORTS(METHOD("send", send), METHOD("freed", get_freed)) */

#include <node_api.h>
#include <stdlib.h>

#define METHOD(name, function)                                                 \
  { .utf8name = (name), .method = (function) }

#define EXPORTS(...)                                                           \
  NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {                   \
    napi_property_descriptor methods[] = {__VA_ARGS__};                        \
    if (napi_define_properties(env, exports, sizeof methods / sizeof *methods, \
                               methods) != napi_ok)                            \
      abort();                                                                 \
    return exports;                                                            \
  }

#endif
