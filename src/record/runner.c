/* SPDX-License-Identifier: MIT */

/* How the script and the budget talk, at the beginning of a drain of fast
   records:

     script    check(0)  record 0  check(1)  records 1, 2  check(3)  3 to 6  ...
     limit     1                   3                       7
     charged   0                   1                       2

   The script asks before the first record and at each limit, so that a clock
   which C reads decides how far it goes; the limits grow while the records are
   fast (budget.h). The records after its last question are charged when it has
   returned (tsfn__runner_run). */

#include "record/runner.h"

#include <string.h>

#include "core/memory.h"
#include "crossing/runs.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "record/column.h"
#include "record/joined.h"
#include "record/kind_ops.h"
#include "record/natives.h"
#include "record/script.h"
#include "record/views.h"

/* What C and the script share: an Int32Array, whose memory C reads and writes.
   The script writes the index before each call, so that C knows where a throw
   came from. */
enum state {
  STATE_INDEX,   /* of the record that is being called for */
  STATE_STOP,    /* not 0: leave after this record */
  STATE_TICKING, /* not 0: in nextTick and promise callbacks, not in a record */
  STATE_MOVED,   /* not 0: the last record left another async context */
  STATE_WORDS
};

/* Records that the first columns have room for. Columns grow with what a run
   brings, so that a function that sends little keeps little. */
#define CAPACITY_MIN 64u

struct tsfn__runner {
  struct tsfn__running running; /* first: it is cast back to this */
  const tsfn_record *record;
  const tsfn_allocator *allocator;
  size_t slot_size;
  size_t column_count;
  /* In the allocation of the runner, behind it; `memory` follows them. */
  struct tsfn__column *columns;
  /* For each column the bytes of a typed array: of a typed column, or of the
     places of a joined one. They are JavaScript's, and `arrays` keeps them
     alive. */
  void **memory;
  size_t capacity; /* in records; 0: no columns yet */
  int32_t *state;
  /* Keeps `state` alive. */
  napi_ref state_array;
  /* An Array of the typed arrays. */
  napi_ref arrays;
  /* The methods of the script. */
  napi_ref resize;  /* (arrays) => undefined */
  napi_ref deliver; /* (index, end, values) => the index behind the last */
  napi_ref collect; /* (array, ...values) => undefined */
  napi_ref flush;   /* () => undefined; of a list only */

  /* While it runs, or what was there when it ran last. */
  struct tsfn__outlet *outlet;
  struct tsfn__budget *budget;
  uint32_t asked_at; /* the index when the script asked last */

  struct tsfn__sink *sink; /* NULL: nobody wants what the callback returns */
};

/* Tells the script to return: it looks at STATE_STOP after each call of the
   callback. */
static void
stop_runner(struct tsfn__running *running) {
  ((struct tsfn__runner *)running)->state[STATE_STOP] = 1;
}

/* --- the realm's part: what the script asks C ---------------------------- */

/* The realm's part: the function by which every script of the environment asks
   C. */
struct check {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref function;
};

/* The function `check` of the script: (index) => limit. The script calls it
   when it reaches record `index`, and may then deliver records up to, not
   including, `limit`. limit <= index: return now, before record `index`. The
   call also tells how many records are done since the last one, which the
   budget is charged for. Which runner asks is known by the realm: the innermost
   one that runs. */
static napi_value
check_budget(napi_env env, napi_callback_info info) {
  void *data;
  size_t count = 1;
  napi_value value, result;
  uint32_t index = 0;
  if (napi_get_cb_info(env, info, &count, &value, NULL, &data) != napi_ok ||
      napi_get_value_uint32(env, value, &index) != napi_ok)
    return NULL;
  const struct tsfn__realm *realm = data;
  struct tsfn__runner *self = (struct tsfn__runner *)realm->running;
  uint32_t limit = index;
  if (self != NULL) {
    if (!tsfn__lifecycle_is_stopped(&self->outlet->channel.lifecycle))
      limit += tsfn__budget_ask(self->budget, index - self->asked_at);
    self->asked_at = index;
    if (self->sink != NULL) limit = self->sink->reach(self->sink, index, limit);
    /* The sink may have run JavaScript, which has aborted the function. */
    if (self->state[STATE_STOP] != 0) limit = index;
  }
  return napi_create_uint32(env, limit, &result) == napi_ok ? result : NULL;
}

