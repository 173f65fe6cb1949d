/* SPDX-License-Identifier: MIT */
#ifndef TEST_REFUSED_H
#define TEST_REFUSED_H

/* What an x_from that was refused has left. */

#include <string.h>

#include "tsfn.h"

/* Takes the exception, and answers [the status's name, whether all of the
   struct is zero]. */
static inline napi_value
refused_pair(napi_env env, tsfn_status status, const void *item, size_t size) {
  napi_value pair, name, is_zero, error;
  const char *bytes = item;
  bool has_only_zeros = true;
  for (size_t i = 0; i < size; i++)
    has_only_zeros = has_only_zeros && bytes[i] == 0;
  napi_get_and_clear_last_exception(env, &error);
  napi_create_array(env, &pair);
  napi_create_string_utf8(env, tsfn_status_name(status), NAPI_AUTO_LENGTH,
                          &name);
  napi_get_boolean(env, has_only_zeros, &is_zero);
  napi_set_element(env, pair, 0, name);
  napi_set_element(env, pair, 1, is_zero);
  return pair;
}

#endif
