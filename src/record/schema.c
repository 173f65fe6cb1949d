/* SPDX-License-Identifier: MIT */

/* Records that are made at run time (tsfn/schema.h): the table that TSFN_RECORD
   would have written, in one allocation.

     | record | fields | details of each field | names |

   The details of a field are the records of one field that an optional or a
   list has (nesting.h). The fields of the struct stand in the order of the
   schema, each aligned for its kind, and a nested record for any kind. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/kind_ops.h"
#include "record/nesting.h"
#include "record/record.h"

/* What an optional list needs: the record of its value, the list, and that of
   an element. */
struct details {
  tsfn_record value_record;
  tsfn_field value;
  tsfn_record element_record;
  tsfn_field element;
};

/* A record on its way. */
struct making {
  tsfn_record *record;
  tsfn_field *fields;
  struct details *details;
  char *names; /* the next one's place */
};

static size_t
round_up(size_t size, size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

/* --- one kind ------------------------------------------------------------ */

/* The operations of a kind, as its row of kind_macros.h has them. */
static const struct tsfn__kind_ops *
ops_of(tsfn_kind kind) {
  switch (kind) {
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
    return &tsfn__text_kind;
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    return &tsfn__bytes_kind;
  case TSFN_KIND_owned:
    return &tsfn__owned_kind;
  case TSFN_KIND_optional:
    return &tsfn__optional_kind;
  case TSFN_KIND_list:
    return &tsfn__list_kind;
  TSFN__CASE_NUMBER:
  TSFN__CASE_EXPORTED:
  case TSFN_KIND_bool:
  case TSFN_KIND_number:
  case TSFN_KIND_enum:
  case TSFN_KIND_text:
  case TSFN_KIND_array:
  case TSFN_KIND_record:
    break;
  }
  return NULL;
}

/* What a field of this kind is aligned to. */
static size_t
alignment_of(const tsfn_field *field) {
  switch (field->kind) {
  TSFN__CASE_NUMBER:
  case TSFN_KIND_bool:
  case TSFN_KIND_number:
  case TSFN_KIND_enum:
    return field->size;
  case TSFN_KIND_text:
    return 1;
  case TSFN_KIND_array:
    return field->size / field->count;
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
  case TSFN_KIND_owned:
  case TSFN_KIND_list:
    return sizeof(void *);
  case TSFN_KIND_optional:
    return alignment_of(tsfn__nesting_inner(field));
  TSFN__CASE_EXPORTED:
  case TSFN_KIND_record:
    break;
  }
  return TSFN__ALIGNMENT;
}

static bool
is_pointer(tsfn_kind kind) {
  return kind == TSFN_KIND_string || kind == TSFN_KIND_slice ||
         kind == TSFN_KIND_bytes || kind == TSFN_KIND_buffer ||
         kind == TSFN_KIND_owned;
}

/* Fills in a field whose kind is not made of another. Its size stays 0 where
   there is no such kind, which tsfn__record_check tells. */
static void
fill_field(tsfn_field *out, const tsfn_schema_field *in, tsfn_kind kind,
           const char *name) {
  bool has_count = kind == TSFN_KIND_text || kind == TSFN_KIND_array;
  bool has_element = kind == TSFN_KIND_number || kind == TSFN_KIND_array;
  memset(out, 0, sizeof *out);
  out->name = name;
  out->kind = kind;
  out->element = has_element ? in->element : kind;
  out->count = has_count ? in->count : 1;
  out->record = kind == TSFN_KIND_record ? in->record : NULL;
  out->values = kind == TSFN_KIND_enum ? in->values : NULL;
  out->ops = ops_of(kind);
  out->size = kind == TSFN_KIND_enum ? sizeof(int) : 0;
  out->size = tsfn__record_field_size(out);
}

/* Makes the record of one field. It has the name of the record that the field
   is in, which messages tell. */
static void
fill_record(tsfn_record *out, const char *name, const tsfn_field *field,
            size_t size) {
  memset(out, 0, sizeof *out);
  out->name = name;
  out->size = size;
  out->fields = field;
  out->field_count = 1;
  if (field->size != 0) out->traits = tsfn__record_field_traits(field);
}

/* Fills in a list of the elements' kind. */
static void
fill_list(tsfn_field *out, struct details *details, const tsfn_schema_field *in,
          const char *name, const char *record) {
  bool is_element = in->element != TSFN_KIND_text &&
                    in->element != TSFN_KIND_array &&
                    in->element != TSFN_KIND_number;
  fill_field(&details->element, in, is_element ? in->element : TSFN_KIND_END,
             name);
  fill_record(&details->element_record, record, &details->element,
              details->element.size);
  fill_field(out, in, TSFN_KIND_list, name);
  out->inner = &details->element_record;
  out->size = tsfn__record_field_size(out);
}

/* Makes the field an optional of what it was. */
static void
make_optional(tsfn_field *field, struct details *details, const char *record) {
  tsfn_field *value = &details->value;
  *value = *field;
  size_t alignment = alignment_of(value);
  value->offset = round_up(sizeof(bool), alignment);
  fill_record(&details->value_record, record, value,
              round_up(value->offset + value->size, alignment));
  memset(field, 0, sizeof *field);
  field->name = value->name;
  field->kind = field->element = TSFN_KIND_optional;
  field->count = 1;
  field->ops = ops_of(TSFN_KIND_optional);
  field->inner = &details->value_record;
  field->size = details->value_record.size;
}

/* --- the record ---------------------------------------------------------- */

static const char *
copy_name(struct making *self, const char *name) {
  char *copy = self->names;
  size_t size = strlen(name) + 1;
  memcpy(copy, name, size);
  self->names += size;
  return copy;
}

/* Appends a field behind the last one. */
static void
add_field(struct making *self, const tsfn_schema_field *in) {
  tsfn_record *record = self->record;
  tsfn_field *field = &self->fields[record->field_count];
  struct details *details = &self->details[record->field_count];
  const char *name = copy_name(self, in->name);
  if (in->kind == TSFN_KIND_list)
    fill_list(field, details, in, name, record->name);
  else
    fill_field(field, in, in->kind, name);
  record->field_count++;
  if (field->size == 0) return; /* tsfn__record_check will refuse the record */
  if (is_pointer(field->kind))
    field->presence =
        in->nullable ? TSFN_PRESENCE_optional : TSFN_PRESENCE_required;
  else if (in->nullable)
    make_optional(field, details, record->name);
  field->offset = round_up(record->size, alignment_of(field));
  record->size = field->offset + field->size;
  record->traits |= TSFN__AT_RUN_TIME | tsfn__record_field_traits(field);
}

/* Bytes of the one allocation. 0: they are too many, or a name is missing. */
static size_t
size_of_all(const char *name, const tsfn_schema_field *fields, size_t count) {
  size_t each = sizeof(tsfn_field) + sizeof(struct details);
  if (count > (SIZE_MAX / 4) / each) return 0;
  size_t size = sizeof(tsfn_record) + count * each + strlen(name) + 1;
  for (size_t i = 0; i < count; i++) {
    if (fields[i].name == NULL || *fields[i].name == '\0') return 0;
    size_t length = strlen(fields[i].name);
    if (length >= SIZE_MAX / 2 - size) return 0;
    size += length + 1;
  }
  return size;
}

/* Answers TSFN_INVALID, for these words. */
static tsfn_status
refuse(char *why, const char *words) {
  if (why != NULL) snprintf(why, TSFN_SCHEMA_WHY, "%s", words);
  return TSFN_INVALID;
}

tsfn_status
tsfn_record_make(const char *name, const tsfn_schema_field *fields,
                 size_t count, tsfn_record **out, char *why) {
  char message[TSFN_SCHEMA_WHY];
  if (out == NULL) return refuse(why, "there is no place for the record");
  *out = NULL;
  if (why != NULL) *why = '\0';
  if (name == NULL) return refuse(why, "a record has no name");
  if (fields == NULL) return refuse(why, "a record has no fields");
  size_t size = size_of_all(name, fields, count);
  if (size == 0)
    return refuse(why, "a field has no name, or there are too many");
  tsfn_record *record = calloc(1, size);
  if (record == NULL) return TSFN_NO_MEMORY;
  struct making self = {record, (tsfn_field *)(record + 1), NULL, NULL};
  self.details = (struct details *)(self.fields + count);
  self.names = (char *)(self.details + count);
  record->name = copy_name(&self, name);
  record->fields = self.fields;
  record->codec = &tsfn__record_codec;
  for (size_t i = 0; i < count; i++)
    add_field(&self, &fields[i]);
  record->size = round_up(record->size, TSFN__ALIGNMENT);
  if (tsfn__record_check(record, message, sizeof message) == NULL) {
    *out = record;
    return TSFN_OK;
  }
  free(record);
  return refuse(why, message);
}

void
tsfn_record_free(tsfn_record *type) {
  free(type);
}

void *
tsfn_record_value(const tsfn_record *type, void *record, size_t index) {
  const tsfn_field *field = &type->fields[index];
  char *value = (char *)record + field->offset;
  if (field->kind != TSFN_KIND_optional) return value;
  *(bool *)value = true;
  return value + tsfn__nesting_inner(field)->offset;
}

bool
tsfn_record_has(const tsfn_record *type, const void *record, size_t index) {
  const tsfn_field *field = &type->fields[index];
  const char *value = (const char *)record + field->offset;
  const void *pointer;
  if (field->kind == TSFN_KIND_optional) return tsfn__optional_has(value);
  if (!is_pointer(field->kind)) return true;
  memcpy(&pointer, value, sizeof pointer); /* the first member of each */
  return pointer != NULL;
}