TSFN__OS_COLD static bool
open_check(struct tsfn__part *part, struct tsfn__realm *realm) {
  return tsfn__realm_make_function(realm, check_budget, realm,
                                   &((struct check *)part)->function);
}

TSFN__OS_COLD static void
close_check(struct tsfn__part *part, napi_env env) {
  tsfn__reference_drop(env, &((struct check *)part)->function);
}

static const struct tsfn__part_ops check_ops = {sizeof(struct check),
                                                open_check, close_check};

/* Answers that function, one for each realm. NULL: out of memory, or the host
   refused. */
TSFN__OS_COLD static napi_value
get_check(struct tsfn__realm *realm) {
  struct check *self = (struct check *)tsfn__realm_part(realm, &check_ops);
  return self != NULL ? tsfn__reference_get(realm->env, self->function) : NULL;
}

/* --- construction -------------------------------------------------------- */

/* Keeps a value in the place of what the reference kept before. */
static napi_status
keep(napi_env env, napi_value value, napi_ref *reference) {
  tsfn__reference_drop(env, reference);
  return napi_create_reference(env, value, 1, reference);
}

/* Makes the array that C and the script share, all zero. */
static napi_status
make_state(napi_env env, struct tsfn__runner *self, napi_value *array) {
  return tsfn__host_words(env, STATE_WORDS, &self->state, array)
             ? keep(env, *array, &self->state_array)
             : napi_generic_failure;
}

/* Makes the names of the enum fields, an Array of Arrays in the order of the
   columns: the script finds a name by its index and makes no string. */
static napi_status
make_names(napi_env env, const struct tsfn__runner *self, napi_value *out) {
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

/* Makes an Array of the functions by which the script makes views, in the order
   of their columns. */
static napi_status
make_views(napi_env env, const struct tsfn__runner *self,
           struct tsfn__realm *realm, napi_value *out) {
  uint32_t count = 0;
  napi_status status = napi_create_array(env, out);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    const struct tsfn__views *views = tsfn__kind_views(column->field);
    if (views == NULL) continue;
    napi_value function = views->function(realm, column);
    status = function != NULL ? napi_set_element(env, *out, count++, function)
                              : napi_generic_failure;
  }
  return status;
}

/* Keeps one method of the object that the factory has answered. */
static napi_status
keep_member(napi_env env, napi_value object, const char *name,
            napi_ref *reference) {
  napi_value member;
  napi_status status = napi_get_named_property(env, object, name, &member);
  return status == napi_ok ? keep(env, member, reference) : status;
}

/* Calls factory(callback, check, natives, views, state, names, process, tick,
   frame, keep), which answers an object whose methods the runner keeps. The
   callback becomes a constant of the script, so that the engine can inline it.
   So does the frame: each crossing of the function has the same one. */
static napi_status
make_methods(struct tsfn__runner *self, const struct tsfn__giving *giving,
             const struct tsfn__script *script, napi_value keep_function) {
  napi_env env = giving->env;
  struct tsfn__realm *realm = giving->outlet->realm;
  napi_value factory, methods,
      arguments[10] = {giving->callback, get_check(realm),
                       tsfn__natives_get(realm)};
  const struct tsfn__ticks *ticks = &giving->ticks;
  arguments[6] = script->has_tick ? ticks->receiver : giving->undefined;
  arguments[7] = script->has_tick ? ticks->function : giving->undefined;
  arguments[8] = script->has_frame ? ticks->frame : giving->undefined;
  arguments[9] = script->has_keep ? keep_function : giving->undefined;
  if (arguments[1] == NULL || arguments[2] == NULL) return napi_generic_failure;
  napi_status status = make_views(env, self, realm, &arguments[3]);
  if (status == napi_ok) status = make_state(env, self, &arguments[4]);
  if (status == napi_ok) status = make_names(env, self, &arguments[5]);
  if (status == napi_ok) status = tsfn__script_factory(env, script, &factory);
  if (status == napi_ok)
    status = napi_call_function(env, giving->undefined, factory, 10, arguments,
                                &methods);
  if (status == napi_ok)
    status = keep_member(env, methods, "resize", &self->resize);
  if (status == napi_ok)
    status = keep_member(env, methods, "deliver", &self->deliver);
  if (status == napi_ok)
    status = keep_member(env, methods, "collect", &self->collect);
  if (status == napi_ok && script->is_list)
    status = keep_member(env, methods, "flush", &self->flush);
  return status;
}

