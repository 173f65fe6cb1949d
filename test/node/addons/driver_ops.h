/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_OPS_H
#define DRIVER_OPS_H

/* The calls that take a function and little else, by name: on the loop thread
   or on one of their own; those that are wrong too. */

#include "driver_send.h"

typedef const char *(*operation)(struct driver *self);

#define NAME(status) tsfn_status_name(status)

static const char *
op_acquire(struct driver *self) {
  return NAME(tsfn_acquire(self->fn));
}

static const char *
op_release(struct driver *self) {
  return NAME(tsfn_release(self->fn));
}

static const char *
op_abort(struct driver *self) {
  return NAME(tsfn_abort(self->fn));
}

static const char *
op_ref(struct driver *self) {
  return NAME(tsfn_ref(self->fn));
}

static const char *
op_unref(struct driver *self) {
  return NAME(tsfn_unref(self->fn));
}

static const char *
op_is_closing(struct driver *self) {
  return tsfn_is_closing(self->fn) ? "true" : "false";
}

static const char *
op_context(struct driver *self) {
  return tsfn_context(self->fn) == self ? "the context" : "something else";
}

static const char *
op_stats(struct driver *self) {
  tsfn_stats stats;
  return NAME(tsfn_get_stats(self->fn, &stats));
}

static const char *
op_call(struct driver *self) {
  return NAME(tsfn_call(self->fn, NULL, 0, TSFN_NONBLOCKING));
}

static const char *
op_call_many(struct driver *self) {
  size_t accepted = 77;
  tsfn_status status =
      tsfn_call_many(self->fn, NULL, 0, 1, TSFN_NONBLOCKING, &accepted);
  return accepted == (status == TSFN_OK) ? NAME(status) : "wrong count";
}

static const char *
op_call_with(struct driver *self) {
  return NAME(
      tsfn_call_with(self->fn, on_call_with, NULL, 0, TSFN_NONBLOCKING));
}

static const char *
op_call_error(struct driver *self) {
  return NAME(tsfn_call_error(self->fn, "ECODE", "text", TSFN_NONBLOCKING));
}

static const char *
op_call_pointer(struct driver *self) {
  /* Of a producer whose order nobody looks at. */
  struct message message = {.way = WAY_POINTER, .producer = PRODUCERS_MAX};
  return NAME(send_pointer(self, &message));
}

static const char *
op_call_record(struct driver *self) {
  point item = {0, 0};
  return NAME(point_call(self->fn, &item, TSFN_NONBLOCKING));
}

static tsfn_status
run_nothing(tsfn_function *fn, size_t index, void *data) {
  (void)fn;
  (void)index;
  (void)data;
  return TSFN_OK;
}

static const char *
op_spawn(struct driver *self) {
  return NAME(tsfn_spawn(self->fn, run_nothing, NULL));
}

/* --- wrong calls --------------------------------------------------------- */

static const char *
bad_call_null_item(struct driver *self) {
  return NAME(tsfn_call(self->fn, NULL, 8, TSFN_NONBLOCKING));
}

static const char *
bad_call_many_null_items(struct driver *self) {
  size_t accepted = 77;
  tsfn_status status =
      tsfn_call_many(self->fn, NULL, 8, 3, TSFN_NONBLOCKING, &accepted);
  return accepted == 0 ? NAME(status) : "wrong count";
}

static const char *
bad_call_with_null_item(struct driver *self) {
  return NAME(
      tsfn_call_with(self->fn, on_call_with, NULL, 8, TSFN_NONBLOCKING));
}

static const char *
bad_call_with_null_callback(struct driver *self) {
  return NAME(tsfn_call_with(self->fn, NULL, NULL, 0, TSFN_NONBLOCKING));
}

static const char *
bad_call_error_null_message(struct driver *self) {
  return NAME(tsfn_call_error(self->fn, "ECODE", NULL, TSFN_NONBLOCKING));
}

static const char *
bad_call_record_null_type(struct driver *self) {
  point item = {0, 0};
  return NAME(
      tsfn_call_record(self->fn, NULL, &item, 1, TSFN_NONBLOCKING, NULL));
}

