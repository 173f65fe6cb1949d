/* SPDX-License-Identifier: MIT */

/* TSFN_COLUMNS, a mode: one call with a column for each field, filled straight
   from the queue. A host that runs no script is only slower with bytes. How
   many records a call has is told in together.h. Loop thread, inside of a
   crossing.

   The columns of a call are new, and the callback's to keep. With
   options.reuse_columns typed columns are kept by the mode and filled again for
   the next call. For the record { path: string, line: u32 } a call is

     callback(null, { path: [ 'a', 'b' ], line: Uint32Array [ 1, 2 ] }, 2)
     callback(null, [ 'a', 'b' ], Uint32Array [ 1, 2 ], 2)

   passed as an object and as arguments. */

#include "record/columns.h"
#include "core/memory.h"
#include "crossing/runs.h"
#include "node/reference.h"
#include "record/kind_ops.h"
#include "record/record.h"
#include "record/together.h"
#include "record/views.h"

/* Where the columns of one call come from: the first `count` records of the
   queue. */
struct source {
  const struct tsfn__giving *giving;
  size_t count;
  const struct tsfn__column *columns;  /* all of the record's */
  struct columns *reused;              /* NULL: each array is new */
  const struct tsfn__packing *packing; /* NULL: none */
};

/* --- columns that are handed over again ---------------------------------- */

/* The typed columns that are handed over again, one for each column of the
   record. JavaScript has had these arrays, and may have done anything to them:
   the buffer of one that was transferred belongs to somebody else, perhaps to
   another thread. So an array is asked for its memory each time, just before it
   is filled; no JavaScript runs in between. */
struct columns {
  const tsfn_allocator *allocator;
  size_t count;
  napi_ref arrays[]; /* NULL: none yet, or the column is not typed */
};

/* Records that a reused column has room for at first. */
#define CAPACITY_MIN 64u

static size_t
size_of_columns(size_t count) {
  return sizeof(struct columns) + count * sizeof(napi_ref);
}

/* Answers the columns that are kept in the outlet's mode_state. NULL: the
   author did not ask for it, or out of memory; then each array is new, which is
   only slower. */
static struct columns *
get_columns(struct tsfn__outlet *outlet) {
  if (!outlet->reuses_columns || outlet->mode_state != NULL)
    return outlet->mode_state;
  const struct tsfn__shape *shape = &outlet->shape;
  size_t count = tsfn__column_count(shape->record);
  struct columns *self =
      tsfn__memory_allocate_zero(&shape->allocator, size_of_columns(count));
  if (self == NULL) return NULL;
  self->allocator = &shape->allocator;
  self->count = count;
  return outlet->mode_state = self;
}

void
tsfn__columns_release(struct tsfn__outlet *outlet) {
  struct columns *self = outlet->mode_state;
  if (self == NULL) return;
  for (size_t i = 0; i < self->count; i++)
    tsfn__reference_drop(outlet->realm->env, &self->arrays[i]);
  tsfn__memory_release(self->allocator, self, size_of_columns(self->count));
  outlet->mode_state = NULL;
}

/* Finds a kept array and its memory. False: there is none, it is too short for
   `elements`, or JavaScript has transferred its buffer. */
static bool
find_array(napi_env env, napi_ref reference, size_t elements, napi_value *array,
           void **memory) {
  napi_typedarray_type type;
  napi_value buffer;
  size_t length, offset;
  bool is_detached;
  *array = tsfn__reference_get(env, reference);
  return *array != NULL &&
         napi_get_typedarray_info(env, *array, &type, &length, memory, &buffer,
                                  &offset) == napi_ok &&
         napi_is_detached_arraybuffer(env, buffer, &is_detached) == napi_ok &&
         !is_detached && *memory != NULL && length >= elements;
}

/* Answers a kept array with room for `count` records, or makes one and keeps
   that. Its capacity doubles, so that a function that sends more and more makes
   few arrays. It is longer than what is filled; the callback gets the number of
   records beside it. */
static napi_status
reuse_array(napi_env env, napi_ref *reference,
            const struct tsfn__column *column, size_t count, napi_value *array,
            void **memory) {
  size_t capacity = CAPACITY_MIN;
  if (find_array(env, *reference, count * column->per_item, array, memory))
    return napi_ok;
  while (capacity < count)
    capacity *= 2;
  tsfn__reference_drop(env, reference);
  napi_status status =
      tsfn__column_create(env, column, capacity, false, array, memory);
  return status == napi_ok ? napi_create_reference(env, *array, 1, reference)
                           : status;
}

/* Answers the array that a typed column is written to. A new one is raw,
   because all of it will be written; one that is kept is cleared when it is
   made, since the callback sees what is behind the records. */
static napi_status
typed_array(napi_env env, const struct tsfn__column *column,
            const struct source *source, napi_value *array, void **memory) {
  if (source->reused == NULL)
    return tsfn__column_create(env, column, source->count, true, array, memory);
  size_t index = (size_t)(column - source->columns);
  return reuse_array(env, &source->reused->arrays[index], column, source->count,
                     array, memory);
}

/* --- filling ------------------------------------------------------------- */

static size_t
slot_size_in(const struct source *self) {
  return tsfn__queue_slot_size(&self->giving->outlet->channel.queue);
}

/* The run behind the first `skip` records. A run ends where its block of memory
   does, so a column is filled run by run. */
static struct tsfn__run
next_run(const struct source *self, size_t skip) {
  return tsfn__runs_next(self->giving, skip, self->count);
}