/* Bytes of the one allocation: the runner, its columns, their memory's
   addresses. */
static size_t
size_of_runner(size_t columns) {
  return sizeof(struct tsfn__runner) +
         columns * (sizeof(struct tsfn__column) + sizeof(void *));
}

/* In whatever state making it has ended. */
void
tsfn__runner_destroy(struct tsfn__runner *self, napi_env env) {
  tsfn__reference_drop(env, &self->state_array);
  tsfn__reference_drop(env, &self->arrays);
  tsfn__reference_drop(env, &self->resize);
  tsfn__reference_drop(env, &self->deliver);
  tsfn__reference_drop(env, &self->collect);
  tsfn__reference_drop(env, &self->flush);
  tsfn__memory_release(self->allocator, self,
                       size_of_runner(self->column_count));
}

/* Makes a runner. NULL: this host runs no script of ours, the records cannot go
   this way, or out of memory; nothing is held and no exception is left. */
TSFN__OS_COLD static struct tsfn__runner *
make_runner(const struct tsfn__giving *giving, bool is_list,
            struct tsfn__sink *sink, napi_value keep_function) {
  const struct tsfn__outlet *outlet = giving->outlet;
  const struct tsfn__shape *shape = &outlet->shape;
  struct tsfn__script script = {.record = shape->record,
                                .allocator = &shape->allocator,
                                .errors = outlet->errors,
                                .passing = outlet->passing,
                                .is_list = is_list,
                                .has_tick = !is_list && sink == NULL &&
                                            outlet->microtasks ==
                                                TSFN_MICROTASKS_PER_CALL,
                                .has_keep = sink != NULL};
  napi_value ignored;
  if (script.has_tick && giving->ticks.function == NULL) return NULL;
  script.has_frame = giving->ticks.frame != NULL;
  /* Nothing would tell that a record left another async context. */
  if (script.has_tick && !script.has_frame &&
      tsfn__outlet_renews_context(outlet))
    return NULL;
  /* A run may end before its records do (by the budget, a throw), and the rest
     is converted again; but memory that a record owns moves to JavaScript once.
     In a list every record of a run is delivered, so there it may move. */
  if (!is_list && (shape->record->traits & TSFN__OWNS)) return NULL;
  size_t count = tsfn__column_count(shape->record);
  struct tsfn__runner *self =
      tsfn__memory_allocate_zero(&shape->allocator, size_of_runner(count));
  if (self == NULL) return NULL;
  self->running.stop = stop_runner;
  self->sink = sink;
  self->record = shape->record;
  self->allocator = &shape->allocator;
  self->slot_size = tsfn__queue_slot_size(&outlet->channel.queue);
  self->column_count = count;
  self->columns = (struct tsfn__column *)(self + 1);
  self->memory = (void **)(self->columns + count);
  tsfn__column_list(shape->record, self->columns);
  if (make_methods(self, giving, &script, keep_function) == napi_ok)
    return self;
  (void)tsfn__exception_take(giving->env, &ignored);
  tsfn__runner_destroy(self, giving->env);
  return NULL;
}

struct tsfn__runner *
tsfn__runner_make(const struct tsfn__giving *giving, struct tsfn__sink *sink,
                  napi_value keep_function) {
  return make_runner(giving, false, sink, keep_function);
}

struct tsfn__runner *
tsfn__runner_get(const struct tsfn__giving *giving, bool is_list) {
  struct tsfn__outlet *outlet = giving->outlet;
  if (!outlet->has_tried)
    outlet->mode_state = make_runner(giving, is_list, NULL, NULL);
  outlet->has_tried = true;
  return outlet->mode_state;
}

void
tsfn__runner_release(struct tsfn__outlet *outlet) {
  struct tsfn__runner *self = outlet->mode_state;
  if (self != NULL) tsfn__runner_destroy(self, outlet->realm->env);
  outlet->mode_state = NULL;
}

