/* SPDX-License-Identifier: MIT */
#include "export/describe.h"

#include "node/exception.h"
#include "record/record.h"

/* The description on its way. The first failure makes all that follows do
   nothing, so that nobody has to ask after each step. */
struct description {
  napi_env env;
  bool is_ok;
  /* Each has a property for each name that is in the Array of that kind. */
  napi_value seen_records, seen_enums, seen_objects;
  napi_value objects;
  napi_value records;
  napi_value enums;
};

#define ROW(kind) [TSFN_KIND_##kind] = #kind,

static const char *const kind_names[] = {TSFN__EACH_KIND(ROW)};

/* --- values -------------------------------------------------------------- */

static void
check(struct description *self, napi_status status) {
  if (status != napi_ok) self->is_ok = false;
}

static napi_value
new_object(struct description *self) {
  napi_value object = NULL;
  if (self->is_ok) check(self, napi_create_object(self->env, &object));
  return object;
}

static napi_value
new_array(struct description *self) {
  napi_value array = NULL;
  if (self->is_ok) check(self, napi_create_array(self->env, &array));
  return array;
}

/* NULL is null. */
static napi_value
new_string(struct description *self, const char *text) {
  napi_value string = NULL;
  if (!self->is_ok) return NULL;
  check(self, text != NULL ? napi_create_string_utf8(self->env, text,
                                                     NAPI_AUTO_LENGTH, &string)
                           : napi_get_null(self->env, &string));
  return string;
}

static void
set(struct description *self, napi_value object, const char *name,
    napi_value value) {
  if (self->is_ok)
    check(self, napi_set_named_property(self->env, object, name, value));
}

static void
set_string(struct description *self, napi_value object, const char *name,
           const char *text) {
  set(self, object, name, new_string(self, text));
}

static void
set_count(struct description *self, napi_value object, size_t count) {
  napi_value number = NULL;
  if (self->is_ok)
    check(self, napi_create_double(self->env, (double)count, &number));
  set(self, object, "count", number);
}

static void
set_bool(struct description *self, napi_value object, const char *name,
         bool is_so) {
  napi_value value = NULL;
  if (self->is_ok) check(self, napi_get_boolean(self->env, is_so, &value));
  set(self, object, name, value);
}

static void
append(struct description *self, napi_value array, napi_value value) {
  uint32_t length = 0;
  if (self->is_ok)
    check(self, napi_get_array_length(self->env, array, &length));
  if (self->is_ok)
    check(self, napi_set_element(self->env, array, length, value));
}

/* Whether something of that name was described before; from now on it was. */
static bool
see(struct description *self, napi_value seen, const char *name) {
  bool is_there = false;
  napi_value key = new_string(self, name);
  if (self->is_ok)
    check(self, napi_has_own_property(self->env, seen, key, &is_there));
  if (!is_there) set(self, seen, name, key);
  return is_there;
}

/* --- kinds --------------------------------------------------------------- */

/* A field's kind; kinds nest, and records have fields. */
static napi_value make_kind(struct description *self, const tsfn_field *field);

/* A list of { name, kind }. */
static napi_value
make_fields(struct description *self, const tsfn_record *type) {
  napi_value array = new_array(self);
  for (size_t i = 0; i < type->field_count; i++) {
    napi_value entry = new_object(self);
    set_string(self, entry, "name", type->fields[i].name);
    set(self, entry, "kind", make_kind(self, &type->fields[i]));
    append(self, array, entry);
  }
  return array;
}

/* Named arguments say so. */
static void
list_record(struct description *self, const tsfn_record *type, bool is_named) {
  if (see(self, self->seen_records, type->name)) return;
  napi_value record = new_object(self);
  set_string(self, record, "name", type->name);
  set(self, record, "fields", make_fields(self, type));
  if (is_named) set_bool(self, record, "named", true);
  append(self, self->records, record);
}

/* Named arguments are a record that may be left out. */
static bool
is_named(const tsfn_field *field) {
  return field->kind == TSFN_KIND_record &&
         field->presence == TSFN_PRESENCE_optional;
}

static void
list_enum(struct description *self, const tsfn_enum *type) {
  if (see(self, self->seen_enums, type->name)) return;
  napi_value entry = new_object(self), values = new_array(self);
  for (size_t i = 0; i < type->count; i++)
    append(self, values, new_string(self, type->values[i]));
  set_string(self, entry, "name", type->name);
  set(self, entry, "values", values);
  append(self, self->enums, entry);
}

static napi_value make_function(struct description *self,
                                const tsfn_export *declared);

static void
list_object(struct description *self, const tsfn_object *type) {
  if (see(self, self->seen_objects, type->record.name)) return;
  napi_value object = new_object(self), methods = new_array(self);
  for (size_t i = 0; i < type->method_count; i++)
    append(self, methods, make_function(self, type->methods[i]));
  set_string(self, object, "name", type->record.name);
  set_string(self, object, "doc", type->doc);
  set(self, object, "methods", methods);
  append(self, self->objects, object);
}

