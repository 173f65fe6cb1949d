/* SPDX-License-Identifier: MIT */

/* TSFN_PACKED_COLUMNS, a mode: as TSFN_COLUMNS, but a column of bytes or of
   text is all of its data in one array, and offsets into it, in the layout of
   Apache Arrow. So a million packets can be scanned without an object for each.
   For the record { path: string, line: u32 } a call with ('a', 1), (NULL, 2),
   ('bc', 3) is

     callback(null, {
       path: {
         data: Uint8Array [ 97, 98, 99 ],
         offsets: Uint32Array [ 0, 1, 1, 3 ],
         validity: Uint8Array [ 0b101 ],
       },
       line: Uint32Array [ 1, 2, 3 ],
     }, 3)

   Text is the UTF-8 that was sent, without its NUL. `validity` has a bit for
   each value, the lowest first, which is 0 for NULL; it is null where no value
   is NULL. Loop thread, inside of a crossing. */

#include <string.h>

#include "crossing/runs.h"
#include "record/columns.h"
#include "record/record.h"
#include "record/together.h"

/* Bytes of all packed columns in one call, at the most; a record that has more
   goes by itself. The limit keeps a flood of large values from being held
   twice. */
#define CALL_BYTES 67108864u

/* One value. `data` is NULL where the value is NULL. */
struct span {
  const void *data;
  size_t size;
};

static bool
takes(const tsfn_field *field) {
  switch (field->kind) {
  case TSFN_KIND_text:
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    return true;
  TSFN__CASE_NUMBER:
  case TSFN_KIND_bool:
  case TSFN_KIND_number:
  case TSFN_KIND_enum:
  case TSFN_KIND_owned:
  case TSFN_KIND_array:
  case TSFN_KIND_record:
  TSFN__CASE_NESTING:
  TSFN__CASE_EXPORTED:
    break;
  }
  return false;
}

/* The value of a field that is packed. */
static struct span
span_of(const tsfn_field *field, const void *value) {
  struct span span = {value, 0};
  const tsfn_slice *slice = value;
  const tsfn_bytes *bytes = value;
  if (field->kind == TSFN_KIND_text) {
    const char *end = memchr(value, '\0', field->count);
    span.size =
        end != NULL ? (size_t)(end - (const char *)value) : field->count;
  } else if (field->kind == TSFN_KIND_string) {
    span.data = *(const char *const *)value;
    if (span.data != NULL) span.size = strlen(span.data);
  } else if (field->kind == TSFN_KIND_slice) {
    span.data = slice->data;
    span.size = slice->size;
  } else {
    span.data = bytes->data;
    span.size = bytes->size;
  }
  return span;
}

/* --- one column ---------------------------------------------------------- */

/* The columns of offsets and of bytes, by which column.c makes their memory. */
static const struct tsfn__column offsets_column = {
    .type = napi_uint32_array,
    .element_size = sizeof(uint32_t),
    .per_item = 1,
};
static const struct tsfn__column bytes_column = {
    .type = napi_uint8_array,
    .element_size = 1,
    .per_item = 1,
};

/* A column in the making. */
struct packed {
  const struct tsfn__giving *giving;
  const struct tsfn__column *column;
  size_t count;
  uint32_t *offsets; /* count + 1 of them */
  size_t nulls;
};

static struct span
span_in_run(const struct packed *self, const struct tsfn__run *run,
            size_t index) {
  size_t slot_size =
      tsfn__queue_slot_size(&self->giving->outlet->channel.queue);
  return span_of(self->column->field,
                 run->slots + index * slot_size + self->column->offset);
}

/* Writes the offsets, and counts the NULLs. False: the data has more bytes than
   an offset can tell. */
static bool
measure_values(struct packed *self) {
  uint64_t at = 0;
  self->offsets[0] = 0;
  for (size_t done = 0; done < self->count;) {
    struct tsfn__run run = tsfn__runs_next(self->giving, done, self->count);
    for (size_t i = 0; i < run.count; i++) {
      struct span span = span_in_run(self, &run, i);
      at += span.size;
      if (at > UINT32_MAX) return false;
      self->nulls += span.data == NULL;
      self->offsets[done + i + 1] = (uint32_t)at;
    }
    done += run.count;
  }
  return true;
}