/* Fills a typed column from all runs. */
static napi_status
fill_typed(napi_env env, const struct tsfn__column *column,
           const struct source *source, napi_value *out) {
  void *memory;
  napi_status status = typed_array(env, column, source, out, &memory);
  size_t item_size = column->per_item * column->element_size;
  for (size_t done = 0; status == napi_ok && done < source->count;) {
    struct tsfn__run run = next_run(source, done);
    tsfn__column_fill(column, &run, slot_size_in(source),
                      (char *)memory + done * item_size);
    done += run.count;
  }
  return status;
}

/* Fills an Array of values from all runs. Such an Array is always new. */
static napi_status
fill_untyped(napi_env env, const struct tsfn__column *column,
             const struct source *source, napi_value *out) {
  const struct tsfn__views *views = tsfn__kind_views(column->field);
  napi_status status = napi_create_array_with_length(env, source->count, out);
  for (size_t done = 0; status == napi_ok && done < source->count;) {
    struct tsfn__run run = next_run(source, done);
    status = views != NULL
                 ? views->push(source->giving->outlet, column, &run, *out, done)
                 : tsfn__column_push(env, column, &run, slot_size_in(source),
                                     *out, done);
    done += run.count;
  }
  return status;
}

/* Whether the callback gets a typed array. An enum's column is numbers for a
   script, which has the names beside it; here the callback gets the names
   themselves. */
static bool
is_typed(const struct tsfn__column *column) {
  return column->is_typed && column->field->kind != TSFN_KIND_enum;
}

/* Records nest, so a field may be an object of columns. */
static napi_status create_object(napi_env env, const tsfn_record *record,
                                 struct tsfn__column **column,
                                 const struct source *source, napi_value *out);

/* Makes the column of one field, or an object of columns of a nested record.
   *column is the next one of the list, which the walk over the fields moves
   on. */
static napi_status
create_field(napi_env env, const tsfn_field *field,
             struct tsfn__column **column, const struct source *source,
             napi_value *out) {
  if (field->kind == TSFN_KIND_record)
    return create_object(env, field->record(), column, source, out);
  const struct tsfn__column *own = (*column)++;
  const struct tsfn__packing *packing = source->packing;
  if (packing != NULL && packing->takes(field))
    return packing->pack(source->giving, own, source->count, out);
  return is_typed(own) ? fill_typed(env, own, source, out)
                       : fill_untyped(env, own, source, out);
}

/* Makes an object with a column for each field. Properties are defined, not
   set, as in to_js.c. */
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

/* Appends the record's columns to the arguments: one object, or each column by
   itself. */
static napi_status
push_columns(const struct source *source, struct tsfn__column *column,
             tsfn_arguments *out) {
  const struct tsfn__outlet *outlet = source->giving->outlet;
  const tsfn_record *record = outlet->shape.record;
  napi_env env = source->giving->env;
  napi_value value;
  napi_status status = napi_ok;
  if (outlet->passing == TSFN_AS_OBJECT) {
    status = create_object(env, record, &column, source, &value);
    return status == napi_ok ? tsfn__arguments_append(out, value) : status;
  }
  for (size_t i = 0; status == napi_ok && i < record->field_count; i++) {
    status = create_field(env, &record->fields[i], &column, source, &value);
    if (status == napi_ok) status = tsfn__arguments_append(out, value);
  }
  return status;
}

/* Appends the columns and, behind them, the number of records. The list of
   columns is needed during the call only. */
static napi_status
append_columns(struct tsfn__giving *giving, size_t count,
               const struct tsfn__packing *packing, tsfn_arguments *out) {
  struct tsfn__outlet *outlet = giving->outlet;
  const tsfn_record *record = outlet->shape.record;
  size_t size = tsfn__column_count(record) * sizeof(struct tsfn__column);
  struct tsfn__column *columns =
      tsfn__memory_allocate(&tsfn__memory_default, size);
  if (columns == NULL) return napi_generic_failure;
  struct source source = {giving, count, columns, get_columns(outlet), packing};
  napi_value number;
  tsfn__column_list(record, columns);
  napi_status status = push_columns(&source, columns, out);
  tsfn__memory_release(&tsfn__memory_default, columns, size);
  if (status == napi_ok)
    status = napi_create_uint32(giving->env, (uint32_t)count, &number);
  return status == napi_ok ? tsfn__arguments_append(out, number) : status;
}

/* --- the mode ------------------------------------------------------------ */

enum tsfn__outcome
tsfn__columns_call(struct tsfn__giving *giving, size_t count,
                   const struct tsfn__packing *packing) {
  tsfn_arguments arguments;
  enum tsfn__outcome outcome;
  tsfn__arguments_init(&arguments, &giving->outlet->shape.allocator);
  if (giving->outlet->errors == TSFN_ERROR_FIRST)
    tsfn_push(&arguments, giving->null);
  if (append_columns(giving, count, packing, &arguments) == napi_ok)
    outcome = tsfn__give_call(giving, arguments.count, arguments.values);
  else
    outcome = tsfn__give_failure(giving, TSFN_FAILURE);
  tsfn__arguments_deinit(&arguments);
  return outcome;
}

static enum tsfn__outcome
call_with_columns(struct tsfn__giving *giving, size_t count) {
  return tsfn__columns_call(giving, count, NULL);
}

static enum tsfn__outcome
give_columns(struct tsfn__giving *giving) {
  return tsfn__together_give(giving, NULL, call_with_columns);
}

const tsfn_delivery tsfn_delivery_columns = {
    .name = "TSFN_COLUMNS",
    .wants_record = true,
    .reuses_columns = true,
    .budget_items = TSFN__BUDGET_ITEMS_OF_COLUMNS,
    .takes = tsfn__together_takes,
    .give = give_columns,
    .release = tsfn__columns_release,
};
