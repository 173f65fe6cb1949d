/* SPDX-License-Identifier: MIT */
#include "node/reference.h"

#include "os/os.h"

bool
tsfn__reference_make(napi_env env, napi_value value, napi_ref *out) {
  if (value != NULL)
    return napi_create_reference(env, value, 1, out) == napi_ok;
  *out = NULL;
  return true;
}

napi_value
tsfn__reference_get(napi_env env, napi_ref reference) {
  napi_value value = NULL;
  if (reference == NULL ||
      napi_get_reference_value(env, reference, &value) != napi_ok)
    return NULL;
  return value;
}

TSFN__OS_COLD void
tsfn__reference_drop(napi_env env, napi_ref *reference) {
  if (*reference != NULL) napi_delete_reference(env, *reference);
  *reference = NULL;
}
