/* SPDX-License-Identifier: MIT */
/* hash(path, { onProgress, signal }): a thread reads a file and hashes it
   (sha256.h). The promise resolves with the digest and the size. Until then
   onProgress(...) is told how far the thread is, and the signal can cancel it
   all. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <tsfn.h>

#include "file.h"
#include "sha256.h"

/* number(u64) is a number in JavaScript, where u64 would be a bigint. */
#define PROGRESS(FIELD) FIELD(number(u64), done) FIELD(number(u64), total)
TSFN_RECORD(progress, PROGRESS)

#define FILE_HASH(FIELD) FIELD(text(64), digest) FIELD(number(u64), size)
TSFN_RECORD(file_hash, FILE_HASH)

/* `latest`: where several reports wait, only the newest is told. */
#define HASH_OPTIONS(ARGUMENT)                                                 \
  ARGUMENT(optional(callback(progress, latest, values_only)), onProgress)      \
  ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(hash_options, HASH_OPTIONS)

#define HASH(ARGUMENT)                                                         \
  ARGUMENT(nonnull(string), path) ARGUMENT(named(hash_options), options)
TSFN_EXPORT(hash, "The SHA-256 of a file, by a thread that reads it.", HASH,
            promise(record(file_hash)))

/* What the thread works with, until free_job. */
struct job {
  hash_arguments arguments; /* they own the path */
  struct sha256 sha256;
  unsigned char chunk[256 * 1024];
};

/* --- the thread ---------------------------------------------------------- */

/* Rejects the promise by an error of our own. A very long path is cut. */
static tsfn_status
fail(tsfn_function *fn, const struct job *job, int error) {
  char message[1024];
  snprintf(message, sizeof message, "cannot read %s", job->arguments.path);
  return tsfn_fail(fn, file_error_name(error), message);
}

/* Once the function is aborted, by its signal or because the worker ends, each
   call answers TSFN_CLOSING. So the thread stops after the chunk that it has in
   hand, and nobody waits for it: the promise is rejected already. */
static tsfn_status
hash_file(tsfn_function *fn, struct job *job, FILE *file, uint64_t total) {
  progress report = {.done = 0, .total = total};
  size_t size;
  sha256_begin(&job->sha256);
  while ((size = fread(job->chunk, 1, sizeof job->chunk, file)) > 0) {
    sha256_add(&job->sha256, job->chunk, size);
    report.done += size;
    tsfn_status status = progress_call(fn, &report, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  if (ferror(file)) return fail(fn, job, errno);

  file_hash result = {.size = report.done};
  sha256_end(&job->sha256, result.digest);
  return hash_finish(fn, &result);
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  struct job *job = data;
  uint64_t total;
  FILE *file = file_open(job->arguments.path, &total);
  (void)index;
  if (file == NULL) return fail(fn, job, errno);
  tsfn_status status = hash_file(fn, job, file, total);
  fclose(file);
  return status;
}

/* --- the loop thread ----------------------------------------------------- */

/* Once, when nothing uses the job any more, whatever has failed. */
static void
free_job(void *context) {
  struct job *job = context;
  hash_arguments_clear(&job->arguments);
  free(job);
}

static napi_value
hash(napi_env env, hash_arguments *args) {
  struct job *job = malloc(sizeof *job);
  if (job == NULL) return tsfn_throw(env, "hash", TSFN_NO_MEMORY, NULL);
  tsfn_options options = TSFN_OPTIONS(hash, options.onProgress);
  options.signal = args->options.signal;
  options.throws = TSFN_THROW_ENDS; /* what onProgress throws is the reason */
  options.context = job;
  options.free_context = free_job;
  job->arguments = hash_arguments_take(args); /* free_job clears them */
  napi_value callback = job->arguments.options.onProgress; /* NULL: none */
  return tsfn_task_start(env, callback, &options, run, job);
}

#define EXPORTS(EXPORT) EXPORT(hash)
TSFN_MODULE(EXPORTS)
