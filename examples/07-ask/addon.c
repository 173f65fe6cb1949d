/* SPDX-License-Identifier: MIT */
/* sort(strings, compare, { signal }): sorts on two threads, which ask
   JavaScript which of two strings is first. An answer takes time to come, so a
   thread does not ask one question after the other: it asks hundreds together,
   and waits until all are answered (sorter.h has the questions). */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "sorter.h"

/* A thread asks compare(left, right), and the reply is a double. */
TSFN_ASK(pair, f64)

#define SORT_OPTIONS(ARGUMENT) ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(sort_options, SORT_OPTIONS)

#define SORT(ARGUMENT)                                                         \
  ARGUMENT(list(nonnull(string)), strings)                                     \
  ARGUMENT(callback(pair, asked(pair), as_arguments, values_only), compare)    \
  ARGUMENT(named(sort_options), options)
TSFN_EXPORT(sort, "Sorts as strings.sort(compare) does, into a new array.",
            SORT, promise(list(nonnull(string))))

struct job {
  sort_arguments arguments; /* they own the strings */
  atomic_int sorted;        /* how many of the two halves are */
  size_t count;
  const char **merged, *strings[]; /* `count` of each, one behind the other */
};

/* --- the threads --------------------------------------------------------- */

/* Sorts [first, last), in which runs of `width` strings are sorted. */
static tsfn_status
sort_range(tsfn_function *fn, struct job *job, size_t first, size_t last,
           size_t width, tsfn_error *error) {
  pair questions[SORTER_LANES];
  pair_reply orders[SORTER_LANES];
  struct sorter sorter = {.strings = job->strings, .merged = job->merged};
  sorter_begin(&sorter, first, last, width);
  tsfn_status status = TSFN_OK;
  size_t count;
  while (status == TSFN_OK && (count = sorter_ask(&sorter, questions)) > 0) {
    status = pair_ask_all(fn, questions, count, orders, error, TSFN_BLOCKING);
    if (status == TSFN_OK) sorter_answer(&sorter, orders);
  }
  return status;
}

/* Sorts a half. The thread that is ready last merges the two, and has the
   result. */
static tsfn_status
sort_half(tsfn_function *fn, struct job *job, size_t index, tsfn_error *error) {
  size_t middle = (job->count + 1) / 2;
  tsfn_status status = index == 0
                           ? sort_range(fn, job, 0, middle, 1, error)
                           : sort_range(fn, job, middle, job->count, 1, error);
  if (status != TSFN_OK || atomic_fetch_add(&job->sorted, 1) == 0)
    return status;
  status = sort_range(fn, job, 0, job->count, middle, error);
  if (status != TSFN_OK) return status;
  return sort_finish(fn, &(sort_result){job->strings, job->count});
}

/* The first failure is what the promise rejects with. The abort ends the other
   thread, which hears TSFN_CLOSING, as both do where the signal aborts. */
static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  tsfn_error error = {.name = ""};
  tsfn_status status = sort_half(fn, data, index, &error);
  if (status == TSFN_OK || status == TSFN_CLOSING) return status;
  status = tsfn_fail_error(fn, status, &error);
  tsfn_abort(fn);
  return status;
}

/* --- the loop thread ----------------------------------------------------- */

/* Once, when nothing uses the job any more, whatever has failed. */
static void
free_job(void *context) {
  struct job *job = context;
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
  options.signal = args->options.signal;
  options.threads = 2;
  options.context = job;
  options.free_context = free_job;
  job->arguments = sort_arguments_take(args); /* free_job clears them */
  return tsfn_start(env, job->arguments.compare, &options, run, job);
}

#define EXPORTS(EXPORT) EXPORT(sort)
TSFN_MODULE(EXPORTS)