static const char *
bad_call_record_null_items(struct driver *self) {
  return NAME(tsfn_call_record(self->fn, point_record(), NULL, 1,
                               TSFN_NONBLOCKING, NULL));
}

#define OTHER(FIELD) FIELD(u32, left) FIELD(u32, right)
TSFN_RECORD(other, OTHER)

static const char *
bad_call_other_record(struct driver *self) {
  other item = {0, 0};
  return NAME(other_call(self->fn, &item, TSFN_NONBLOCKING));
}

static const char *
bad_stats_null(struct driver *self) {
  return NAME(tsfn_get_stats(self->fn, NULL));
}

static const char *
bad_spawn_null_run(struct driver *self) {
  return NAME(tsfn_spawn(self->fn, NULL, NULL));
}

/* Every call with a NULL function. "all TSFN_INVALID", or the first that was
   answered otherwise. */
static const char *
bad_null_function(struct driver *self) {
  struct driver none = {.fn = NULL};
  static const operation operations[] = {
      op_acquire,   op_release,    op_abort,        op_ref,
      op_unref,     op_stats,      op_call,         op_call_many,
      op_call_with, op_call_error, op_call_pointer, op_call_record,
      op_spawn};
  (void)self;
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    const char *answer = operations[i](&none);
    if (strcmp(answer, "TSFN_INVALID") != 0) return answer;
  }
  if (tsfn_context(NULL) != NULL) return "a context";
  return tsfn_is_closing(NULL) ? "all TSFN_INVALID" : "not closing";
}

static const char *
bad_push_null(struct driver *self) {
  (void)self;
  return NAME(tsfn_push(NULL, NULL));
}

/* --- by name ------------------------------------------------------------- */

#define OP(name)                                                               \
  { #name, op_##name }
#define BAD(name)                                                              \
  { #name, bad_##name }
static const struct {
  const char *name;
  operation run;
} operations[] = {
    OP(acquire),
    OP(release),
    OP(abort),
    OP(ref),
    OP(unref),
    OP(is_closing),
    OP(context),
    OP(stats),
    OP(call),
    OP(call_many),
    OP(call_with),
    OP(call_error),
    OP(call_pointer),
    OP(call_record),
    OP(spawn),
    BAD(call_null_item),
    BAD(call_many_null_items),
    BAD(call_with_null_item),
    BAD(call_with_null_callback),
    BAD(call_error_null_message),
    BAD(call_record_null_type),
    BAD(call_record_null_items),
    BAD(call_other_record),
    BAD(stats_null),
    BAD(spawn_null_run),
    BAD(null_function),
    BAD(push_null),
};

struct errand {
  operation run;
  struct driver *driver;
  const char *answer;
};

static void *
errand_main(void *argument) {
  struct errand *self = argument;
  self->answer = self->run(self->driver);
  return NULL;
}

static struct errand
errand_from(napi_env env, napi_callback_info info) {
  napi_value arguments[2], holder = js_object(env);
  js_arguments(env, info, 2, arguments);
  struct errand self = {NULL, js_external(env, arguments[0]), NULL};
  js_set(env, holder, "name", arguments[1]);
  char *name = js_string(env, holder, "name");
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    if (strcmp(operations[i].name, name) == 0) self.run = operations[i].run;
  if (self.run == NULL) {
    fprintf(stderr, "driver: there is no operation %s\n", name);
    abort();
  }
  free(name);
  return self;
}

/* NULL where an exception is pending. */
static napi_value
errand_answer(napi_env env, const struct errand *self) {
  bool is_pending;
  MUST(napi_is_exception_pending(env, &is_pending));
  return is_pending ? NULL : js_text(env, self->answer);
}

/* op(handle, name) -> the status's name */
static napi_value
js_op(napi_env env, napi_callback_info info) {
  struct errand errand = errand_from(env, info);
  errand_main(&errand);
  return errand_answer(env, &errand);
}

/* onThread(handle, name) -> the same, from a thread that has ended by then */
static napi_value
js_on_thread(napi_env env, napi_callback_info info) {
  pthread_t thread;
  struct errand errand = errand_from(env, info);
  if (pthread_create(&thread, NULL, errand_main, &errand) != 0) abort();
  pthread_join(thread, NULL);
  return errand_answer(env, &errand);
}

#endif
