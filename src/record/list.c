/* SPDX-License-Identifier: MIT */

/* TSFN_BATCH, a mode: one call with an array of all that a drain brings. A
   runner (runner.h) fills the array, run by run, and then makes the call. Hosts
   that run no script get the same array from Node-API, element by element. For
   the record { path: string, line: u32 } a call is

     callback(null, [ { path: 'a', line: 1 }, { path: 'b', line: 2 } ])
     callback(null, [ [ 'a', 1 ], [ 'b', 2 ] ])

   passed as an object and as arguments. How many records a call has is told in
   together.h. Loop thread, inside of a crossing. */

#include "crossing/runs.h"
#include "record/runner.h"
#include "record/together.h"

/* Makes the array's element for one record by Node-API: an object or, passed as
   arguments, an Array of the fields. */
static napi_status
make_element(const struct tsfn__giving *giving, void *slot, napi_value *out) {
  const struct tsfn__outlet *outlet = giving->outlet;
  const struct tsfn__shape *shape = &outlet->shape;
  tsfn_arguments item;
  tsfn__arguments_init(&item, &shape->allocator);
  napi_status status = shape->codec->push(giving->env, shape->record, slot,
                                          outlet->passing, &item);
  if (status == napi_ok && outlet->passing == TSFN_AS_OBJECT) {
    *out = item.values[0];
  } else if (status == napi_ok) {
    status = napi_create_array(giving->env, out);
    for (size_t i = 0; status == napi_ok && i < item.count; i++)
      status = napi_set_element(giving->env, *out, (uint32_t)i, item.values[i]);
  }
  tsfn__arguments_deinit(&item);
  return status;
}

/* Adds a run's records to the array, from `index` on. */
static napi_status
push_elements(const struct tsfn__giving *giving, const struct tsfn__run *run,
              napi_value list, size_t index) {
  size_t slot_size = tsfn__queue_slot_size(&giving->outlet->channel.queue);
  napi_status status = napi_ok;
  for (size_t i = 0; status == napi_ok && i < run->count; i++) {
    napi_value value;
    status = make_element(giving, run->slots + i * slot_size, &value);
    if (status == napi_ok)
      status =
          napi_set_element(giving->env, list, (uint32_t)(index + i), value);
  }
  return status;
}

/* Makes the whole array by Node-API, and calls the callback. A record that
   cannot be converted fails all of them, since they share the call. */
static enum tsfn__outcome
call_slowly(struct tsfn__giving *giving, size_t count) {
  napi_value values[2] = {giving->null, NULL};
  bool has_error = giving->outlet->errors == TSFN_ERROR_FIRST;
  napi_status status = napi_create_array(giving->env, &values[1]);
  for (size_t done = 0; status == napi_ok && done < count;) {
    struct tsfn__run run = tsfn__runs_next(giving, done, count);
    status = push_elements(giving, &run, values[1], done);
    done += run.count;
  }
  if (status != napi_ok) return tsfn__give_failure(giving, TSFN_FAILURE);
  return tsfn__give_call(giving, has_error ? 2 : 1,
                         has_error ? values : values + 1);
}

/* Fills the array of the runner with all runs of `count` records, and has the
   runner call the callback with it. */
static enum tsfn__outcome
call_with_list(struct tsfn__giving *giving, size_t count) {
  struct tsfn__runner *runner = tsfn__runner_get(giving, true);
  if (runner == NULL) return call_slowly(giving, count);
  for (size_t done = 0; done < count;) {
    struct tsfn__run run = tsfn__runs_next(giving, done, count);
    struct tsfn__runner_end end = tsfn__runner_run(runner, giving, &run);
    if (!end.has_begun) {
      /* The runner has begun an array that cannot be taken back, so both are
         given up. No other runner is made for this outlet. */
      tsfn__runner_release(giving->outlet);
      return tsfn__give_failure(giving, TSFN_FAILURE);
    }
    if (end.outcome != TSFN__OUTCOME_DELIVERED) {
      /* So that the next array does not begin with records of this one. */
      tsfn__runner_release(giving->outlet);
      return end.outcome;
    }
    done += run.count;
  }
  return tsfn__runs_outcome(giving, tsfn__runner_flush(runner, giving->env));
}

static enum tsfn__outcome
give_list(struct tsfn__giving *giving) {
  return tsfn__together_give(giving, NULL, call_with_list);
}

const tsfn_delivery tsfn_delivery_batch = {
    .name = "TSFN_BATCH",
    .wants_record = true,
    .takes = tsfn__together_takes,
    .give = give_list,
    .release = tsfn__runner_release,
};
