/* SPDX-License-Identifier: MIT */

/* Promises that threads settle with a number:

     ours    tsfn_deferred_create; x_resolve and tsfn_deferred_drop
     node    a napi_threadsafe_function for each promise: its call_js resolves
             the napi_deferred, which is its context, by the number in the data
             pointer; a thread calls it once and gives its one use back
     none    the loop thread resolves its own napi_deferred: what any way costs

     create(way, count)          { promises, handle }
     settle(handle, threads)     promise i gets the number i
     join(handle)                waits for the threads, frees the handle; how
                                 many were not settled
     finalized()                 the host's functions that have ended */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "harness.h"

#define THREADS_MAX 16u

#define ROW(FIELD) FIELD(u32, value)
TSFN_RECORD(row, ROW)

struct promises;

struct way {
  const char *name;
  bool (*create)(void **handle, napi_env env, napi_value *promise);
  /* Any thread; a way of the loop thread's alone has `resolve`. */
  bool (*settle)(void *handle, uint32_t value);
  bool (*resolve)(void *handle, uint32_t value, napi_env env);
};

struct settler {
  pthread_t thread;
  struct promises *promises;
  size_t first, last;
  size_t failures;
};

struct promises {
  const struct way *way;
  size_t thread_count;
  struct settler threads[THREADS_MAX];
  size_t count;
  void *handles[];
};

static double finalized; /* loop thread */

/* --- ours ---------------------------------------------------------------- */

/* A promise of one number: what a declared function of kind promise has. */
static bool
create_ours(void **handle, napi_env env, napi_value *promise) {
  tsfn_deferred *deferred;
  bool is_made =
      tsfn_deferred_create(env, row_record(), &deferred, promise) == TSFN_OK;
  *handle = deferred;
  return is_made;
}

static bool
settle_ours(void *handle, uint32_t value) {
  row item = {.value = value};
  bool is_settled = row_resolve(handle, &item) == TSFN_OK;
  tsfn_deferred_drop(handle);
  return is_settled;
}

/* --- the host's ---------------------------------------------------------- */

/* The same value as ours: an object with the number in it. */
static bool
resolve(void *deferred, uint32_t value, napi_env env) {
  napi_value object, number;
  return napi_create_object(env, &object) == napi_ok &&
         napi_create_uint32(env, value, &number) == napi_ok &&
         napi_set_named_property(env, object, "value", number) == napi_ok &&
         napi_resolve_deferred(env, deferred, object) == napi_ok;
}

/* The call_js. */
static void
resolve_called(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback;
  if (env != NULL) resolve(context, (uint32_t)(uintptr_t)data, env);
}

static void
on_finalize(napi_env env, void *data, void *context) {
  (void)env, (void)data, (void)context;
  finalized++;
}

static bool
create_node(void **handle, napi_env env, napi_value *promise) {
  napi_threadsafe_function function;
  napi_deferred deferred;
  napi_value name;
  if (napi_create_promise(env, &deferred, promise) != napi_ok ||
      napi_create_string_utf8(env, "promise", NAPI_AUTO_LENGTH, &name) !=
          napi_ok ||
      napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL,
                                      on_finalize, deferred, resolve_called,
                                      &function) != napi_ok)
    return false;
  *handle = function;
  return true;
}

static bool
settle_node(void *handle, uint32_t value) {
  bool is_settled =
      napi_call_threadsafe_function(handle, (void *)(uintptr_t)value,
                                    napi_tsfn_blocking) == napi_ok;
  napi_release_threadsafe_function(handle, napi_tsfn_release);
  return is_settled;
}

/* --- no thread ----------------------------------------------------------- */

static bool
create_alone(void **handle, napi_env env, napi_value *promise) {
  napi_deferred deferred;
  bool is_made = napi_create_promise(env, &deferred, promise) == napi_ok;
  *handle = deferred;
  return is_made;
}

static const struct way ways[] = {
    {"ours", create_ours, settle_ours, NULL},
    {"node", create_node, settle_node, NULL},
    {"none", create_alone, NULL, resolve},
    {NULL, NULL, NULL, NULL},
};

/* --- all of them --------------------------------------------------------- */

static const struct way *
find_way(napi_env env, napi_value name) {
  char text[16] = "";
  napi_get_value_string_utf8(env, name, text, sizeof text, NULL);
  const struct way *way = ways;
  while (way->name != NULL && strcmp(way->name, text) != 0)
    way++;
  return way->name != NULL ? way : NULL;
}

static bool
create_one(struct promises *self, size_t i, napi_env env, napi_value array) {
  napi_handle_scope scope;
  napi_value promise;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  bool is_made = self->way->create(&self->handles[i], env, &promise) &&
                 napi_set_element(env, array, (uint32_t)i, promise) == napi_ok;
  napi_close_handle_scope(env, scope);
  return is_made;
}

static napi_value
create(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  const struct way *way = find_way(env, arguments.values[0]);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  napi_value object, array;
  if (way == NULL) return bench_fail(env, "no such way");
  struct promises *self = calloc(1, sizeof *self + count * sizeof(void *));
  if (self == NULL) return bench_fail(env, "out of memory");
  self->way = way;
  self->count = count;
  napi_create_object(env, &object);
  napi_create_array_with_length(env, count, &array);
  for (size_t i = 0; i < count; i++)
    if (!create_one(self, i, env, array))
      return bench_fail(env, "a promise could not be created");
  napi_set_named_property(env, object, "promises", array);
  napi_set_named_property(env, object, "handle", bench_from_pointer(env, self));
  return object;
}

static void *
settle_part(void *data) {
  struct settler *self = data;
  struct promises *promises = self->promises;
  for (size_t i = self->first; i < self->last; i++)
    self->failures += !promises->way->settle(promises->handles[i], (uint32_t)i);
  return NULL;
}

/* Settles all here. */
static napi_value
resolve_all(struct promises *self, napi_env env) {
  for (size_t i = 0; i < self->count; i++) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok ||
        !self->way->resolve(self->handles[i], (uint32_t)i, env))
      return bench_fail(env, "a promise could not be settled");
    napi_close_handle_scope(env, scope);
  }
  return NULL;
}

static napi_value
settle(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct promises *self = bench_pointer_at(&arguments, 0);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  if (self->way->resolve != NULL) return resolve_all(self, env);
  if (count == 0 || count > THREADS_MAX)
    return bench_fail(env, "settle: how many threads?");
  for (size_t i = 0; i < count; i++) {
    struct settler *settler = &self->threads[i];
    settler->promises = self;
    settler->first = self->count * i / count;
    settler->last = self->count * (i + 1) / count;
    if (pthread_create(&settler->thread, NULL, settle_part, settler) != 0)
      return bench_fail(env, "settle: no more threads");
    self->thread_count++;
  }
  return NULL;
}

static napi_value
join(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct promises *self = bench_pointer_at(&arguments, 0);
  size_t failures = 0;
  for (size_t i = 0; i < self->thread_count; i++) {
    pthread_join(self->threads[i].thread, NULL);
    failures += self->threads[i].failures;
  }
  free(self);
  return bench_from_number(env, (double)failures);
}

static napi_value
get_finalized(napi_env env, napi_callback_info info) {
  (void)info;
  return bench_from_number(env, finalized);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor methods[] = {
      {.utf8name = "create", .method = create},
      {.utf8name = "settle", .method = settle},
      {.utf8name = "join", .method = join},
      {.utf8name = "finalized", .method = get_finalized},
  };
  if (napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                             methods) != napi_ok)
    bench_fail(env, "promises cannot be exported");
  return exports;
}
