/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_JS_H
#define DRIVER_JS_H

/* Reading and writing JavaScript values, for an addon whose every call must
   succeed. Loop thread. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tsfn.h"

/* A driver that cannot drive has nothing to say: the test ends here. */
#define MUST(call)                                                             \
  do {                                                                         \
    if ((call) != napi_ok) {                                                   \
      fprintf(stderr, "driver: %s:%d: %s\n", __FILE__, __LINE__, #call);       \
      abort();                                                                 \
    }                                                                          \
  } while (0)

/* --- reading ------------------------------------------------------------- */

/* `count` arguments; those that were not given are undefined. */
void js_arguments(napi_env env, napi_callback_info info, size_t count,
                  napi_value *out);

/* False for a value that is NULL. */
bool js_is(napi_env env, napi_value value, napi_valuetype wanted);

/* A property; NULL where it is undefined, or where `object` is no object. */
napi_value js_get(napi_env env, napi_value object, const char *name);

/* A property of that type, or `otherwise`, or false, where it is undefined. */
double js_number(napi_env env, napi_value object, const char *name,
                 double otherwise);
uint32_t js_u32(napi_env env, napi_value object, const char *name,
                uint32_t otherwise);
bool js_bool(napi_env env, napi_value object, const char *name);

/* NULL where it is undefined or null. The caller frees it, or keeps it: names
   must outlive their functions. */
char *js_string(napi_env env, napi_value object, const char *name);

/* The same of a value that is no property. */
char *js_string_of(napi_env env, napi_value value);

/* The property `wait`, in milliseconds; -1 blocks, and so does no other. */
tsfn_wait js_wait(napi_env env, napi_value object);

/* NULL where `value` is no external. */
void *js_external(napi_env env, napi_value value);

/* --- writing ------------------------------------------------------------- */

napi_value js_object(napi_env env);
napi_value js_list(napi_env env);
napi_value js_text(napi_env env, const char *text);
napi_value js_status(napi_env env, tsfn_status status); /* its name */
napi_value js_from(napi_env env, double number);
napi_value js_from_pointer(napi_env env, void *pointer);

void js_set(napi_env env, napi_value object, const char *name,
            napi_value value);
void js_set_number(napi_env env, napi_value object, const char *name,
                   uint64_t number);
void js_append(napi_env env, napi_value list, napi_value value);

/* Whether an exception waits for JavaScript. */
bool js_is_pending(napi_env env);

#endif
