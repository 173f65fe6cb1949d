/* SPDX-License-Identifier: MIT */
#include "node/bulk.h"

#include "node/arguments.h"
#include "node/exception.h"
#include "node/function.h"

/* Making the loop costs as much as some hundred conversions, entering it as
   much as a few. So a function gets one when a drain first brings this many
   records, and uses it from then on for runs that are worth it. */
#define LOOP_MIN_TO_CREATE 64u
#define LOOP_MIN_TO_ENTER 4u

/* A run that the budget cuts short was copied in part for nothing, so the next
   is not longer than what was done; it doubles while runs are done in full. */
#define LOOP_RUN_MIN 16u
#define LOOP_RUN_MAX 4096u

/* An array, or columns, are one call, which no budget can cut while it runs. So
   it carries what earlier calls let expect within the budget's time; the first
   one of a function whose callback is slow is the only one that is too long. */
#define CALL_FIRST 512u

/* --- the loop ------------------------------------------------------------ */

static bool
read_reference(napi_env env, napi_ref reference, napi_value *out) {
  return reference != NULL &&
         napi_get_reference_value(env, reference, out) == napi_ok;
}

static void
create_loop(const struct tsfn__turns *self) {
  tsfn_function *function = self->function;
  struct tsfn__environment *environment = function->environment;
  struct tsfn__batch_setup setup = {
      .record = function->record,
      .allocator = &function->allocator,
      .slot_size = tsfn__queue_slot_size(&function->channel.queue),
      .errors = function->errors,
      .passing = function->passing,
      .is_list = function->delivery == TSFN_BATCH,
      .callback = self->callback,
  };
  function->has_tried_loop = true;
  if (!setup.is_list) function->run_max = LOOP_MIN_TO_CREATE;
  if (!read_reference(self->env, environment->check, &setup.check)) return;
  if (function->microtasks == TSFN_MICROTASKS_PER_CALL && !setup.is_list) {
    if (self->tick == NULL) return;
    setup.process = self->process;
    setup.tick = self->tick;
  }
  function->loop = function->codec->batch_create(self->env, &setup);
}

static bool
has_loop(const struct tsfn__turns *self) {
  if (!self->function->has_tried_loop) create_loop(self);
  return self->function->loop != NULL;
}

napi_value
tsfn__bulk_check(napi_env env, napi_callback_info info) {
  void *data;
  size_t count = 1;
  napi_value value, result;
  uint32_t index = 0;
  if (napi_get_cb_info(env, info, &count, &value, NULL, &data) != napi_ok ||
      napi_get_value_uint32(env, value, &index) != napi_ok)
    return NULL;
  struct tsfn__turns *turns = ((struct tsfn__environment *)data)->turns;
  uint32_t to = index;
  if (turns != NULL &&
      !tsfn__lifecycle_is_stopped(&turns->function->channel.lifecycle))
    to += tsfn__budget_ask(turns->budget, index - (uint32_t)turns->asked_at);
  if (turns != NULL) turns->asked_at = index;
  return napi_create_uint32(env, to, &result) == napi_ok ? result : NULL;
}

void
tsfn__bulk_stop(tsfn_function *function) {
  if (function->loop != NULL) function->codec->batch_stop(function->loop);
}

static void
release_loop(tsfn_function *function) {
  if (function->loop == NULL) return;
  function->codec->batch_destroy(function->environment->env, function->loop);
  function->loop = NULL;
}

void
tsfn__bulk_release(tsfn_function *function) {
  napi_env env = function->environment->env;
  release_loop(function);
  if (function->columns != NULL)
    function->codec->columns_destroy(env, function->columns);
  function->columns = NULL;
}

/* --- runs ---------------------------------------------------------------- */

/* What may share a call with its neighbours. */
static bool
is_value(const tsfn_function *function, unsigned char kind) {
  return kind == TSFN__ITEM_VALUE ||
         (function->delivery == TSFN_LATEST &&
          (kind == TSFN__ITEM_BOXED || kind == TSFN__ITEM_POINTER));
}

/* The values at the run's head, no more than the budget has left. To drop one
   costs nothing, so of the newest there is one for all that wait. */
static size_t
values_in(const struct tsfn__turns *self, const struct tsfn__run *run,
          size_t before) {
  if (run->count == 0 || !is_value(self->function, run->kinds[0])) return 0;
  if (self->function->delivery == TSFN_LATEST) return run->count;
  size_t left = self->budget->items - before;
  return run->count < left ? run->count : left;
}

/* The values that stand first in the queue, over several runs. */
static size_t
count_values(const struct tsfn__turns *self) {
  struct tsfn__queue *queue = &self->function->channel.queue;
  size_t count = 0, values;
  struct tsfn__run run;
  do {
    run = tsfn__queue_peek_behind(queue, count);
    values = values_in(self, &run, count);
    count += values;
  } while (values != 0 && values == run.count);
  return count;
}

