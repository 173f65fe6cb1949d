/* SPDX-License-Identifier: MIT */

/* TSFN_COLUMNS: an object with a column for each field, filled straight from
   the queue; no script is needed. */

#include "core/memory.h"
#include "record/batch.h"
#include "record/column.h"
#include "record/record.h"

struct source {
  struct tsfn__queue *queue;
  size_t count;
  const struct tsfn__column *columns; /* all of the record */
  struct tsfn__columns *reused;       /* NULL: fresh ones */
};

/* --- columns that are handed over again ---------------------------------- */

/* JavaScript has had them, and may have done anything to them: transferred, a
   buffer belongs to somebody else, perhaps another thread. So an array is asked
   for its memory each time, just before it is filled; no JavaScript runs in
   between. */
struct tsfn__columns {
  const tsfn_allocator *allocator;
  size_t count;
  napi_ref arrays[]; /* one for each column; NULL: none yet, or not typed */
};

/* Fewer would be grown out of at once. */
#define CAPACITY_MIN 64u

static size_t
size_of(size_t count) {
  return sizeof(struct tsfn__columns) + count * sizeof(napi_ref);
}

struct tsfn__columns *
tsfn__columns_create(const tsfn_record *record,
                     const tsfn_allocator *allocator) {
  size_t count = tsfn__column_count(record);
  struct tsfn__columns *self =
      tsfn__memory_allocate_zero(allocator, size_of(count));
  if (self == NULL) return NULL;
  self->allocator = allocator;
  self->count = count;
  return self;
}

void
tsfn__columns_destroy(napi_env env, struct tsfn__columns *self) {
  for (size_t i = 0; i < self->count; i++)
    if (self->arrays[i] != NULL) napi_delete_reference(env, self->arrays[i]);
  tsfn__memory_release(self->allocator, self, size_of(self->count));
}

/* False: there is none, it is too short, or its memory is not its own. */
static bool
find_array(napi_env env, napi_ref reference, size_t elements, napi_value *array,
           void **memory) {
  napi_typedarray_type type;
  napi_value buffer;
  size_t length, offset;
  bool is_detached;
  return reference != NULL &&
         napi_get_reference_value(env, reference, array) == napi_ok &&
         *array != NULL &&
         napi_get_typedarray_info(env, *array, &type, &length, memory, &buffer,
                                  &offset) == napi_ok &&
         napi_is_detached_arraybuffer(env, buffer, &is_detached) == napi_ok &&
         !is_detached && *memory != NULL && length >= elements;
}

static napi_status
reuse(napi_env env, napi_ref *reference, const struct tsfn__column *column,
      size_t count, napi_value *array, void **memory) {
  size_t capacity = CAPACITY_MIN;
  if (find_array(env, *reference, count * column->per_item, array, memory))
    return napi_ok;
  while (capacity < count)
    capacity *= 2;
  if (*reference != NULL) napi_delete_reference(env, *reference);
  *reference = NULL;
  napi_status status =
      tsfn__column_create(env, column, capacity, false, array, memory);
  return status == napi_ok ? napi_create_reference(env, *array, 1, reference)
                           : status;
}

static napi_status
typed_array(napi_env env, const struct tsfn__column *column,
            const struct source *source, napi_value *array, void **memory) {
  if (source->reused == NULL)
    return tsfn__column_create(env, column, source->count, true, array, memory);
  size_t index = (size_t)(column - source->columns);
  return reuse(env, &source->reused->arrays[index], column, source->count,
               array, memory);
}

/* --- filling ------------------------------------------------------------- */

/* The run behind `skip` records. */
static struct tsfn__run
next_run(const struct source *self, size_t skip) {
  return tsfn__queue_peek_again(self->queue, skip, self->count - skip);
}

static napi_status
fill_typed(napi_env env, const struct tsfn__column *column,
           const struct source *source, napi_value *out) {
  void *memory;
  napi_status status = typed_array(env, column, source, out, &memory);
  size_t item_size = column->per_item * column->element_size;
  for (size_t done = 0; status == napi_ok && done < source->count;) {
    struct tsfn__run run = next_run(source, done);
    tsfn__column_fill(column, &run, tsfn__queue_slot_size(source->queue),
                      (char *)memory + done * item_size);
    done += run.count;
  }
  return status;
}

static napi_status
fill_values(napi_env env, const struct tsfn__column *column,
            const struct source *source, napi_value *out) {
  napi_status status = napi_create_array_with_length(env, source->count, out);
  for (size_t done = 0; status == napi_ok && done < source->count;) {
    struct tsfn__run run = next_run(source, done);
    status = tsfn__column_push(
        env, column, &run, tsfn__queue_slot_size(source->queue), *out, done);
    done += run.count;
  }
  return status;
}

/* The names, not the numbers that a batch's loop reads. */
static bool
is_typed(const struct tsfn__column *column) {
  return column->is_typed && column->field->kind != TSFN_KIND_enum;
}

static napi_status create_object(napi_env env, const tsfn_record *record,
                                 struct tsfn__column **column,
                                 const struct source *source, napi_value *out);

static napi_status
create_field(napi_env env, const tsfn_field *field,
             struct tsfn__column **column, const struct source *source,
             napi_value *out) {
  if (field->kind == TSFN_KIND_record)
    return create_object(env, field->record(), column, source, out);
  const struct tsfn__column *own = (*column)++;
  return is_typed(own) ? fill_typed(env, own, source, out)
                       : fill_values(env, own, source, out);
}

static napi_status
create_object(napi_env env, const tsfn_record *record,
              struct tsfn__column **column, const struct source *source,
              napi_value *out) {
  napi_status status = napi_create_object(env, out);
  for (size_t i = 0; status == napi_ok && i < record->field_count; i++) {
    napi_property_descriptor property = {.utf8name = record->fields[i].name,
                                         .attributes = napi_default_jsproperty};
    status =
        create_field(env, &record->fields[i], column, source, &property.value);
    if (status == napi_ok)
      status = napi_define_properties(env, *out, 1, &property);
  }
  return status;
}

static napi_status
append(tsfn_arguments *out, napi_value value) {
  return tsfn_push(out, value) == TSFN_OK ? napi_ok : napi_generic_failure;
}

static napi_status
push(napi_env env, const tsfn_record *record, struct tsfn__column *column,
     const struct source *source, tsfn_passing passing, tsfn_arguments *out) {
  napi_value value;
  napi_status status = napi_ok;
  if (passing == TSFN_AS_OBJECT) {
    status = create_object(env, record, &column, source, &value);
    return status == napi_ok ? append(out, value) : status;
  }
  for (size_t i = 0; status == napi_ok && i < record->field_count; i++) {
    status = create_field(env, &record->fields[i], &column, source, &value);
    if (status == napi_ok) status = append(out, value);
  }
  return status;
}

napi_status
tsfn__columns_push(napi_env env, const tsfn_record *record,
                   struct tsfn__columns *reused, struct tsfn__queue *queue,
                   size_t count, tsfn_passing passing, tsfn_arguments *out) {
  size_t size = tsfn__column_count(record) * sizeof(struct tsfn__column);
  struct tsfn__column *columns =
      tsfn__memory_allocate(&tsfn__memory_default, size);
  if (columns == NULL) return napi_generic_failure;
  struct source source = {queue, count, columns, reused};
  tsfn__column_list(record, columns);
  napi_status status = push(env, record, columns, &source, passing, out);
  tsfn__memory_release(&tsfn__memory_default, columns, size);
  return status;
}
