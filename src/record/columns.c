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
};

/* The run behind `skip` records, cut to the count. */
static struct tsfn__run
next_run(const struct source *self, size_t skip) {
  struct tsfn__run run = tsfn__queue_peek_behind(self->queue, skip);
  if (run.count > self->count - skip) run.count = self->count - skip;
  return run;
}

static napi_status
fill_typed(napi_env env, const struct tsfn__column *column,
           const struct source *source, napi_value *out) {
  void *memory;
  napi_status status =
      tsfn__column_create(env, column, source->count, out, &memory);
  size_t item_size = column->per_item * column->element_size;
  for (size_t done = 0; status == napi_ok && done < source->count;) {
    struct tsfn__run run = next_run(source, done);
    tsfn__column_fill(column, &run, source->queue->slot_size,
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
    status = tsfn__column_push(env, column, &run, source->queue->slot_size,
                               *out, done);
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
                   struct tsfn__queue *queue, size_t count,
                   tsfn_passing passing, tsfn_arguments *out) {
  struct source source = {queue, count};
  size_t size = tsfn__column_count(record) * sizeof(struct tsfn__column);
  struct tsfn__column *columns =
      tsfn__memory_allocate(&tsfn__memory_default, size);
  if (columns == NULL) return napi_generic_failure;
  tsfn__column_list(record, columns);
  napi_status status = push(env, record, columns, &source, passing, out);
  tsfn__memory_release(&tsfn__memory_default, columns, size);
  return status;
}
