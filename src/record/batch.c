/* SPDX-License-Identifier: MIT */

/* The loop that delivers many records in one call: see src/node/codec.h. */

#include <string.h>

#include "core/memory.h"
#include "node/codec.h"
#include "os/os.h"
#include "record/batch.h"
#include "record/column.h"
#include "record/joined.h"
#include "record/script.h"

/* What C and the loop share. */
enum state {
  STATE_INDEX,   /* of the record whose turn it is */
  STATE_STOP,    /* not 0: leave after this record */
  STATE_TICKING, /* not 0: in nextTick and promise callbacks, not in a record */
  STATE_WORDS
};

/* The columns grow with what a run brings, from few, so that a function that
   sends little keeps little. */
#define CAPACITY_MIN 64u

struct tsfn__batch {
  const tsfn_record *record;
  const tsfn_allocator *allocator;
  size_t slot_size;
  size_t column_count;
  struct tsfn__column *columns;
  void **memory;   /* of the typed columns and the joined ones' places */
  size_t capacity; /* in records; 0: no columns yet */
  int32_t *state;
  napi_ref state_ref; /* keeps `state` alive */
  napi_ref arrays;    /* an Array of the typed columns; keeps `memory` alive */
  napi_ref resize;    /* (arrays) => undefined */
  napi_ref deliver;   /* (index, end, values) => the index behind the last */
  napi_ref collect;   /* (array, ...values) => undefined */
  napi_ref flush;     /* () => undefined */
};

static napi_value
value_of(napi_env env, napi_ref reference) {
  napi_value value = NULL;
  if (reference == NULL ||
      napi_get_reference_value(env, reference, &value) != napi_ok)
    return NULL;
  return value;
}

static void
forget(napi_env env, napi_ref *reference) {
  if (*reference != NULL) napi_delete_reference(env, *reference);
  *reference = NULL;
}

static napi_status
keep(napi_env env, napi_value value, napi_ref *reference) {
  forget(env, reference);
  return napi_create_reference(env, value, 1, reference);
}

/* --- construction -------------------------------------------------------- */

static napi_status
make_state(napi_env env, struct tsfn__batch *self, napi_value *array) {
  void *memory;
  napi_value buffer;
  napi_status status = napi_create_arraybuffer(
      env, STATE_WORDS * sizeof(int32_t), &memory, &buffer);
  if (status == napi_ok)
    status = napi_create_typedarray(env, napi_int32_array, STATE_WORDS, buffer,
                                    0, array);
  if (status != napi_ok) return status;
  self->state = memory;
  memset(memory, 0, STATE_WORDS * sizeof(int32_t));
  return keep(env, *array, &self->state_ref);
}

/* The names of each enum field, an Array of Arrays. */
static napi_status
make_names(napi_env env, const struct tsfn__batch *self, napi_value *out) {
  napi_value names, name;
  uint32_t enums = 0;
  napi_status status = napi_create_array(env, out);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const tsfn_field *field = self->columns[i].field;
    if (field->kind != TSFN_KIND_enum) continue;
    status = napi_create_array(env, &names);
    for (size_t j = 0; status == napi_ok && j < field->values->count; j++) {
      status = napi_create_string_utf8(env, field->values->values[j],
                                       NAPI_AUTO_LENGTH, &name);
      if (status == napi_ok)
        status = napi_set_element(env, names, (uint32_t)j, name);
    }
    if (status == napi_ok) status = napi_set_element(env, *out, enums++, names);
  }
  return status;
}

static napi_status
keep_member(napi_env env, napi_value object, const char *name,
            napi_ref *reference) {
  napi_value member;
  napi_status status = napi_get_named_property(env, object, name, &member);
  return status == napi_ok ? keep(env, member, reference) : status;
}

