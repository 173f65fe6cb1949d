/* SPDX-License-Identifier: MIT */

/* Objects that wrap a struct of the addon's. The host keeps the pointer
   (napi_wrap) and a tag that says whose it is (napi_type_tag_object). Loop
   thread. */

#include <stdint.h>

#include "export/define.h"
#include "node/failure.h"
#include "tsfn.h"

/* The descriptor is where it is as long as the addon is in memory, and no
   object outlives the addon: its address, with one of ours beside it, is a tag
   that no other type has. */
static napi_type_tag
tag_of(const tsfn_object *type) {
  napi_type_tag tag = {(uintptr_t)type, (uintptr_t)&tsfn__object_operations};
  return tag;
}

static void
finalize_object(napi_env env, void *self, void *hint) {
  const tsfn_object *type = hint;
  (void)env;
  type->drop(self);
}

/* The wrap is last, since from there on the object frees the struct. */
static napi_status
wrap(napi_env env, const tsfn_object *type, void *self, napi_value *out) {
  napi_type_tag tag = tag_of(type);
  napi_status status = napi_create_object(env, out);
  if (status == napi_ok) status = napi_type_tag_object(env, *out, &tag);
  for (size_t i = 0; status == napi_ok && i < type->method_count; i++)
    status = tsfn__define_export(env, *out, type->methods[i], false);
  return status == napi_ok ? napi_wrap(env, *out, self, finalize_object,
                                       (void *)(uintptr_t)type, NULL)
                           : status;
}

static bool
unwrap(napi_env env, const tsfn_object *type, napi_value value, void *out) {
  napi_type_tag tag = tag_of(type);
  napi_valuetype kind;
  bool is_ours = false;
  void **pointer = out;
  return napi_typeof(env, value, &kind) == napi_ok && kind == napi_object &&
         napi_check_object_type_tag(env, value, &tag, &is_ours) == napi_ok &&
         is_ours && napi_unwrap(env, value, pointer) == napi_ok;
}

const struct tsfn__object_ops tsfn__object_operations = {wrap, unwrap};

tsfn_status
tsfn_object_wrap(napi_env env, const tsfn_object *type, void *self,
                 napi_value *out) {
  if (env == NULL || type == NULL || self == NULL || out == NULL)
    return TSFN_INVALID;
  if (wrap(env, type, self, out) == napi_ok) return TSFN_OK;
  *out = NULL;
  return tsfn__exception_throw(env, type->record.name,
                               tsfn__failure_status(env),
                               "the object cannot be made");
}

tsfn_status
tsfn_object_unwrap(napi_env env, const tsfn_object *type, napi_value value,
                   void **out) {
  if (env == NULL || type == NULL || value == NULL || out == NULL)
    return TSFN_INVALID;
  *out = NULL;
  return unwrap(env, type, value, out) ? TSFN_OK : TSFN_WRONG_TYPE;
}