/* --- a run --------------------------------------------------------------- */

/* Whether the script finds the values of this column by their places: in longer
   strings, or in larger buffers. */
static bool
has_places(const struct tsfn__column *column) {
  return tsfn__joined_takes(column->field) ||
         tsfn__kind_views(column->field) != NULL;
}

/* Makes the typed array of one column, for `capacity` records: its values or
   their places (joined.h, slab.h). */
static napi_status
create_memory(napi_env env, const struct tsfn__column *column, size_t capacity,
              napi_value *array, void **memory) {
  return tsfn__column_create(env,
                             column->is_typed ? column : &tsfn__column_places,
                             capacity, false, array, memory);
}

/* Makes new typed arrays for `count` records and more, and hands them to the
   script, which keeps them in variables. Until the script has them the capacity
   is 0, so that a failure here makes the next run try again. */
static napi_status
grow_columns(napi_env env, struct tsfn__runner *self, size_t count) {
  size_t capacity = self->capacity != 0 ? self->capacity : CAPACITY_MIN;
  napi_value arrays, array, undefined;
  uint32_t typed = 0;
  while (capacity < count)
    capacity *= 2;
  napi_status status = napi_create_array(env, &arrays);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    if (!column->is_typed && !has_places(column)) continue;
    status = create_memory(env, column, capacity, &array, &self->memory[i]);
    if (status == napi_ok)
      status = napi_set_element(env, arrays, typed++, array);
  }
  self->capacity = 0; /* until the script has them */
  if (status == napi_ok) status = keep(env, arrays, &self->arrays);
  if (status == napi_ok) status = napi_get_undefined(env, &undefined);
  if (status == napi_ok)
    status = napi_call_function(env, undefined,
                                tsfn__reference_get(env, self->resize), 1,
                                &arrays, NULL);
  if (status == napi_ok) self->capacity = capacity;
  return status;
}

/* Fills a column of strings. It has two Arrays in `values`, new for each run,
   so that nothing keeps the strings of an earlier run alive. */
static napi_status
fill_joined(napi_env env, struct tsfn__runner *self, size_t index,
            const struct tsfn__run *run, napi_value values, uint32_t *untyped) {
  struct tsfn__joined strings;
  napi_status status = tsfn__joined_fill(
      env, &self->columns[index], run, self->slot_size,
      tsfn__reference_get(env, self->collect), self->memory[index], &strings);
  if (status == napi_ok)
    status = napi_set_element(env, values, (*untyped)++, strings.parents);
  if (status == napi_ok)
    status = napi_set_element(env, values, (*untyped)++, strings.values);
  return status;
}

/* Fills the one Array of a column: its buffers, or its values. */
static napi_status
fill_array(napi_env env, struct tsfn__runner *self, size_t index,
           const struct tsfn__run *run, napi_value *array) {
  const struct tsfn__column *column = &self->columns[index];
  const struct tsfn__views *views = tsfn__kind_views(column->field);
  if (views != NULL)
    return views->fill(self->outlet, column, run, self->memory[index], array);
  napi_status status = napi_create_array_with_length(env, run->count, array);
  return status == napi_ok
             ? tsfn__column_push(env, column, run, self->slot_size, *array, 0)
             : status;
}

/* Fills a column that is not typed. It has one Array in `values`; strings have
   two. */
static napi_status
fill_value_column(napi_env env, struct tsfn__runner *self, size_t index,
                  const struct tsfn__run *run, napi_value values,
                  uint32_t *untyped) {
  const struct tsfn__column *column = &self->columns[index];
  napi_value array;
  if (tsfn__joined_takes(column->field))
    return fill_joined(env, self, index, run, values, untyped);
  napi_status status = fill_array(env, self, index, run, &array);
  return status == napi_ok ? napi_set_element(env, values, (*untyped)++, array)
                           : status;
}

/* Copies the run into columns. The typed ones are the script's already; *values
   is a new Array with what the others consist of, in the order of the
   columns. */