/* factory(callback, check, state, names, process, tick) answers the loop. */
static napi_status
make_loop(napi_env env, struct tsfn__batch *self,
          const struct tsfn__batch_setup *setup) {
  napi_value arguments[6], factory, undefined, loop;
  napi_status status = napi_get_undefined(env, &undefined);
  if (status == napi_ok) status = make_state(env, self, &arguments[2]);
  if (status == napi_ok) status = make_names(env, self, &arguments[3]);
  if (status == napi_ok) status = tsfn__script_factory(env, setup, &factory);
  if (status != napi_ok) return status;
  arguments[0] = setup->callback;
  arguments[1] = setup->check;
  arguments[4] = setup->tick != NULL ? setup->process : undefined;
  arguments[5] = setup->tick != NULL ? setup->tick : undefined;
  status = napi_call_function(env, undefined, factory, 6, arguments, &loop);
  if (status == napi_ok)
    status = keep_member(env, loop, "resize", &self->resize);
  if (status == napi_ok)
    status = keep_member(env, loop, "deliver", &self->deliver);
  if (status == napi_ok)
    status = keep_member(env, loop, "collect", &self->collect);
  if (status == napi_ok && setup->is_list)
    status = keep_member(env, loop, "flush", &self->flush);
  return status;
}

static size_t
size_of(size_t columns) {
  return sizeof(struct tsfn__batch) +
         columns * (sizeof(struct tsfn__column) + sizeof(void *));
}

void
tsfn__batch_destroy(napi_env env, struct tsfn__batch *self) {
  forget(env, &self->state_ref);
  forget(env, &self->arrays);
  forget(env, &self->resize);
  forget(env, &self->deliver);
  forget(env, &self->collect);
  forget(env, &self->flush);
  tsfn__memory_release(self->allocator, self, size_of(self->column_count));
}

TSFN__OS_COLD struct tsfn__batch *
tsfn__batch_create(napi_env env, const struct tsfn__batch_setup *setup) {
  /* A call for each record may end before its run does (the budget, a throw),
     and the rest is converted again; what a record owns moves only once. */
  if (!setup->is_list && (setup->record->traits & TSFN__OWNS)) return NULL;
  size_t count = tsfn__column_count(setup->record);
  struct tsfn__batch *self =
      tsfn__memory_allocate_zero(setup->allocator, size_of(count));
  if (self == NULL) return NULL;
  self->record = setup->record;
  self->allocator = setup->allocator;
  self->slot_size = setup->slot_size;
  self->column_count = count;
  self->columns = (struct tsfn__column *)(self + 1);
  self->memory = (void **)(self->columns + count);
  tsfn__column_list(setup->record, self->columns);
  if (make_loop(env, self, setup) == napi_ok) return self;
  napi_value ignored;
  napi_get_and_clear_last_exception(env, &ignored);
  tsfn__batch_destroy(env, self);
  return NULL;
}

/* --- a run --------------------------------------------------------------- */

/* A column of strings is two Arrays that are new for each run, and a typed
   array of places: see joined.h. */
static napi_status
create_memory(napi_env env, const struct tsfn__column *column, size_t capacity,
              napi_value *array, void **memory) {
  struct tsfn__column places = {
      .type = napi_int32_array,
      .element_size = sizeof(int32_t),
      .per_item = TSFN__JOINED_PLACE,
  };
  return tsfn__column_create(env, column->is_typed ? column : &places, capacity,
                             false, array, memory);
}

/* New typed columns for `count` records and more. */
static napi_status
grow(napi_env env, struct tsfn__batch *self, size_t count) {
  size_t capacity = self->capacity != 0 ? self->capacity : CAPACITY_MIN;
  napi_value arrays, array, undefined;
  uint32_t typed = 0;
  while (capacity < count)
    capacity *= 2;
  napi_status status = napi_create_array(env, &arrays);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    if (!column->is_typed && !tsfn__joined_takes(column->field)) continue;
    status = create_memory(env, column, capacity, &array, &self->memory[i]);
    if (status == napi_ok)
      status = napi_set_element(env, arrays, typed++, array);
  }
  self->capacity = 0; /* until the loop has them */
  if (status == napi_ok) status = keep(env, arrays, &self->arrays);
  if (status == napi_ok) status = napi_get_undefined(env, &undefined);
  if (status == napi_ok)
    status = napi_call_function(env, undefined, value_of(env, self->resize), 1,
                                &arrays, NULL);
  if (status == napi_ok) self->capacity = capacity;
  return status;
}

