/* SPDX-License-Identifier: MIT */

/* tsfn_record_to: a C struct as a value of JavaScript's, outside of a queue. It
   is made as a callback gets it; but that moves owned memory to JavaScript,
   which here stays the caller's. So of a record that owns a copy is converted,
   whose owned memory is copied too. */

#include <stdlib.h>
#include <string.h>

#include "node/failure.h"
#include "record/nesting.h"
#include "record/record.h"

/* Puts copies in the place of what the fields own. False: out of memory; each
   field has its copy or nothing. */
static bool
copy_owned(const tsfn_record *type, char *record) {
  bool is_done = true;
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    tsfn_owned *owned = (void *)(record + field->offset);
    const tsfn_record *inner =
        tsfn__nesting_record(field, record + field->offset);
    if (inner != NULL) {
      is_done &= copy_owned(inner, record + field->offset);
    } else if (field->kind == TSFN_KIND_owned) {
      tsfn_owned given = *owned;
      memset(owned, 0, sizeof *owned);
      if (given.data == NULL) continue;
      void *data = malloc(given.size + 1);
      is_done &= data != NULL;
      if (data == NULL) continue;
      if (given.size != 0) memcpy(data, given.data, given.size);
      *owned = (tsfn_owned){data, given.size, tsfn__record_free_copy, NULL};
    }
  }
  return is_done;
}

/* Makes the object of a copy of the record. *has_memory false: there is none
   for the copy. */
static napi_status
make_value_of_copy(napi_env env, const tsfn_record *type, const void *record,
                   napi_value *out, bool *has_memory) {
  napi_status status = napi_generic_failure;
  char *copy = malloc(type->size);
  *has_memory = copy != NULL;
  if (copy == NULL) return status;
  memcpy(copy, record, type->size);
  *has_memory = copy_owned(type, copy);
  if (*has_memory) status = tsfn__record_to_js(env, type, copy, out);
  tsfn__copy_free_owned(type, copy);
  free(copy);
  return status;
}

tsfn_status
tsfn_record_to(napi_env env, const tsfn_record *type, const void *record,
               napi_value *out) {
  if (env == NULL || type == NULL || record == NULL || out == NULL)
    return TSFN_INVALID;
  bool has_memory = true;
  size_t size = 0;
  *out = NULL;
  if (tsfn__copy_measure(type, record, &size) == TSFN_INVALID)
    return TSFN_INVALID;
  /* A record that owns nothing is only read. */
  napi_status status =
      (type->traits & TSFN__OWNS) != 0
          ? make_value_of_copy(env, type, record, out, &has_memory)
          : tsfn__record_to_js(env, type, (char *)(uintptr_t)record, out);
  if (status == napi_ok) return TSFN_OK;
  if (!has_memory) return TSFN_NO_MEMORY;
  return tsfn__failure_status(env);
}