/* Copies the data. `validity` NULL: no value is NULL; else it is all zero. */
static void
copy(const struct packed *self, unsigned char *data, unsigned char *validity) {
  for (size_t done = 0; done < self->count;) {
    struct tsfn__run run = tsfn__runs_next(self->giving, done, self->count);
    for (size_t i = 0; i < run.count; i++) {
      struct span span = span_in_run(self, &run, i);
      size_t index = done + i;
      if (span.size != 0)
        memcpy(data + self->offsets[index], span.data, span.size);
      if (validity != NULL && span.data != NULL)
        validity[index / 8] |= (unsigned char)(1u << index % 8);
    }
    done += run.count;
  }
}

static napi_status
make_object(napi_env env, napi_value data, napi_value offsets,
            napi_value validity, napi_value *out) {
  const napi_property_descriptor properties[] = {
      {.utf8name = "data",
       .value = data,
       .attributes = napi_default_jsproperty},
      {.utf8name = "offsets",
       .value = offsets,
       .attributes = napi_default_jsproperty},
      {.utf8name = "validity",
       .value = validity,
       .attributes = napi_default_jsproperty},
  };
  napi_status status = napi_create_object(env, out);
  return status == napi_ok ? napi_define_properties(env, *out, 3, properties)
                           : status;
}

static napi_status
pack(const struct tsfn__giving *giving, const struct tsfn__column *column,
     size_t count, napi_value *out) {
  napi_env env = giving->env;
  struct packed self = {giving, column, count, NULL, 0};
  napi_value data, offsets, validity = giving->null;
  void *memory, *bytes = NULL, *bits = NULL;
  napi_status status = tsfn__column_create(env, &offsets_column, count + 1,
                                           true, &offsets, &memory);
  if (status != napi_ok) return status;
  self.offsets = memory;
  if (!measure_values(&self)) return napi_generic_failure;
  status = tsfn__column_create(env, &bytes_column, self.offsets[count], true,
                               &data, &bytes);
  if (status == napi_ok && self.nulls != 0)
    status = tsfn__column_create(env, &bytes_column, (count + 7) / 8, false,
                                 &validity, &bits);
  if (status != napi_ok) return status;
  copy(&self, bytes, bits);
  return make_object(env, data, offsets, validity, out);
}

static const struct tsfn__packing packing = {takes, pack};

/* --- the mode ------------------------------------------------------------ */

/* Bytes of all that is packed of one record. */
static size_t
record_bytes(const tsfn_record *type, const char *record) {
  size_t sum = 0;
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    const char *value = record + field->offset;
    if (field->kind == TSFN_KIND_record)
      sum += record_bytes(field->record(), value);
    else if (takes(field))
      sum += span_of(field, value).size;
  }
  return sum;
}

/* How many of the first `count` records go in one call. */
static size_t
fit_call(struct tsfn__giving *giving, size_t count) {
  const struct tsfn__outlet *outlet = giving->outlet;
  size_t slot_size = tsfn__queue_slot_size(&outlet->channel.queue);
  size_t left = CALL_BYTES;
  for (size_t done = 0; done < count;) {
    struct tsfn__run run = tsfn__runs_next(giving, done, count);
    for (size_t i = 0; i < run.count; i++) {
      const char *record = (const char *)run.slots + i * slot_size;
      size_t bytes = record_bytes(outlet->shape.record, record);
      if (bytes > left) return done + i != 0 ? done + i : 1;
      left -= bytes;
    }
    done += run.count;
  }
  return count;
}

static enum tsfn__outcome
call_packed(struct tsfn__giving *giving, size_t count) {
  return tsfn__columns_call(giving, count, &packing);
}

static enum tsfn__outcome
give_packed(struct tsfn__giving *giving) {
  return tsfn__together_give(giving, fit_call, call_packed);
}

const tsfn_delivery tsfn_delivery_packed_columns = {
    .name = "TSFN_PACKED_COLUMNS",
    .wants_record = true,
    .reuses_columns = true,
    .budget_items = TSFN__BUDGET_ITEMS_OF_COLUMNS,
    .takes = tsfn__together_takes,
    .give = give_packed,
    .release = tsfn__columns_release,
};
