/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TARGET_H
#define TSFN__TARGET_H

/* One value of JavaScript's on its way to a field of a struct: what the
   functions of from_js.c, from_array.c and from_argument.c, one for each kind,
   have in common. Loop thread, inside of a handle scope. Each answers false
   where the value was refused, or the host refused; an exception may be pending
   then. */

#include "record/refusal.h"
#include "tsfn.h"

/* What is converted, and where it goes. */
struct tsfn__target {
  napi_env env;
  /* Converts a value by the function of its field's kind (from_js.c). */
  bool (*convert)(const struct tsfn__target *self, napi_value value);
  const tsfn_field *field;
  void *value; /* of the field, all zero */
  const struct tsfn__place *place;
};

/* from_js.c: an object with the fields of a record. */
bool tsfn__from_record_type(const struct tsfn__target *self,
                            const tsfn_record *type, napi_value object);

/* from_array.c */
bool tsfn__from_array(const struct tsfn__target *self, napi_value value);
bool tsfn__from_optional(const struct tsfn__target *self, napi_value value);
bool tsfn__from_list(const struct tsfn__target *self, napi_value value);

/* from_argument.c */
bool tsfn__from_callback(const struct tsfn__target *self, napi_value value);
bool tsfn__from_signal(const struct tsfn__target *self, napi_value value);
bool tsfn__from_value(const struct tsfn__target *self, napi_value value);
bool tsfn__from_object(const struct tsfn__target *self, napi_value value);
bool tsfn__from_void(const struct tsfn__target *self, napi_value value);

static inline bool
tsfn__target_refuse(const struct tsfn__target *self, enum tsfn__refusal kind,
                    const char *expected, napi_value got) {
  return tsfn__refusal_throw(self->env, self->place, kind, expected, got);
}

static inline napi_valuetype
tsfn__target_type_of(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  (void)napi_typeof(env, value, &type);
  return type;
}

/* Whether the value stands for NULL in a pointer's field. */
static inline bool
tsfn__target_is_null(const struct tsfn__target *self, napi_value value) {
  tsfn_presence presence = self->field->presence;
  napi_valuetype type = tsfn__target_type_of(self->env, value);
  return (type == napi_null && presence != TSFN_PRESENCE_required) ||
         (type == napi_undefined && presence == TSFN_PRESENCE_optional);
}

/* Converts a value to a field of the struct that *self converts to. */
static inline bool
tsfn__target_convert_field(const struct tsfn__target *self,
                           const tsfn_field *field, napi_value value) {
  struct tsfn__place place = {self->place, field->name, 0};
  struct tsfn__target target = {self->env, self->convert, field,
                                (char *)self->value + field->offset, &place};
  return self->convert(&target, value);
}

/* What a pointer's field takes: a literal, and behind it that null is, too. */
#define TSFN__OR_NULL(self, expected)                                          \
  ((self)->field->presence == TSFN_PRESENCE_required ? (expected)              \
                                                     : expected ", or null")

#endif
