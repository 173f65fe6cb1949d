/* SPDX-License-Identifier: MIT */
#include "operations.h"

#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "run.h"
#include "send.h"

#define NAME(status) tsfn_status_name(status)

#define OTHER(FIELD) FIELD(u32, left) FIELD(u32, right)
TSFN_RECORD(other, OTHER)

/* --- those that take more than an expression ----------------------------- */

static const char *
call_many(tsfn_function *fn, size_t size, size_t count, size_t expected) {
  size_t accepted = 77; /* so that a count that was not written is seen */
  tsfn_status status =
      tsfn_call_many(fn, NULL, size, count, TSFN_NONBLOCKING, &accepted);
  if (status != TSFN_OK) expected = 0;
  return accepted == expected ? NAME(status) : "wrong count";
}

/* Of a producer whose order nobody looks at. */
static tsfn_status
call_pointer(struct driver *self) {
  struct message message = {.way = WAY_POINTER, .producer = BOOKS_PRODUCERS};
  return send_pointer(self, &message);
}

static tsfn_status
get_stats(tsfn_function *fn) {
  tsfn_stats stats;
  return tsfn_get_stats(fn, &stats);
}

/* Texts that no string of JavaScript can hold, as message and as code. */
static const char *
call_error_with_long_text(tsfn_function *fn) {
  size_t size = (size_t)1 << 28;
  char *text = malloc(size + 1);
  if (text == NULL) return "no memory";
  memset(text, 'x', size);
  text[size] = 0;
  tsfn_status message = tsfn_call_error(fn, NULL, text, TSFN_NONBLOCKING);
  tsfn_status code = tsfn_call_error(fn, text, "text", TSFN_NONBLOCKING);
  free(text);
  return message == code ? NAME(message) : "not the same";
}

static const char *null_function(void);

/* --- the table ----------------------------------------------------------- */

/* What each answers, of a function `fn`. With NULL in its place each of the
   CALLS answers TSFN_INVALID. */
#define CALLS(OP)                                                              \
  OP(acquire, NAME(tsfn_acquire(fn)))                                          \
  OP(release, NAME(tsfn_release(fn)))                                          \
  OP(abort, NAME(tsfn_abort(fn)))                                              \
  OP(ref, NAME(tsfn_ref(fn)))                                                  \
  OP(unref, NAME(tsfn_unref(fn)))                                              \
  OP(stats, NAME(get_stats(fn)))                                               \
  OP(call, NAME(tsfn_call(fn, NULL, 0, TSFN_NONBLOCKING)))                     \
  OP(call_many, call_many(fn, 0, 1, 1))                                        \
  OP(call_with,                                                                \
     NAME(tsfn_call_with(fn, on_call_with, NULL, 0, TSFN_NONBLOCKING)))        \
  OP(call_error, NAME(tsfn_call_error(fn, "ECODE", "text", TSFN_NONBLOCKING))) \
  OP(call_pointer, NAME(call_pointer(self)))                                   \
  OP(call_record,                                                              \
     NAME(numbered_call(fn, &(numbered){0, 0}, TSFN_NONBLOCKING)))             \
  OP(spawn, NAME(tsfn_spawn(fn, run_nothing, NULL)))

#define QUESTIONS(OP)                                                          \
  OP(is_closing, tsfn_is_closing(fn) ? "true" : "false")                       \
  OP(context, tsfn_context(fn) == self ? "the context" : "something else")

