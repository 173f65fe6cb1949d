/* SPDX-License-Identifier: MIT */
/* makeJob({ pattern, folders, threads, output }) makes a job, which is one
   search on native threads:

     start(each, signal)   begins it, once: each(null, match) for each matching
                           line and each(err) for each file or folder that
                           cannot be read, as they are found. A promise:
                           undefined after the last call, or why it ended early
                           (the signal's reason)
     progress()            { found, searched, bytes }: files and bytes so far
     pause()               nothing more is found until
     resume()

   pattern   bytes, one fixed string for each line in them
   folders   an array of strings
   threads   1 to 256
   output    the file descriptor that the matches are written to, so that it is
             not searched itself; or undefined
   signal    an AbortSignal, or undefined */

#include <tsfn.h>

#include "job.h"

/* As many matches as the threads may be ahead of JavaScript. */
#define QUEUE_SIZE 1024u
#define MOST_THREADS 256u

/* --- a job in JavaScript ------------------------------------------------- */

#define PROGRESS(FIELD)                                                        \
  FIELD(number(u64), found)                                                    \
  FIELD(number(u64), searched)                                                 \
  FIELD(number(u64), bytes)
TSFN_RECORD(progress, PROGRESS)

#define START(ARGUMENT)                                                        \
  ARGUMENT(callback(match), each) ARGUMENT(optional(signal), signal)
TSFN_METHOD(job, start,
            "Calls back for each matching line, and with an error for each "
            "file or folder that cannot be read. Resolves after the last call, "
            "or rejects with the signal's reason. Once for each job.",
            START, promise(void))
TSFN_METHOD(job, progress, "The files found and searched so far, and bytes.",
            TSFN_NONE, record(progress))
TSFN_METHOD(job, pause, "Nothing more is found until resume().", TSFN_NONE,
            void)
TSFN_METHOD(job, resume, NULL, TSFN_NONE, void)
#define JOB(METHOD)                                                            \
  METHOD(job, start)                                                           \
  METHOD(job, progress)                                                        \
  METHOD(job, pause)                                                           \
  METHOD(job, resume)
TSFN_OBJECT(job, "A search.", JOB, job_drop)

/* After the last callback; the threads have ended. */
static void
finalize(napi_env env, void *data, void *context) {
  (void)env;
  (void)context;
  job_drop(data);
}

static napi_value
job_start(napi_env env, struct job *self, job_start_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(job_start, each);
  options.max_queue_size = QUEUE_SIZE;
  options.threads = self->threads;
  options.signal = args->signal;
  options.context = self;
  options.on_close = job_close;
  options.complete = job_complete;
  options.finalize = finalize;
  options.finalize_data = self;
  if (self->is_started) {
    napi_throw_error(env, "ERR_SEARCH",
                     "job.start: the job was started before");
    return NULL;
  }
  self->is_started = true;
  /* The function's, given back by finalize, which runs even where the start
     fails. */
  self->references++;
  return tsfn_start(env, args->each, &options, job_run, self);
}

static uint64_t
value_of(_Atomic uint64_t *counter) {
  return atomic_load_explicit(counter, memory_order_relaxed);
}

static tsfn_status
job_progress(napi_env env, struct job *self, job_progress_arguments *args,
             progress *result) {
  (void)env;
  (void)args;
  *result = (progress){.found = value_of(&self->found),
                       .searched = value_of(&self->searched),
                       .bytes = value_of(&self->bytes)};
  return TSFN_OK;
}

static tsfn_status
job_pause(napi_env env, struct job *self, job_pause_arguments *args) {
  (void)env;
  (void)args;
  gate_pause(&self->gate);
  return TSFN_OK;
}

static tsfn_status
job_resume(napi_env env, struct job *self, job_resume_arguments *args) {
  (void)env;
  (void)args;
  gate_resume(&self->gate);
  return TSFN_OK;
}

/* --- makeJob() ----------------------------------------------------------- */

#define SEARCH_OPTIONS(FIELD)                                                  \
  FIELD(nonnull(bytes), pattern)                                               \
  FIELD(list(nonnull(string)), folders)                                        \
  FIELD(u32, threads)                                                          \
  FIELD(optional(i32), output)
TSFN_RECORD(search_options, SEARCH_OPTIONS)

#define MAKE_JOB(ARGUMENT) ARGUMENT(record(search_options), options)
TSFN_EXPORT(makeJob, "Makes a job that looks for the lines of `pattern`.",
            MAKE_JOB, object(job))

static tsfn_status
out_of_range(napi_env env, const char *message) {
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
  return TSFN_PENDING_EXCEPTION;
}

static tsfn_status
makeJob(napi_env env, makeJob_arguments *args, struct job **result) {
  const search_options *options = &args->options;
  if (options->pattern.size == 0)
    return out_of_range(env, "makeJob: options.pattern is empty");
  if (options->threads < 1 || options->threads > MOST_THREADS)
    return out_of_range(env, "makeJob: options.threads is not 1 to 256");
  struct job *job = job_make(options->pattern.data, options->pattern.size);
  if (job == NULL) return TSFN_NO_MEMORY;
  job->threads = options->threads;
  if (options->output.has && fstat(options->output.value, &job->output) != 0)
    job->output.st_mode = 0;
  /* The last one first, since the search begins with the latest. */
  for (size_t i = options->folders.count; i-- > 0;) {
    if (job_add_folder(job, options->folders.items[i])) continue;
    job_drop(job);
    return TSFN_NO_MEMORY;
  }
  *result = job;
  return TSFN_OK;
}

#define EXPORTS(EXPORT) EXPORT(makeJob)
TSFN_MODULE(EXPORTS)
