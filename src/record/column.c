/* SPDX-License-Identifier: MIT */
#include "record/column.h"

#include <string.h>

#include "record/record.h"

const struct tsfn__column tsfn__column_places = {
    .type = napi_int32_array,
    .element_size = sizeof(int32_t),
    .per_item = TSFN__PLACE,
};

/* --- layout -------------------------------------------------------------- */

size_t
tsfn__column_count(const tsfn_record *record) {
  size_t count = 0;
  for (size_t i = 0; i < record->field_count; i++) {
    const tsfn_field *field = &record->fields[i];
    count += field->kind == TSFN_KIND_record
                 ? tsfn__column_count(field->record())
                 : 1;
  }
  return count;
}

/* Describes the column of one field, which lies at `offset` in the outermost
   record with all that it is nested in. */
static void
describe_column(const tsfn_field *field, size_t offset,
                struct tsfn__column *out) {
  memset(out, 0, sizeof *out);
  out->field = field;
  out->offset = offset + field->offset;
  out->per_item = field->kind == TSFN_KIND_array ? field->count : 1;
  out->is_typed = true;
  switch (field->kind) {
  case TSFN_KIND_bool:
  case TSFN_KIND_enum: /* of 256 values at the most */
    out->type = napi_uint8_array;
    out->element_size = 1;
    break;
  case TSFN_KIND_number:
    out->type = napi_float64_array;
    out->element_size = sizeof(double);
    break;
  TSFN__CASE_NUMBER:
  case TSFN_KIND_array:
    out->type = tsfn__record_array_type(field->element);
    out->element_size = field->size / out->per_item;
    break;
  case TSFN_KIND_text:
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
  case TSFN_KIND_owned:
  case TSFN_KIND_record:
  TSFN__CASE_NESTING:
  TSFN__CASE_EXPORTED:
    out->is_typed = false;
    break;
  }
}

/* Writes the columns of a record that lies at `offset` in the outermost one;
   answers the end of what it has written. */
static struct tsfn__column *
list_columns(const tsfn_record *record, size_t offset,
             struct tsfn__column *out) {
  for (size_t i = 0; i < record->field_count; i++) {
    const tsfn_field *field = &record->fields[i];
    if (field->kind == TSFN_KIND_record)
      out = list_columns(field->record(), offset + field->offset, out);
    else
      describe_column(field, offset, out++);
  }
  return out;
}

void
tsfn__column_list(const tsfn_record *record, struct tsfn__column *out) {
  list_columns(record, 0, out);
}

/* --- typed --------------------------------------------------------------- */

/* Bytes from which on a column's memory is a Buffer's. To clear fewer bytes
   takes less time than to make a Buffer. */
#define RAW_MIN 2048u

/* Makes an ArrayBuffer of memory that is not cleared. Only a Buffer has such
   memory in Node-API, so it makes a Buffer and takes its ArrayBuffer. That must
   be the Buffer's own: a small Buffer lies in a larger one that it shares with
   others, a pool. False: it is shared, or could not be made. */
static bool
create_raw_buffer(napi_env env, size_t bytes, void **memory,
                  napi_value *buffer) {
  napi_value view;
  size_t offset, length;
  void *start;
  return napi_create_buffer(env, bytes, memory, &view) == napi_ok &&
         napi_get_typedarray_info(env, view, NULL, NULL, NULL, buffer,
                                  &offset) == napi_ok &&
         napi_get_arraybuffer_info(env, *buffer, &start, &length) == napi_ok &&
         offset == 0 && length == bytes && start == *memory;
}

/* Where a raw buffer cannot be had an ordinary one is made, so a host without
   Buffers is only slower. */
napi_status
tsfn__column_buffer(napi_env env, size_t bytes, bool is_raw, void **memory,
                    napi_value *buffer) {
  if (is_raw && bytes >= RAW_MIN &&
      create_raw_buffer(env, bytes, memory, buffer))
    return napi_ok;
  return napi_create_arraybuffer(env, bytes, memory, buffer);
}

napi_status
tsfn__column_create(napi_env env, const struct tsfn__column *self, size_t count,
                    bool is_raw, napi_value *array, void **memory) {
  napi_value buffer;
  size_t elements = count * self->per_item;
  napi_status status = tsfn__column_buffer(env, elements * self->element_size,
                                           is_raw, memory, &buffer);
  return status == napi_ok ? napi_create_typedarray(env, self->type, elements,
                                                    buffer, 0, array)
                           : status;
}

