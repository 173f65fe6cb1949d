/* SPDX-License-Identifier: MIT */
/* start(each): two threads send an array each, one with a call that may wait
   for room, one with a call that may not. The callback gets the numbers as
   arguments: each(err, ...values). */

#include <tsfn.h>

#define LENGTH 4

/* What is queued: the numbers themselves, copied during the call. */
struct numbers {
  uint32_t values[LENGTH];
};

/* Loop thread: one item becomes the callback's arguments. An exception that is
   pending, or a status other than TSFN_OK, arrives as its `err`. */
static tsfn_status
to_arguments(napi_env env, void *context, const void *item,
             tsfn_arguments *out) {
  const struct numbers *numbers = item;
  (void)context;
  for (size_t i = 0; i < LENGTH; i++) {
    napi_value value;
    if (napi_create_uint32(env, numbers->values[i], &value) != napi_ok)
      return TSFN_FAILURE;
    tsfn_status status = tsfn_push(out, value);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* Thread 0 may wait for room in the queue. Thread 1 may not: a full queue would
   answer it TSFN_QUEUE_FULL at once. */
static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  static const struct numbers up = {{0, 1, 2, 3}};
  static const struct numbers down = {{3, 2, 1, 0}};
  (void)data;
  if (index == 0) return tsfn_call(fn, &up, sizeof up, TSFN_BLOCKING);
  return tsfn_call(fn, &down, sizeof down, TSFN_NONBLOCKING);
}

/* No record tells what `convert` makes, so the callback is a bare one, and the
   type that TypeScript sees is written here. */
#define START(ARGUMENT) ARGUMENT(bare_callback, each)
TSFN_EXPORT_AS(
    start, "Calls back with two arrays of numbers.", START, promise(void),
    "(each: (err: Error | null, ...values: number[]) => void): Promise<void>")

static napi_value
start(napi_env env, start_arguments *args) {
  tsfn_options options = {
      .name = "two threads",
      .convert = to_arguments,
      .item_size = sizeof(struct numbers), /* any other size is refused */
      .max_queue_size = 2, /* room for both, so thread 1 is never refused */
      .threads = 2,
  };
  return tsfn_start(env, args->each, &options, run, NULL);
}

#define EXPORTS(EXPORT) EXPORT(start)
TSFN_MODULE(EXPORTS)