/* The run behind `skip` of `count` values that were counted. */
static struct tsfn__run
next_run(const struct tsfn__turns *self, size_t skip, size_t count) {
  return tsfn__queue_peek_again(&self->function->channel.queue, skip,
                                count - skip);
}

/* Values that were counted. */
TSFN__OS_OUTLINE static void
complete(const struct tsfn__turns *self, size_t count, tsfn_completion how) {
  while (count != 0) {
    struct tsfn__run run = next_run(self, 0, count);
    tsfn__channel_complete(&self->function->channel, &run, run.count, how);
    count -= run.count;
  }
}

/* The same where they are of several kinds. */
static void
drop(const struct tsfn__turns *self, size_t count) {
  struct tsfn__channel *channel = &self->function->channel;
  while (count != 0) {
    struct tsfn__run run = tsfn__queue_peek(&channel->queue);
    if (run.count > count) run.count = count;
    tsfn__channel_complete(channel, &run, run.count, TSFN_COMPLETION_DROPPED);
    count -= run.count;
  }
}

static enum tsfn__turn
turn_of(const struct tsfn__turns *self, napi_status status) {
  if (status == napi_ok) return TSFN__TURN_DELIVERED;
  return tsfn__turn_is_pending(self) ? TSFN__TURN_THREW : TSFN__TURN_CANNOT_RUN;
}

/* --- modes --------------------------------------------------------------- */

/* One by one is the way that tells what is wrong with a record. */
static enum tsfn__turn
take_first(struct tsfn__turns *self) {
  napi_value ignored;
  struct tsfn__run one = tsfn__queue_peek(&self->function->channel.queue);
  (void)tsfn__exception_take(self->env, &ignored);
  return tsfn__turn_take(self, &one, 1);
}

static void
adapt_run(tsfn_function *function, size_t done, size_t count) {
  if (done < count)
    function->run_max = done > LOOP_RUN_MIN ? (uint32_t)done : LOOP_RUN_MIN;
  else if (function->run_max < LOOP_RUN_MAX)
    function->run_max *= 2;
}

static enum tsfn__turn
give_each(struct tsfn__turns *self, const struct tsfn__run *run) {
  tsfn_function *function = self->function;
  size_t done;
  enum tsfn__batch_stage stage;
  self->asked_at = 0;
  function->environment->turns = self;
  napi_status status =
      function->codec->batch_run(self->env, function->loop, run, &done, &stage);
  function->environment->turns = NULL;
  if (status != napi_ok && stage == TSFN__BATCH_NOT_BEGUN)
    return take_first(self);
  enum tsfn__turn turn = turn_of(self, status);
  bool is_cut = turn != TSFN__TURN_DELIVERED &&
                stage == TSFN__BATCH_IN_CALLBACK && done < run->count;
  uint32_t since = (uint32_t)(done + (is_cut ? 1 : 0) - self->asked_at);
  if (since != 0) (void)tsfn__budget_ask(self->budget, since);
  adapt_run(function, done, run->count);
  complete(self, done, TSFN_COMPLETION_DELIVERED);
  if (turn == TSFN__TURN_THREW && stage == TSFN__BATCH_IN_TICK)
    return tsfn__turn_report_tick(self);
  if (is_cut) complete(self, 1, tsfn__turn_completion(turn));
  return turn;
}

/* Without a loop: what N-API makes of one record, for the list. */
static napi_status
make_element(const struct tsfn__turns *self, void *slot, napi_value *out) {
  tsfn_function *function = self->function;
  tsfn_arguments item;
  tsfn__arguments_init(&item, &function->allocator);
  napi_status status = function->codec->push(self->env, function->record, slot,
                                             function->passing, &item);
  if (status == napi_ok && function->passing == TSFN_AS_OBJECT) {
    *out = item.values[0];
  } else if (status == napi_ok) {
    status = napi_create_array(self->env, out);
    for (size_t i = 0; status == napi_ok && i < item.count; i++)
      status = napi_set_element(self->env, *out, (uint32_t)i, item.values[i]);
  }
  tsfn__arguments_deinit(&item);
  return status;
}

static napi_status
push_list(const struct tsfn__turns *self, const struct tsfn__run *run,
          napi_value list, size_t index) {
  size_t slot_size = tsfn__queue_slot_size(&self->function->channel.queue);
  napi_status status = napi_ok;
  for (size_t i = 0; status == napi_ok && i < run->count; i++) {
    napi_value value;
    status = make_element(self, run->slots + i * slot_size, &value);
    if (status == napi_ok)
      status = napi_set_element(self->env, list, (uint32_t)(index + i), value);
  }
  return status;
}

static enum tsfn__turn
give_list_slowly(struct tsfn__turns *self, size_t count) {
  napi_value values[2] = {self->null, NULL};
  bool has_error = self->function->errors == TSFN_ERROR_FIRST;
  napi_status status = napi_create_array(self->env, &values[1]);
  for (size_t done = 0; status == napi_ok && done < count;) {
    struct tsfn__run run = next_run(self, done, count);
    status = push_list(self, &run, values[1], done);
    done += run.count;
  }
  if (status != napi_ok) return tsfn__turn_fail(self, TSFN_FAILURE);
  return tsfn__turn_call(self, has_error ? 2 : 1,
                         has_error ? values : values + 1);
}

