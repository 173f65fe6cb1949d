/* SPDX-License-Identifier: MIT */

/* The kinds that only arguments of exported functions have (export.h), from
   JavaScript. A napi_value is handed over as it is. */

#include <stdio.h>

#include "record/target.h"

bool
tsfn__from_callback(const struct tsfn__target *self, napi_value value) {
  if (tsfn__target_is_null(self, value)) return true;
  if (tsfn__target_type_of(self->env, value) != napi_function)
    return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE,
                               TSFN__OR_NULL(self, "a function"), value);
  *(napi_value *)self->value = value;
  return true;
}

/* An AbortSignal is told by its property, as tsfn_create tells it. */
bool
tsfn__from_signal(const struct tsfn__target *self, napi_value value) {
  napi_value aborted;
  if (tsfn__target_is_null(self, value)) return true;
  if (tsfn__target_type_of(self->env, value) != napi_object ||
      napi_get_named_property(self->env, value, "aborted", &aborted) !=
          napi_ok ||
      tsfn__target_type_of(self->env, aborted) != napi_boolean)
    return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE,
                               TSFN__OR_NULL(self, "an AbortSignal"), value);
  *(napi_value *)self->value = value;
  return true;
}

bool
tsfn__from_value(const struct tsfn__target *self, napi_value value) {
  *(napi_value *)self->value = value;
  return true;
}

bool
tsfn__from_object(const struct tsfn__target *self, napi_value value) {
  const tsfn_object *type = (const void *)self->field->record();
  char expected[96];
  if (tsfn__target_is_null(self, value) ||
      type->ops->unwrap(self->env, type, value, self->value))
    return true;
  snprintf(expected, sizeof expected, "an object of type %s%s",
           type->record.name,
           self->field->presence == TSFN_PRESENCE_required ? "" : ", or null");
  return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, expected, value);
}

/* No argument is of this kind. */
bool
tsfn__from_void(const struct tsfn__target *self, napi_value value) {
  return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, "nothing", value);
}