/* The words behind the record of a callback. */
static void
set_words(struct description *self, napi_value kind, size_t words) {
  const char *delivery = (words & TSFN__WORD_batch) != 0     ? "batch"
                         : (words & TSFN__WORD_columns) != 0 ? "columns"
                         : (words & TSFN__WORD_packed_columns) != 0
                             ? "packed-columns"
                         : (words & TSFN__WORD_latest) != 0 ? "latest"
                                                            : "each";
  set_string(self, kind, "delivery", delivery);
  set_string(self, kind, "errors",
             (words & TSFN__WORD_values_only) != 0 ? "values-only"
                                                   : "error-first");
  set_string(self, kind, "passing",
             (words & TSFN__WORD_as_arguments) != 0 ? "arguments" : "object");
}

/* The kind that a callback which is asked must answer. */
static void
set_reply(struct description *self, napi_value kind, const tsfn_field *field) {
  const tsfn_ask_type *type = (const void *)field->ops;
  if ((field->count & TSFN__WORD_asked()) != 0)
    set(self, kind, "of", make_kind(self, &type->reply()->fields[0]));
}

/* What belongs to a kind beside its name. */
static void
set_details(struct description *self, const tsfn_field *field,
            napi_value kind) {
  const tsfn_record *record = field->record != NULL ? field->record() : NULL;
  switch (field->kind) {
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
  case TSFN_KIND_owned:
    set_bool(self, kind, "nullable", field->presence != TSFN_PRESENCE_required);
    break;
  case TSFN_KIND_number:
    set_string(self, kind, "element", kind_names[field->element]);
    break;
  case TSFN_KIND_array:
    set_string(self, kind, "element", kind_names[field->element]);
    set_count(self, kind, field->count);
    break;
  case TSFN_KIND_text:
    set_count(self, kind, field->count);
    break;
  case TSFN_KIND_enum:
    list_enum(self, field->values);
    set_string(self, kind, "name", field->values->name);
    break;
  case TSFN_KIND_record:
    list_record(self, record, is_named(field));
    set_string(self, kind, "name", record->name);
    break;
  case TSFN_KIND_object:
    list_object(self, (const void *)record);
    set_string(self, kind, "name", record->name);
    break;
  case TSFN_KIND_callback:
    if (record != NULL) list_record(self, record, false);
    set_string(self, kind, "record", record != NULL ? record->name : NULL);
    set_words(self, kind, field->count);
    set_reply(self, kind, field);
    break;
  TSFN__CASE_NESTING:
    set(self, kind, "of", make_kind(self, &field->inner->fields[0]));
    break;
  TSFN__CASE_NUMBER:
  case TSFN_KIND_bool:
  case TSFN_KIND_signal:
  case TSFN_KIND_value:
  case TSFN_KIND_void:
    break;
  }
}

/* Wraps a kind: { kind: 'optional', of }. */
static napi_value
wrap_kind(struct description *self, const char *name, napi_value of) {
  napi_value kind = new_object(self);
  set_string(self, kind, "kind", name);
  set(self, kind, "of", of);
  return kind;
}

/* A pointer that is optional is so by its presence. */
static napi_value
make_kind(struct description *self, const tsfn_field *field) {
  napi_value kind = new_object(self);
  set_string(self, kind, "kind",
             is_named(field) ? "named" : kind_names[field->kind]);
  set_details(self, field, kind);
  return field->presence == TSFN_PRESENCE_optional && !is_named(field)
             ? wrap_kind(self, "optional", kind)
             : kind;
}

/* --- functions ----------------------------------------------------------- */

static napi_value
make_function(struct description *self, const tsfn_export *declared) {
  napi_value function = new_object(self);
  napi_value result = make_kind(self, &declared->result()->fields[0]);
  if (declared->way == TSFN_WAY_PROMISE)
    result = wrap_kind(self, "promise", result);
  set_string(self, function, "name", declared->name);
  set_string(self, function, "doc", declared->doc);
  set_string(self, function, "signature", declared->signature);
  set(self, function, "arguments", make_fields(self, declared->arguments()));
  set(self, function, "result", result);
  return function;
}

napi_value
tsfn__describe(napi_env env, const tsfn_module *module) {
  struct description self = {.env = env, .is_ok = true};
  self.seen_records = new_object(&self);
  self.seen_enums = new_object(&self);
  self.seen_objects = new_object(&self);
  self.objects = new_array(&self);
  self.records = new_array(&self);
  self.enums = new_array(&self);
  napi_value out = new_object(&self), functions = new_array(&self);
  napi_value version = NULL;
  if (self.is_ok) check(&self, napi_create_uint32(env, 1, &version));
  for (size_t i = 0; i < module->count; i++)
    append(&self, functions, make_function(&self, module->exports[i]));
  set(&self, out, "version", version);
  set(&self, out, "functions", functions);
  set(&self, out, "objects", self.objects);
  set(&self, out, "records", self.records);
  set(&self, out, "enums", self.enums);
  if (self.is_ok) return out;
  tsfn__exception_throw(env, NULL, TSFN_FAILURE,
                        "the exports cannot be described");
  return NULL;
}