static enum tsfn__turn
give_list(struct tsfn__turns *self, size_t count) {
  tsfn_function *function = self->function;
  size_t ignored;
  enum tsfn__batch_stage stage;
  napi_status status = napi_ok;
  if (!has_loop(self)) return give_list_slowly(self, count);
  for (size_t done = 0; status == napi_ok && done < count;) {
    struct tsfn__run run = next_run(self, done, count);
    status = function->codec->batch_run(self->env, function->loop, &run,
                                        &ignored, &stage);
    done += run.count;
  }
  if (status != napi_ok && stage == TSFN__BATCH_NOT_BEGUN) {
    release_loop(function); /* and the list, as far as it came */
    return tsfn__turn_fail(self, TSFN_FAILURE);
  }
  if (status == napi_ok)
    status = function->codec->batch_flush(self->env, function->loop);
  return turn_of(self, status);
}

/* NULL: out of memory, or not wanted; fresh ones will do. */
static struct tsfn__columns *
reused_columns(tsfn_function *function) {
  if (function->reuses_columns && function->columns == NULL)
    function->columns =
        function->codec->columns_create(function->record, &function->allocator);
  return function->columns;
}

static enum tsfn__turn
give_columns(struct tsfn__turns *self, size_t count) {
  tsfn_function *function = self->function;
  tsfn_arguments arguments;
  enum tsfn__turn turn;
  napi_value number;
  tsfn__arguments_init(&arguments, &function->allocator);
  if (function->errors == TSFN_ERROR_FIRST) tsfn_push(&arguments, self->null);
  napi_status status = function->codec->columns(
      self->env, function->record, reused_columns(function),
      &function->channel.queue, count, function->passing, &arguments);
  if (status == napi_ok)
    status = napi_create_uint32(self->env, (uint32_t)count, &number);
  if (status == napi_ok && tsfn_push(&arguments, number) == TSFN_OK)
    turn = tsfn__turn_call(self, arguments.count, arguments.values);
  else
    turn = tsfn__turn_fail(self, TSFN_FAILURE);
  tsfn__arguments_deinit(&arguments);
  return turn;
}

static enum tsfn__turn
give_latest(struct tsfn__turns *self, size_t count) {
  drop(self, count - 1);
  struct tsfn__run newest = tsfn__queue_peek(&self->function->channel.queue);
  return tsfn__turn_take(self, &newest, 1);
}

/* --- which --------------------------------------------------------------- */

bool
tsfn__bulk_takes(const struct tsfn__turns *self, const struct tsfn__run *run) {
  const tsfn_function *function = self->function;
  if (!is_value(function, run->kinds[0])) return false;
  if (function->delivery != TSFN_EACH) return true;
  if (function->codec == NULL || self->callback == NULL) return false;
  return function->has_tried_loop
             ? function->loop != NULL && run->count >= LOOP_MIN_TO_ENTER
             : run->count >= LOOP_MIN_TO_CREATE;
}

/* From what a call of `count` items took to how many the next may have. */
static void
adapt_call(tsfn_function *function, size_t count, uint64_t nanoseconds) {
  double budget = (double)function->budget_nanoseconds;
  if ((double)nanoseconds > budget) {
    uint32_t fit = (uint32_t)((double)count * budget / (double)nanoseconds);
    function->run_max = fit != 0 ? fit : 1;
  } else if (count == function->run_max && count < UINT32_MAX / 2) {
    function->run_max *= 2;
  }
}

static enum tsfn__turn
give_together(struct tsfn__turns *self, size_t count) {
  tsfn_function *function = self->function;
  if (function->run_max == 0) function->run_max = CALL_FIRST;
  bool is_cut = count > function->run_max;
  if (is_cut) count = function->run_max;
  uint64_t start = tsfn__os_now();
  enum tsfn__turn turn = function->delivery == TSFN_COLUMNS
                             ? give_columns(self, count)
                             : give_list(self, count);
  adapt_call(function, count, tsfn__os_now() - start);
  complete(self, count, tsfn__turn_completion(turn));
  (void)tsfn__budget_ask(self->budget, (uint32_t)count);
  if (is_cut) tsfn__budget_end(self->budget); /* one call a turn */
  return tsfn__turn_end(self, turn);
}

enum tsfn__turn
tsfn__bulk_give(struct tsfn__turns *self) {
  tsfn_function *function = self->function;
  if (function->delivery == TSFN_LATEST)
    return give_latest(self, count_values(self));
  if (function->delivery != TSFN_EACH)
    return give_together(self, count_values(self));
  struct tsfn__run run = tsfn__queue_peek(&function->channel.queue);
  run.count = values_in(self, &run, 0);
  if (has_loop(self)) {
    if (run.count > function->run_max) run.count = function->run_max;
    return give_each(self, &run);
  }
  return tsfn__turn_take(self, &run, 1);
}
