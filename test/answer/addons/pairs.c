/* SPDX-License-Identifier: MIT */

/* A job with two functions, as docs/pitfalls.md has it.

     filter(count, { ask, progress, signal })   the thread asks `ask` for each
                                                number, and tells `progress`; a
                                                promise of how many were true */

#include <stdlib.h>

#include "tsfn.h"

#define NUMBERED(FIELD) FIELD(u32, number)
TSFN_RECORD(numbered, NUMBERED)
TSFN_ASK(numbered, bool)
#define PROGRESS(FIELD) FIELD(u32, done)
TSFN_RECORD(progress, PROGRESS)

#define OPTIONS(ARGUMENT)                                                      \
  ARGUMENT(callback(numbered, asked(numbered), values_only), ask)              \
  ARGUMENT(optional(callback(progress, values_only)), progress)                \
  ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(filter_options, OPTIONS)
#define FILTER(ARGUMENT)                                                       \
  ARGUMENT(u32, count) ARGUMENT(named(filter_options), options)
TSFN_EXPORT(filter, NULL, FILTER, promise(u32))

struct job {
  tsfn_function *asked;
  uint32_t count;
};

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  struct job *job = data;
  uint32_t found = 0;
  tsfn_status status = TSFN_OK;
  tsfn_error error = {.name = ""};
  (void)index;
  for (uint32_t i = 0; i < job->count && status == TSFN_OK; i++) {
    bool reply = false;
    status =
        numbered_ask(job->asked, &(numbered){i}, &reply, &error, TSFN_BLOCKING);
    found += reply;
    if (status == TSFN_OK)
      status = progress_call(fn, &(progress){i + 1}, TSFN_BLOCKING);
  }
  if (status == TSFN_OK) return filter_finish(fn, &found);
  return status == TSFN_CLOSING ? status : tsfn_fail_error(fn, status, &error);
}

static void
close_job(void *context) {
  tsfn_abort(((struct job *)context)->asked);
}

static void
free_job(void *context) {
  struct job *job = context;
  tsfn_release(job->asked);
  free(job);
}

static napi_value
filter(napi_env env, filter_arguments *args) {
  tsfn_options of_asked = TSFN_OPTIONS(filter, options.ask);
  tsfn_options options = TSFN_OPTIONS(filter, options.progress);
  struct job *job = malloc(sizeof *job);
  if (job == NULL) return tsfn_throw(env, "filter", TSFN_NO_MEMORY, NULL);
  job->count = args->count;
  if (tsfn_create(env, args->options.ask, &of_asked, &job->asked) != TSFN_OK) {
    free(job);
    return NULL;
  }
  options.signal = args->options.signal;
  options.throws = TSFN_THROW_ENDS;
  options.context = job;
  options.on_close = close_job;
  options.free_context = free_job;
  return tsfn_task_start(env, args->options.progress, &options, run, job);
}

#define EXPORTS(EXPORT) EXPORT(filter)
TSFN_MODULE(EXPORTS)
