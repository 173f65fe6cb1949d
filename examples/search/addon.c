/* SPDX-License-Identifier: MIT */
/* search({ pattern, folders, threads, signal, output }, callback)

   Searches on native threads, and calls callback(null, match) for each matching
   line and callback(err) for each file or folder that cannot be read, as they
   are found. Answers an object:

     finished     a promise: undefined after the last callback, or why it ended
                  early (the signal's reason)
     progress()   { found, searched, bytes }: files and bytes so far
     pause()      nothing more is found until
     resume()

   pattern   Uint8Array, one fixed string for each line in it
   folders   array of strings
   threads   1 to 256
   signal    an AbortSignal, or undefined
   output    the file descriptor that the matches are written to, so that it is
             not searched itself; or undefined */

#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "job.h"

/* As many matches as the threads may be ahead of JavaScript. */
#define QUEUE_SIZE 1024u
#define MOST_THREADS 256u

/* --- errors -------------------------------------------------------------- */

/* True if a Node-API call went well; else an exception is pending that says
   what was wrong. */
static bool
ok(napi_env env, napi_status status) {
  const napi_extended_error_info *info;
  bool is_pending = false;
  if (status == napi_ok) return true;
  if (napi_get_last_error_info(env, &info) == napi_ok &&
      napi_is_exception_pending(env, &is_pending) == napi_ok && !is_pending)
    napi_throw_error(env, NULL,
                     info->error_message ? info->error_message : "it failed");
  return false;
}

static bool
wrong_type(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return false;
}

static bool
no_memory(napi_env env) {
  napi_throw_error(env, "ERR_MEMORY_ALLOCATION_FAILED", "out of memory");
  return false;
}

static bool
is_type(napi_env env, napi_value value, napi_valuetype expected) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == expected;
}

/* --- the arguments ------------------------------------------------------- */

static bool
get(napi_env env, napi_value object, const char *name, napi_value *out) {
  return ok(env, napi_get_named_property(env, object, name, out));
}

/* options.pattern, for as long as the handle scope is open. */
static bool
read_pattern(napi_env env, napi_value options, const char **text,
             size_t *size) {
  napi_value value;
  napi_typedarray_type type;
  bool is_array;
  void *data;
  if (!get(env, options, "pattern", &value) ||
      !ok(env, napi_is_typedarray(env, value, &is_array)))
    return false;
  if (!is_array ||
      napi_get_typedarray_info(env, value, &type, size, &data, NULL, NULL) !=
          napi_ok ||
      type != napi_uint8_array)
    return wrong_type(env, "options.pattern is not a Uint8Array");
  if (*size != 0) {
    *text = data;
    return true;
  }
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "options.pattern is empty");
  return false;
}

static bool
read_threads(napi_env env, napi_value options, size_t *threads) {
  napi_value value;
  double number;
  if (!get(env, options, "threads", &value)) return false;
  if (napi_get_value_double(env, value, &number) != napi_ok)
    return wrong_type(env, "options.threads is not a number");
  *threads = number >= 1 && number <= MOST_THREADS ? (size_t)number : 0;
  if ((double)*threads == number) return true;
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE",
                         "options.threads is not an integer from 1 to 256");
  return false;
}

/* NULL where there is none, as tsfn_options wants it. */
static bool
read_signal(napi_env env, napi_value options, napi_value *signal) {
  napi_value aborted;
  if (!get(env, options, "signal", signal)) return false;
  if (is_type(env, *signal, napi_undefined)) {
    *signal = NULL;
    return true;
  }
  if (is_type(env, *signal, napi_object) &&
      napi_get_named_property(env, *signal, "aborted", &aborted) == napi_ok &&
      is_type(env, aborted, napi_boolean))
    return true;
  return wrong_type(env, "options.signal is not an AbortSignal");
}

static bool
read_output(napi_env env, napi_value options, struct job *job) {
  napi_value value;
  int32_t file;
  if (!get(env, options, "output", &value)) return false;
  if (is_type(env, value, napi_undefined)) return true;
  if (napi_get_value_int32(env, value, &file) != napi_ok)
    return wrong_type(env, "options.output is not a file descriptor");
  if (fstat(file, &job->output) != 0) job->output.st_mode = 0;
  return true;
}

static bool
add_folder(napi_env env, napi_value value, struct job *job) {
  size_t size;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &size) != napi_ok)
    return wrong_type(env, "options.folders has something else than strings");
  char *path = malloc(size + 1);
  if (path == NULL) return no_memory(env);
  bool is_done =
      ok(env, napi_get_value_string_utf8(env, value, path, size + 1, &size));
  if (is_done && strlen(path) != size)
    is_done = wrong_type(env, "options.folders has a string with a NUL");
  else if (is_done && !job_add_folder(job, path))
    is_done = no_memory(env);
  free(path);
  return is_done;
}

/* The last one first, since the search begins with the latest. */
static bool
read_folders(napi_env env, napi_value options, struct job *job) {
  napi_value folders, value;
  bool is_array;
  uint32_t count;
  if (!get(env, options, "folders", &folders) ||
      !ok(env, napi_is_array(env, folders, &is_array)))
    return false;
  if (!is_array) return wrong_type(env, "options.folders is not an array");
  if (!ok(env, napi_get_array_length(env, folders, &count))) return false;
  while (count-- > 0)
    if (!ok(env, napi_get_element(env, folders, count, &value)) ||
        !add_folder(env, value, job))
      return false;
  return true;
}

