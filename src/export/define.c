/* SPDX-License-Identifier: MIT */
#include "export/define.h"

#include "os/os.h"

static bool is_optional(const tsfn_field *field);

/* Arguments that a call must give before the first that it may leave out. */
static uint32_t
count_required(const tsfn_record *arguments) {
  uint32_t count = 0;
  while (count < arguments->field_count &&
         !is_optional(&arguments->fields[count]))
    count++;
  return count;
}

/* Whether each of them may be left out. Not inlined into itself. */
TSFN__OS_OUTLINE static bool
are_optional(const tsfn_record *arguments) {
  bool are = true;
  for (size_t i = 0; are && i < arguments->field_count; i++)
    are = is_optional(&arguments->fields[i]);
  return are;
}

/* Whether a call may leave the argument out; named ones, if it may leave out
   each of them. */
static bool
is_optional(const tsfn_field *field) {
  if (field->presence == TSFN_PRESENCE_optional)
    return field->kind != TSFN_KIND_record || are_optional(field->record());
  return field->kind == TSFN_KIND_optional;
}

napi_status
tsfn__define_export(napi_env env, napi_value object,
                    const tsfn_export *declared, bool is_enumerable) {
  napi_property_descriptor length = {.utf8name = "length",
                                     .attributes = napi_configurable};
  napi_property_descriptor property = {
      .utf8name = declared->name,
      .attributes = napi_writable | napi_configurable |
                    (is_enumerable ? napi_enumerable : 0)};
  napi_status status =
      napi_create_function(env, declared->name, NAPI_AUTO_LENGTH,
                           declared->call, NULL, &property.value);
  if (status == napi_ok)
    status = napi_create_uint32(env, count_required(declared->arguments()),
                                &length.value);
  if (status == napi_ok)
    status = napi_define_properties(env, property.value, 1, &length);
  return status == napi_ok ? napi_define_properties(env, object, 1, &property)
                           : status;
}