static napi_status
fill_columns(napi_env env, struct tsfn__runner *self,
             const struct tsfn__run *run, napi_value *values) {
  uint32_t untyped = 0;
  napi_status status = napi_create_array(env, values);
  for (size_t i = 0; status == napi_ok && i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    if (column->is_typed) {
      tsfn__column_fill(column, run, self->slot_size, self->memory[i]);
      continue;
    }
    status = fill_value_column(env, self, i, run, *values, &untyped);
  }
  return status;
}

/* Bytes of each column of kind bytes or buffer in one run, at the most. */
#define RUN_BYTES 262144u

size_t
tsfn__runner_fit(const struct tsfn__runner *self, const struct tsfn__run *run) {
  struct tsfn__run fit = *run;
  for (size_t i = 0; i < self->column_count; i++) {
    const struct tsfn__column *column = &self->columns[i];
    const struct tsfn__views *views = tsfn__kind_views(column->field);
    if (views != NULL)
      fit.count = views->fit(column, &fit, self->slot_size, RUN_BYTES);
  }
  return fit.count;
}

/* Prepares the arguments of deliver(0, count, values), which includes all
   conversion: when it has succeeded the script runs without Node-API. The
   shared state begins anew. */
static napi_status
prepare_run(struct tsfn__runner *self, napi_env env,
            const struct tsfn__run *run, napi_value arguments[3]) {
  napi_status status = napi_ok;
  memset(self->state, 0, STATE_WORDS * sizeof(int32_t));
  self->asked_at = 0;
  if (run->count > self->capacity) status = grow_columns(env, self, run->count);
  if (status == napi_ok) status = fill_columns(env, self, run, &arguments[2]);
  if (status == napi_ok) status = napi_create_uint32(env, 0, &arguments[0]);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)run->count, &arguments[1]);
  return status;
}

/* Calls deliver(0, count, values). *end is the index behind the last record
   that is done or, where the script did not return, of the record that it was
   at. A callback may run the event loop, and another runner in it: so the
   realm's `running` is kept and put back. The function's own drain is not run
   in its callback, so the outlet has one at a time. */
static napi_status
call_deliver(struct tsfn__runner *self, const struct tsfn__giving *giving,
             const napi_value arguments[3], size_t *end) {
  struct tsfn__realm *realm = giving->outlet->realm;
  struct tsfn__running *outer = realm->running;
  napi_value result;
  int32_t index = 0;
  self->running.outer = outer;
  realm->running = giving->outlet->running = &self->running;
  napi_status status = napi_call_function(
      giving->env, giving->undefined,
      tsfn__reference_get(giving->env, self->deliver), 3, arguments, &result);
  realm->running = outer;
  giving->outlet->running = NULL;
  if (status == napi_ok)
    status = napi_get_value_int32(giving->env, result, &index);
  *end = (size_t)(status == napi_ok ? index : self->state[STATE_INDEX]);
  return status;
}

/* `since` are the records that the script has not told C of: those after its
   last question. They are charged here, with the one that was under way. */
struct tsfn__runner_end
tsfn__runner_run(struct tsfn__runner *self, const struct tsfn__giving *giving,
                 const struct tsfn__run *run) {
  struct tsfn__runner_end end = {.outcome = TSFN__OUTCOME_FAILED};
  napi_value arguments[3];
  self->outlet = giving->outlet;
  self->budget = giving->budget;
  if (prepare_run(self, giving->env, run, arguments) != napi_ok) return end;
  end.has_begun = true;
  napi_status status = call_deliver(self, giving, arguments, &end.done);
  end.outcome = tsfn__runs_outcome(giving, status);
  end.is_in_tick = self->state[STATE_TICKING] != 0;
  end.is_elsewhere = self->state[STATE_MOVED] != 0;
  end.is_interrupted =
      status != napi_ok && !end.is_in_tick && end.done < run->count;
  uint32_t since = (uint32_t)end.done + end.is_interrupted - self->asked_at;
  bool is_list = self->flush != NULL;
  if (since != 0 && !is_list) (void)tsfn__budget_ask(self->budget, since);
  return end;
}

napi_status
tsfn__runner_flush(struct tsfn__runner *self, napi_env env) {
  napi_value undefined;
  napi_status status = napi_get_undefined(env, &undefined);
  if (status != napi_ok) return status;
  return napi_call_function(
      env, undefined, tsfn__reference_get(env, self->flush), 0, NULL, NULL);
}