#define WRONG_CALLS(OP)                                                        \
  OP(call_null_item, NAME(tsfn_call(fn, NULL, 8, TSFN_NONBLOCKING)))           \
  OP(call_many_null_items, call_many(fn, 8, 3, 0))                             \
  OP(call_with_null_item,                                                      \
     NAME(tsfn_call_with(fn, on_call_with, NULL, 8, TSFN_NONBLOCKING)))        \
  OP(call_with_null_callback,                                                  \
     NAME(tsfn_call_with(fn, NULL, NULL, 0, TSFN_NONBLOCKING)))                \
  OP(call_error_null_message,                                                  \
     NAME(tsfn_call_error(fn, "ECODE", NULL, TSFN_NONBLOCKING)))               \
  OP(call_error_long_text, call_error_with_long_text(fn))                      \
  OP(call_record_null_type, NAME(tsfn_call_record(fn, NULL, &(numbered){0, 0}, \
                                                  1, TSFN_NONBLOCKING, NULL))) \
  OP(call_record_null_items,                                                   \
     NAME(tsfn_call_record(fn, numbered_record(), NULL, 1, TSFN_NONBLOCKING,   \
                           NULL)))                                             \
  OP(call_other_record,                                                        \
     NAME(other_call(fn, &(other){0, 0}, TSFN_NONBLOCKING)))                   \
  OP(stats_null, NAME(tsfn_get_stats(fn, NULL)))                               \
  OP(spawn_null_run, NAME(tsfn_spawn(fn, NULL, NULL)))                         \
  OP(null_function, null_function())                                           \
  OP(push_null, NAME(tsfn_push(NULL, NULL)))

#define DEFINE(name, answer)                                                   \
  static const char *op_##name(struct driver *self) {                          \
    tsfn_function *fn = self->fn;                                              \
    (void)fn;                                                                  \
    return answer;                                                             \
  }
CALLS(DEFINE)
QUESTIONS(DEFINE)
WRONG_CALLS(DEFINE)

struct operation {
  const char *name;
  const char *(*run)(struct driver *self);
};

#define ROW(name, answer) {#name, op_##name},
static const struct operation calls[] = {CALLS(ROW)};
static const struct operation others[] = {QUESTIONS(ROW) WRONG_CALLS(ROW)};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* "all TSFN_INVALID", or the first that was answered otherwise. */
static const char *
null_function(void) {
  struct driver none = {.fn = NULL};
  for (size_t i = 0; i < COUNT(calls); i++) {
    const char *answer = calls[i].run(&none);
    if (strcmp(answer, "TSFN_INVALID") != 0) return answer;
  }
  if (tsfn_context(NULL) != NULL) return "a context";
  return tsfn_is_closing(NULL) ? "all TSFN_INVALID" : "not closing";
}

static const struct operation *
operation_of(const char *name) {
  for (size_t i = 0; i < COUNT(calls); i++)
    if (strcmp(calls[i].name, name) == 0) return &calls[i];
  for (size_t i = 0; i < COUNT(others); i++)
    if (strcmp(others[i].name, name) == 0) return &others[i];
  fprintf(stderr, "driver: there is no operation %s\n", name);
  abort();
}

/* --- running one --------------------------------------------------------- */

struct errand {
  const struct operation *operation;
  struct driver *driver;
  const char *answer;
};

static void *
errand_main(void *argument) {
  struct errand *self = argument;
  self->answer = self->operation->run(self->driver);
  bool is_call = strncmp(self->operation->name, "call", 4) == 0;
  if (is_call && strcmp(self->answer, "TSFN_OK") == 0)
    self->driver->books.accepted++;
  return NULL;
}

static struct errand
errand_from(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  js_arguments(env, info, 2, arguments);
  char *name = js_string_of(env, arguments[1]);
  struct errand self = {operation_of(name), js_external(env, arguments[0]),
                        NULL};
  free(name);
  return self;
}

/* NULL where an exception is pending. */
static napi_value
errand_answer(napi_env env, const struct errand *self) {
  return js_is_pending(env) ? NULL : js_text(env, self->answer);
}

/* op(handle, name) -> the status's name */
napi_value
js_op(napi_env env, napi_callback_info info) {
  struct errand errand = errand_from(env, info);
  errand_main(&errand);
  return errand_answer(env, &errand);
}

/* onThread(handle, name) -> the same, from a thread that has ended by then */
napi_value
js_on_thread(napi_env env, napi_callback_info info) {
  pthread_t thread;
  struct errand errand = errand_from(env, info);
  if (pthread_create(&thread, NULL, errand_main, &errand) != 0) abort();
  pthread_join(thread, NULL);
  return errand_answer(env, &errand);
}
