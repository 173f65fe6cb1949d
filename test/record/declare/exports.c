/* SPDX-License-Identifier: MIT */

/* Exported functions with every kind that only they have, and an object, as C11
   and as C++: this one compiles. */

#include <tsfn.h>

#define COLORS(VALUE) VALUE(red) VALUE(green) VALUE(blue)
TSFN_ENUM(color, COLORS)
#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)
typedef struct job {
  int n;
  tsfn_mailbox *mailbox;
} job;
#define TWO(ARGUMENT) ARGUMENT(u32, a) ARGUMENT(optional(bool), b)
TSFN_METHOD(job, pause, "Nothing more\nis found.", TSFN_NONE, void)
TSFN_METHOD(job, add, NULL, TWO, u32)
#define EACH(ARGUMENT)                                                         \
  ARGUMENT(callback(match, batch), each)                                       \
  ARGUMENT(optional(bare_callback), done)
TSFN_METHOD(job, each, NULL, EACH, promise(u32))
TSFN_SERVE_METHOD(job, each, mailbox)
static tsfn_status
job_each_serve(job *self, job_each_arguments *args, tsfn_deferred **promise) {
  tsfn_release(tsfn_served_take(&args->done));
  (void)self;
  return tsfn_served_function(args->each) != NULL
             ? job_each_resolve(*promise, NULL)
             : TSFN_OK;
}
#define JOB(METHOD) METHOD(job, pause) METHOD(job, add) METHOD(job, each)
static void
job_drop(job *self) {
  (void)self;
}
TSFN_OBJECT(job, "A job.", JOB, job_drop)
#define INNER(ARGUMENT) ARGUMENT(u32, first) ARGUMENT(optional(u32), last)
TSFN_ARGUMENTS(inner_options, INNER)
#define OPTIONS(ARGUMENT)                                                      \
  ARGUMENT(optional(callback(match, latest)), progress)                        \
  ARGUMENT(optional(signal), signal)                                           \
  ARGUMENT(optional(list(string)), names)                                      \
  ARGUMENT(named(inner_options), inner)                                        \
  ARGUMENT(optional(object(job)), owner)
TSFN_ARGUMENTS(search_options, OPTIONS)
#define SEARCH(ARGUMENT)                                                       \
  ARGUMENT(nonnull(string), pattern)                                           \
  ARGUMENT(list(nonnull(string)), folders)                                     \
  ARGUMENT(callback(match, columns, values_only), each)                        \
  ARGUMENT(optional(signal), signal)                                           \
  ARGUMENT(optional(object(job)), j)                                           \
  ARGUMENT(named(search_options), options)                                     \
  ARGUMENT(bare_callback, done) ARGUMENT(value, v)
TSFN_EXPORT(search, "Searches.", SEARCH, promise(void))
TSFN_EXPORT(make, "Makes.", TSFN_NONE, object(job))
TSFN_EXPORT(list, "Lists.", TSFN_NONE, list(record(match)))
TSFN_EXPORT(paint, NULL, TSFN_NONE, optional(enum(color)))
TSFN_EXPORT(any, NULL, TSFN_NONE, value)
TSFN_EXPORT_AS(code, NULL, TSFN_NONE, text(8), "(): 'abc'")
static napi_value
search(napi_env env, search_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(search, options.progress);
  options.signal = args->options.signal;
  (void)env;
  return options.signal != NULL ? args->options.progress : args->v;
}
static tsfn_status
make(napi_env env, make_arguments *args, job **result) {
  static job j;
  (void)env;
  (void)args;
  *result = &j;
  return TSFN_OK;
}
static tsfn_status
list(napi_env env, list_arguments *args, list_result *result) {
  static match m[] = {{"a", 1}};
  (void)env;
  (void)args;
  result->items = m;
  result->count = 1;
  return TSFN_OK;
}
static tsfn_status
paint(napi_env env, paint_arguments *args, paint_result *result) {
  (void)env;
  (void)args;
  result->has = true;
  result->value = color_green;
  return TSFN_OK;
}
static napi_value
any(napi_env env, any_arguments *args) {
  (void)env;
  (void)args;
  return NULL;
}
static tsfn_status
code(napi_env env, code_arguments *args, code_result *result) {
  (void)env;
  (void)args;
  (*result)[0] = 'a';
  return TSFN_OK;
}
static tsfn_status
job_pause(napi_env env, job *self, job_pause_arguments *args) {
  (void)env;
  (void)args;
  self->n++;
  return TSFN_OK;
}
static tsfn_status
job_add(napi_env env, job *self, job_add_arguments *args, uint32_t *result) {
  (void)env;
  *result = args->a + (uint32_t)self->n;
  return TSFN_OK;
}
#define EXPORTS(EXPORT)                                                        \
  EXPORT(search)                                                               \
  EXPORT(make) EXPORT(list) EXPORT(paint) EXPORT(any) EXPORT(code)
TSFN_MODULE(EXPORTS)
