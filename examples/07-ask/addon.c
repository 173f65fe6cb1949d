/* SPDX-License-Identifier: MIT */
/* sort(strings, compare, signal): sorts on two threads, which ask JavaScript
   which of two strings is first. An answer takes time to come, so a thread does
   not ask one question after the other: it asks hundreds together, and waits
   until all are answered (sorter.h has the questions). */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "sorter.h"

/* A thread asks compare(left, right), and the reply is a double. */
TSFN_ASK(pair, f64)

#define SORT(ARGUMENT)                                                         \
  ARGUMENT(list(nonnull(string)), strings)                                     \
  ARGUMENT(callback(pair, asked(pair), as_arguments, values_only), compare)    \
  ARGUMENT(optional(signal), signal)
TSFN_EXPORT(sort, "Sorts as strings.sort(compare) does, into a new array.",
            SORT, promise(list(nonnull(string))))

struct job {
  sort_arguments arguments;   /* they own the strings */
  atomic_int started, sorted; /* how many of the two halves are */
  tsfn_function *fn;
  tsfn_deferred *done;
  size_t count;
  const char **merged, *strings[]; /* `count` of each, one behind the other */
};

/* --- the threads --------------------------------------------------------- */

/* Sorts [first, last), in which runs of `width` strings are sorted. */
static tsfn_status
sort_range(struct job *job, size_t first, size_t last, size_t width,
           tsfn_error *error) {
  pair questions[SORTER_LANES];
  pair_reply orders[SORTER_LANES];
  struct sorter sorter = {.strings = job->strings, .merged = job->merged};
  sorter_begin(&sorter, first, last, width);
  tsfn_status status = TSFN_OK;
  size_t count;
  while (status == TSFN_OK && (count = sorter_ask(&sorter, questions)) > 0) {
    status =
        pair_ask_all(job->fn, questions, count, orders, error, TSFN_BLOCKING);
    if (status == TSFN_OK) sorter_answer(&sorter, orders);
  }
  return status;
}

/* Sorts a half. The thread that is ready last merges the two, and resolves. */
static tsfn_status
sort_half(struct job *job, tsfn_error *error) {
  size_t middle = (job->count + 1) / 2;
  bool is_left = atomic_fetch_add(&job->started, 1) == 0;
  tsfn_status status = is_left ? sort_range(job, 0, middle, 1, error)
                               : sort_range(job, middle, job->count, 1, error);
  if (status != TSFN_OK || atomic_fetch_add(&job->sorted, 1) == 0)
    return status;
  status = sort_range(job, 0, job->count, middle, error);
  if (status != TSFN_OK) return status;
  return sort_resolve(job->done, &(sort_result){job->strings, job->count});
}

/* The promise is settled once, so the first failure counts. The abort ends a
   thread that still sorts: it hears TSFN_CLOSING. */
static void
fail(struct job *job, tsfn_status status, const tsfn_error *error) {
  tsfn_reject_error(job->done, status, error);
  tsfn_abort(job->fn);
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  tsfn_error error;
  tsfn_status status = sort_half(data, &error);
  (void)fn, (void)index;
  if (status != TSFN_OK) fail(data, status, &error);
  return status;
}

/* --- the loop thread ----------------------------------------------------- */

/* After the last use, on any thread. */
static void
free_job(void *context) {
  struct job *job = context;
  tsfn_deferred_drop(job->done);
  sort_arguments_clear(&job->arguments);
  free(job);
}

static napi_value
sort(napi_env env, sort_arguments *args) {
  const size_t count = args->strings.count;
  struct job *job = calloc(1, sizeof *job + 2 * count * sizeof *job->strings);
  if (job == NULL) return tsfn_throw(env, "sort", TSFN_NO_MEMORY, NULL);
  job->merged = job->strings + count;
  for (job->count = 0; job->count < count; job->count++)
    job->strings[job->count] = args->strings.items[job->count];

  tsfn_options options = TSFN_OPTIONS(sort, compare);
  options.signal = args->signal;
  options.context = job;
  options.free_context = free_job;
  if (tsfn_create(env, args->compare, &options, &job->fn) != TSFN_OK) {
    free(job); /* Nothing was made, so free_job will not run. */
    return NULL;
  }
  job->arguments = *args; /* moved: free_job clears them */
  memset(args, 0, sizeof *args);
  napi_value ignored, promise = sort_promise(env, &job->done);
  tsfn_status status = TSFN_OK;
  for (int i = 0; i < 2 && promise != NULL && status == TSFN_OK; i++)
    status = tsfn_spawn(job->fn, run, job);
  if (status != TSFN_OK) { /* no thread; or the signal was aborted before */
    napi_get_and_clear_last_exception(env, &ignored);
    fail(job, status, NULL);
  }
  tsfn_release(job->fn); /* each thread has its own use */
  return promise;
}

#define EXPORTS(EXPORT) EXPORT(sort)
TSFN_MODULE(EXPORTS)