/* One loop for each size. The compiler knows the size in each, so that a copy
   is one load and one store instead of a call. */
#define COPY(bytes)                                                            \
  for (size_t i = 0; i < count; i++)                                           \
  memcpy(to + i * (bytes), from + i * stride, (bytes))

/* Copies `count` values of `size` bytes, which lie `stride` bytes apart, one
   behind the other. Records of one number lie so already. */
static void
copy_strided(char *to, const char *from, size_t size, size_t stride,
             size_t count) {
  if (size == stride) {
    memcpy(to, from, size * count);
    return;
  }
  switch (size) {
  case 1:
    COPY(1);
    break;
  case 2:
    COPY(2);
    break;
  case 4:
    COPY(4);
    break;
  case 8:
    COPY(8);
    break;
  default:
    COPY(size);
  }
}

/* Fills a column of number(i64) or number(u64): with the nearest double of
   each. */
static void
copy_as_double(double *to, const char *from, tsfn_kind kind, size_t stride,
               size_t count) {
  for (size_t i = 0; i < count; i++, from += stride)
    to[i] = kind == TSFN_KIND_u64 ? (double)*(const uint64_t *)from
                                  : (double)*(const int64_t *)from;
}

/* A bool is copied as a byte that is 0 or 1, whatever C has stored; an enum as
   its value, which is the index of its name. */
void
tsfn__column_fill(const struct tsfn__column *self, const struct tsfn__run *run,
                  size_t slot_size, void *memory) {
  const tsfn_field *field = self->field;
  const char *from = (const char *)run->slots + self->offset;
  unsigned char *bytes = memory;
  switch (field->kind) {
  case TSFN_KIND_number:
    copy_as_double(memory, from, field->element, slot_size, run->count);
    break;
  case TSFN_KIND_bool:
    for (size_t i = 0; i < run->count; i++)
      bytes[i] = *(const unsigned char *)(from + i * slot_size) != 0;
    break;
  case TSFN_KIND_enum:
    for (size_t i = 0; i < run->count; i++)
      bytes[i] =
          (unsigned char)tsfn__record_enum_value(field, from + i * slot_size);
    break;
  TSFN__CASE_NUMBER:
  case TSFN_KIND_array:
    copy_strided(memory, from, field->size, slot_size, run->count);
    break;
  case TSFN_KIND_text: /* these are no typed columns */
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
  case TSFN_KIND_owned:
  case TSFN_KIND_record:
  TSFN__CASE_NESTING:
  TSFN__CASE_EXPORTED:
    break;
  }
}

/* --- values -------------------------------------------------------------- */

/* Values whose handles are given back together, by one handle scope. */
#define VALUES_IN_SCOPE 64u

/* Puts the values of one handle scope. `from` is the field of the first record;
   tsfn__record_field_to_js wants the record, so the offset is taken off
   again. */
static napi_status
push_some(napi_env env, const struct tsfn__column *self, char *from,
          size_t slot_size, size_t count, napi_value array, size_t index) {
  napi_status status = napi_ok;
  for (size_t i = 0; status == napi_ok && i < count; i++, from += slot_size) {
    napi_value value;
    status = tsfn__record_field_to_js(env, self->field,
                                      from - self->field->offset, &value);
    if (status == napi_ok)
      status = napi_set_element(env, array, (uint32_t)(index + i), value);
  }
  return status;
}

napi_status
tsfn__column_push(napi_env env, const struct tsfn__column *self,
                  const struct tsfn__run *run, size_t slot_size,
                  napi_value array, size_t index) {
  napi_handle_scope scope;
  napi_status status = napi_ok;
  for (size_t i = 0; status == napi_ok && i < run->count;
       i += VALUES_IN_SCOPE) {
    size_t count = run->count - i;
    if (count > VALUES_IN_SCOPE) count = VALUES_IN_SCOPE;
    status = napi_open_handle_scope(env, &scope);
    if (status != napi_ok) break;
    status =
        push_some(env, self, (char *)run->slots + i * slot_size + self->offset,
                  slot_size, count, array, index + i);
    napi_close_handle_scope(env, scope);
  }
  return status;
}
