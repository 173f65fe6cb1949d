/* SPDX-License-Identifier: MIT */

/* What arguments by name bring with them (kind_ops.h): they are a record of
   JavaScript's that may be missing. */

#include "record/kind_ops.h"
#include "record/target.h"

/* All of them are missing: each is undefined. */
static bool
from_nothing(const struct tsfn__target *self, const tsfn_record *type) {
  napi_value undefined;
  bool is_made = napi_get_undefined(self->env, &undefined) == napi_ok;
  for (size_t i = 0; is_made && i < type->field_count; i++)
    is_made = tsfn__target_convert_field(self, &type->fields[i], undefined);
  return is_made;
}

/* A function or an array is refused, though it is an object: such a call means
   another argument. */
static bool
from_named(const struct tsfn__target *self, napi_value value) {
  const tsfn_record *type = self->field->record();
  bool is_array = false;
  if (tsfn__target_is_null(self, value)) return from_nothing(self, type);
  (void)napi_is_array(self->env, value, &is_array);
  return is_array || tsfn__target_type_of(self->env, value) == napi_function
             ? tsfn__target_refuse(self, TSFN__REFUSAL_TYPE,
                                   "an object, or null", value)
             : tsfn__from_record_type(self, type, value);
}

const struct tsfn__kind_ops tsfn__named_kind = {.from_js = from_named};