/* --- the object that search() answers ------------------------------------ */

/* Says that a wrapped object is one of ours, and not another addon's. */
static const napi_type_tag job_tag = {0x3f6d0e0c75a94b1a, 0x9a3c51f0d2e84b67};

static struct job *
job_of(napi_env env, napi_callback_info info) {
  napi_value self;
  void *job;
  bool is_ours = false;
  size_t count = 0;
  if (!ok(env, napi_get_cb_info(env, info, &count, NULL, &self, NULL)))
    return NULL;
  if (is_type(env, self, napi_object) &&
      napi_check_object_type_tag(env, self, &job_tag, &is_ours) == napi_ok &&
      is_ours && napi_unwrap(env, self, &job) == napi_ok)
    return job;
  wrong_type(env, "this is not what search() answered");
  return NULL;
}

static napi_value
js_pause(napi_env env, napi_callback_info info) {
  struct job *job = job_of(env, info);
  if (job != NULL) gate_pause(&job->gate);
  return NULL;
}

static napi_value
js_resume(napi_env env, napi_callback_info info) {
  struct job *job = job_of(env, info);
  if (job != NULL) gate_resume(&job->gate);
  return NULL;
}

static bool
set_count(napi_env env, napi_value object, const char *name,
          _Atomic uint64_t *counter) {
  uint64_t count = atomic_load_explicit(counter, memory_order_relaxed);
  napi_value value;
  return ok(env, napi_create_int64(env, (int64_t)count, &value)) &&
         ok(env, napi_set_named_property(env, object, name, value));
}

static napi_value
js_progress(napi_env env, napi_callback_info info) {
  struct job *job = job_of(env, info);
  napi_value object;
  if (job == NULL || !ok(env, napi_create_object(env, &object)) ||
      !set_count(env, object, "found", &job->found) ||
      !set_count(env, object, "searched", &job->searched) ||
      !set_count(env, object, "bytes", &job->bytes))
    return NULL;
  return object;
}

static void
drop_object(napi_env env, void *job, void *hint) {
  (void)env;
  (void)hint;
  job_drop(job);
}

/* The object holds a reference of its own. */
static bool
make_object(napi_env env, struct job *job, napi_value *object) {
  const napi_property_descriptor methods[] = {
      {.utf8name = "progress", .method = js_progress},
      {.utf8name = "pause", .method = js_pause},
      {.utf8name = "resume", .method = js_resume}};
  if (!ok(env, napi_create_object(env, object)) ||
      !ok(env, napi_type_tag_object(env, *object, &job_tag)) ||
      !ok(env, napi_define_properties(env, *object, 3, methods)) ||
      !ok(env, napi_wrap(env, *object, job, drop_object, NULL, NULL)))
    return false;
  job->references++;
  return true;
}

/* --- search() ------------------------------------------------------------ */

/* After the last callback; the threads have ended. */
static void
finalize(napi_env env, void *data, void *context) {
  (void)env;
  (void)context;
  job_drop(data);
}

/* The promise, or NULL and an exception. */
static napi_value
start(napi_env env, napi_value options, napi_value callback, struct job *job) {
  tsfn_options mine = {.name = "search",
                       .record = match_record(),
                       .max_queue_size = QUEUE_SIZE,
                       .context = job,
                       .on_close = job_close,
                       .complete = job_complete,
                       .finalize = finalize,
                       .finalize_data = job};
  if (!read_threads(env, options, &mine.threads) ||
      !read_signal(env, options, &mine.signal))
    return NULL;
  if (!is_type(env, callback, napi_function)) {
    wrong_type(env, "callback is not a function");
    return NULL;
  }
  /* The function's, given back by finalize, which runs even where the start
     fails. */
  job->references++;
  return tsfn_start(env, callback, &mine, job_run, job);
}

static napi_value
search(napi_env env, napi_callback_info info) {
  napi_value arguments[2], object, promise;
  size_t count = 2, size;
  const char *pattern;
  if (!ok(env, napi_get_cb_info(env, info, &count, arguments, NULL, NULL)))
    return NULL;
  if (!is_type(env, arguments[0], napi_object)) {
    wrong_type(env, "options is not an object");
    return NULL;
  }
  if (!read_pattern(env, arguments[0], &pattern, &size)) return NULL;
  struct job *job = job_make(pattern, size);
  if (job == NULL) {
    no_memory(env);
    return NULL;
  }
  bool is_done =
      read_folders(env, arguments[0], job) &&
      read_output(env, arguments[0], job) && make_object(env, job, &object) &&
      (promise = start(env, arguments[0], arguments[1], job)) &&
      ok(env, napi_set_named_property(env, object, "finished", promise));
  job_drop(job);
  return is_done ? object : NULL;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor method = {.utf8name = "search", .method = search};
  ok(env, napi_define_properties(env, exports, 1, &method));
  return exports;
}
