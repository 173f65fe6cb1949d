/* SPDX-License-Identifier: MIT */

/* Records that are made at run time, from a schema of JavaScript's:

     makeSchema([{ name, kind, nullable, element, count }])   an object with
       .convert(value)   tsfn_record_from, and the value of tsfn_record_to
       .send(callback, value, { count, delivery, passing, errors })
       .size()           bytes of the struct
       .has(value)       which fields have a value
     readme(callback)    the example of tsfn/schema.h

   kind and element are names of kinds. A record is a point, an enum a color. */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/enums.h"
#include "tsfn.h"

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)

#define POINT(FIELD) FIELD(f64, x) FIELD(string, label)
TSFN_RECORD(point, POINT)

static const char *const color_names[] = {"red", "green", "blue"};
static const tsfn_enum color_enum = {"color", color_names, 3};

static const struct {
  const char *name;
  tsfn_kind kind;
} kinds[] = {{"bool", TSFN_KIND_bool},         {"i8", TSFN_KIND_i8},
             {"i16", TSFN_KIND_i16},           {"i32", TSFN_KIND_i32},
             {"i64", TSFN_KIND_i64},           {"u8", TSFN_KIND_u8},
             {"u16", TSFN_KIND_u16},           {"u32", TSFN_KIND_u32},
             {"u64", TSFN_KIND_u64},           {"f32", TSFN_KIND_f32},
             {"f64", TSFN_KIND_f64},           {"number", TSFN_KIND_number},
             {"enum", TSFN_KIND_enum},         {"text", TSFN_KIND_text},
             {"string", TSFN_KIND_string},     {"slice", TSFN_KIND_slice},
             {"bytes", TSFN_KIND_bytes},       {"buffer", TSFN_KIND_buffer},
             {"owned", TSFN_KIND_owned},       {"array", TSFN_KIND_array},
             {"record", TSFN_KIND_record},     {"list", TSFN_KIND_list},
             {"optional", TSFN_KIND_optional}, {"callback", TSFN_KIND_callback},
             {"void", TSFN_KIND_void}};

/* A kind that there is not is the one behind the last. */
static tsfn_kind
kind_of(const char *name) {
  for (size_t i = 0; name != NULL && i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].name, name) == 0) return kinds[i].kind;
  return TSFN_KIND_END;
}

/* --- the object ---------------------------------------------------------- */

typedef struct schema {
  atomic_int references; /* the object's, and one of each function */
  tsfn_record *type;
} schema;

static void
schema_drop(schema *self) {
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  tsfn_record_free(self->type);
  free(self);
}

#define CONVERT(ARGUMENT) ARGUMENT(value, item)
TSFN_METHOD(schema, convert, NULL, CONVERT, value)
#define SEND(ARGUMENT)                                                         \
  ARGUMENT(value, callback)                                                    \
  ARGUMENT(value, item)                                                        \
  ARGUMENT(value, options)                                                     \
  ARGUMENT(u32, count)
TSFN_METHOD(schema, send, NULL, SEND, value)
TSFN_METHOD(schema, size, NULL, TSFN_NONE, u32)
TSFN_METHOD(schema, has, NULL, CONVERT, list(bool))
#define SCHEMA(METHOD)                                                         \
  METHOD(schema, convert)                                                      \
  METHOD(schema, send) METHOD(schema, size) METHOD(schema, has)
TSFN_OBJECT(schema, NULL, SCHEMA, schema_drop)

static napi_value
schema_convert(napi_env env, schema *self, schema_convert_arguments *args) {
  napi_value out = NULL;
  void *item = malloc(self->type->size);
  if (tsfn_record_from(env, self->type, args->item, item) == TSFN_OK)
    tsfn_record_to(env, self->type, item, &out);
  tsfn_record_clear(self->type, item);
  free(item);
  return out;
}

/* Sends the value once. What it owns is the library's when it is accepted. */
static bool
send_one(napi_env env, schema *self, tsfn_function *fn, napi_value value) {
  const tsfn_record *type = self->type;
  char *item = malloc(type->size);
  bool is_done =
      tsfn_record_from(env, type, value, item) == TSFN_OK &&
      tsfn_call_record(fn, type, item, 1, TSFN_NONBLOCKING, NULL) == TSFN_OK;
  for (size_t i = 0; is_done && i < type->field_count; i++)
    if (type->fields[i].kind == TSFN_KIND_owned)
      memset(item + type->fields[i].offset, 0, sizeof(tsfn_owned));
  tsfn_record_clear(type, item);
  free(item);
  return is_done;
}

static void
drop_context(void *context) {
  schema_drop(context);
}

static napi_value
schema_send(napi_env env, schema *self, schema_send_arguments *args) {
  tsfn_options options = {
      .name = "schema",
      .record = self->type,
      .delivery = enums_delivery(env, args->options),
      .passing = enums_passing(env, args->options),
      .errors = enums_errors(env, args->options),
      .context = self,
      .free_context = drop_context,
  };
  tsfn_function *fn;
  if (tsfn_create(env, args->callback, &options, &fn) != TSFN_OK) return NULL;
  atomic_fetch_add(&self->references, 1);
  for (uint32_t i = 0; i < args->count; i++)
    if (!send_one(env, self, fn, args->item)) break;
  tsfn_release(fn);
  return NULL;
}