static napi_status
fill_joined(napi_env env, struct tsfn__batch *self, size_t index,
            const struct tsfn__run *run, napi_value values, uint32_t *untyped) {
  struct tsfn__joined strings;
  napi_status status = tsfn__joined_fill(
      env, &self->columns[index], run, self->slot_size,
      value_of(env, self->collect), self->memory[index], &strings);
  if (status == napi_ok)
    status = napi_set_element(env, values, (*untyped)++, strings.parents);
  if (status == napi_ok)
    status = napi_set_element(env, values, (*untyped)++, strings.values);
  return status;
}

static napi_status
fill_values(napi_env env, struct tsfn__batch *self, size_t index,
            const struct tsfn__run *run, napi_value values, uint32_t *untyped) {
  const struct tsfn__column *column = &self->columns[index];
  napi_value array;
  if (tsfn__joined_takes(column->field))
    return fill_joined(env, self, index, run, values, untyped);
  napi_status status = napi_create_array_with_length(env, run->count, &array);
  if (status == napi_ok)
    status = tsfn__column_push(env, column, run, self->slot_size, array, 0);
  return status == napi_ok ? napi_set_element(env, values, (*untyped)++, array)
                           : status;
}

/* *values is an Array of an Array for each column that is not typed, of two for
   strings. */
static napi_status
fill(napi_env env, struct tsfn__batch *self, const struct tsfn__run *run,
     napi_value *values) {
  uint32_t untyped = 0;
  napi_status status = napi_create_array(env, values);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    if (column->is_typed) {
      tsfn__column_fill(column, run, self->slot_size, self->memory[i]);
      continue;
    }
    status = fill_values(env, self, i, run, *values, &untyped);
  }
  return status;
}

napi_status
tsfn__batch_run(napi_env env, struct tsfn__batch *self,
                const struct tsfn__run *run, size_t *done,
                enum tsfn__batch_stage *stage) {
  napi_value arguments[3], undefined, result;
  int32_t end = 0;
  napi_status status = napi_ok;
  *done = 0;
  self->state[STATE_INDEX] = 0;
  self->state[STATE_STOP] = 0;
  self->state[STATE_TICKING] = 0;
  if (run->count > self->capacity) status = grow(env, self, run->count);
  if (status == napi_ok) status = fill(env, self, run, &arguments[2]);
  if (status == napi_ok) status = napi_create_uint32(env, 0, &arguments[0]);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)run->count, &arguments[1]);
  if (status == napi_ok) status = napi_get_undefined(env, &undefined);
  bool is_running = status == napi_ok;
  if (status == napi_ok)
    status = napi_call_function(env, undefined, value_of(env, self->deliver), 3,
                                arguments, &result);
  if (status == napi_ok) status = napi_get_value_int32(env, result, &end);
  *done = (size_t)(status == napi_ok ? end : self->state[STATE_INDEX]);
  *stage = !is_running                       ? TSFN__BATCH_NOT_BEGUN
           : self->state[STATE_TICKING] != 0 ? TSFN__BATCH_IN_TICK
                                             : TSFN__BATCH_IN_CALLBACK;
  return status;
}

napi_status
tsfn__batch_flush(napi_env env, struct tsfn__batch *self) {
  napi_value undefined;
  napi_status status = napi_get_undefined(env, &undefined);
  if (status != napi_ok) return status;
  return napi_call_function(env, undefined, value_of(env, self->flush), 0, NULL,
                            NULL);
}

void
tsfn__batch_stop(struct tsfn__batch *self) {
  self->state[STATE_STOP] = 1;
}