static tsfn_status
schema_has(napi_env env, schema *self, schema_has_arguments *args,
           schema_has_result *result) {
  static bool has[64];
  void *item = malloc(self->type->size);
  tsfn_status status = tsfn_record_from(env, self->type, args->item, item);
  for (size_t i = 0; status == TSFN_OK && i < self->type->field_count; i++)
    has[i] = tsfn_record_has(self->type, item, i);
  tsfn_record_clear(self->type, item);
  free(item);
  result->items = has;
  result->count = self->type->field_count;
  return status;
}

static tsfn_status
schema_size(napi_env env, schema *self, schema_size_arguments *args,
            uint32_t *result) {
  (void)env, (void)args;
  *result = (uint32_t)self->type->size;
  return TSFN_OK;
}

/* --- making it ----------------------------------------------------------- */

#define SPEC(FIELD)                                                            \
  FIELD(string, name)                                                          \
  FIELD(string, kind)                                                          \
  FIELD(optional(bool), nullable)                                              \
  FIELD(optional(string), element)                                             \
  FIELD(optional(u32), count)
TSFN_RECORD(spec, SPEC)
#define MAKE(ARGUMENT) ARGUMENT(list(record(spec)), fields)
TSFN_EXPORT(makeSchema, NULL, MAKE, object(schema))

/* The message that says why there is no record. */
static tsfn_status
refuse(napi_env env, const char *why) {
  napi_throw_error(env, "E_SCHEMA", why);
  return TSFN_PENDING_EXCEPTION;
}

static tsfn_status
makeSchema(napi_env env, makeSchema_arguments *args, schema **result) {
  size_t count = args->fields.count;
  tsfn_schema_field *fields = calloc(count + 1, sizeof *fields);
  char why[TSFN_SCHEMA_WHY];
  schema *self = calloc(1, sizeof *self);
  for (size_t i = 0; i < count; i++) {
    const spec *in = &args->fields.items[i];
    tsfn_schema_field *out = &fields[i];
    out->name = in->name;
    out->kind = kind_of(in->kind);
    out->nullable = in->nullable.has && in->nullable.value;
    out->element = kind_of(in->element);
    out->count = in->count.has ? in->count.value : 0;
    out->record = point_record;
    out->values = &color_enum;
  }
  tsfn_status status = tsfn_record_make("row", fields, count, &self->type, why);
  free(fields);
  self->references = 1;
  if (status == TSFN_OK && *why == '\0') {
    *result = self;
    return TSFN_OK;
  }
  free(self);
  return refuse(env, why);
}

/* --- the header's example ------------------------------------------------ */

#define README(ARGUMENT) ARGUMENT(value, callback)
TSFN_EXPORT(readme, NULL, README, value)

static void
free_type(void *type) {
  tsfn_record_free(type);
}

static napi_value
readme(napi_env env, readme_arguments *args) {
  tsfn_schema_field fields[] = {
      {.name = "id", .kind = TSFN_KIND_i64},
      {.name = "price", .kind = TSFN_KIND_f64, .nullable = true},
      {.name = "title", .kind = TSFN_KIND_string, .nullable = true}};
  char why[TSFN_SCHEMA_WHY];
  tsfn_record *type;
  tsfn_function *fn;
  if (tsfn_record_make("row", fields, 3, &type, why) != TSFN_OK) return NULL;
  tsfn_options options = {
      .record = type, .context = type, .free_context = free_type};
  if (tsfn_create(env, args->callback, &options, &fn) != TSFN_OK) return NULL;
  void *row = calloc(1, type->size);
  *(int64_t *)tsfn_record_value(type, row, 0) = 5;
  *(const char **)tsfn_record_value(type, row, 2) = "title";
  tsfn_call_record(fn, type, row, 1, TSFN_BLOCKING, NULL);
  *(double *)tsfn_record_value(type, row, 1) = 0.5;
  *(const char **)tsfn_record_value(type, row, 2) = NULL;
  tsfn_call_record(fn, type, row, 1, TSFN_BLOCKING, NULL);
  tsfn_release(fn);
  free(row);
  return NULL;
}

/* [the name of the status, why] of wrong calls. */
#define WRONG(ARGUMENT) ARGUMENT(u32, which)
TSFN_EXPORT(wrong, NULL, WRONG, nonnull(string))

static tsfn_status
wrong(napi_env env, wrong_arguments *args, wrong_result *result) {
  static char why[TSFN_SCHEMA_WHY];
  tsfn_schema_field field = {.name = "x", .kind = TSFN_KIND_u8};
  tsfn_record *type = NULL;
  (void)env;
  if (args->which == 0) tsfn_record_make(NULL, &field, 1, &type, why);
  if (args->which == 1) tsfn_record_make("row", NULL, 1, &type, why);
  if (args->which == 2) tsfn_record_make("row", &field, 0, &type, why);
  if (args->which == 3) tsfn_record_make("row", &field, 1, NULL, why);
  if (args->which == 4) tsfn_record_make("row", &field, SIZE_MAX, &type, why);
  tsfn_record_free(type);
  *result = why;
  return TSFN_OK;
}

#define EXPORTS(EXPORT) EXPORT(makeSchema) EXPORT(readme) EXPORT(wrong)
TSFN_MODULE(EXPORTS)
