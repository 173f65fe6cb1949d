/* SPDX-License-Identifier: MIT */
#include "callbacks.h"

#include <string.h>

static void
note_thread(struct driver *self) {
  if (!pthread_equal(pthread_self(), self->loop_thread)) self->foreign++;
}

static unsigned char
filling(const numbered *item, size_t index) {
  return (unsigned char)(item->sequence * 7 + index);
}

void
fill_item(void *out, uint32_t producer, uint32_t sequence, size_t size) {
  numbered item = {producer, sequence};
  memcpy(out, &item, size < sizeof item ? size : sizeof item);
  for (size_t i = sizeof item; i < size; i++)
    ((unsigned char *)out)[i] = filling(&item, i);
}

/* The callback's arguments for an item: its two numbers, or none. */
static size_t
item_arguments(napi_env env, const numbered *item, napi_value *out) {
  if (item == NULL) return 0;
  MUST(napi_create_uint32(env, item->producer, &out[0]));
  MUST(napi_create_uint32(env, item->sequence, &out[1]));
  return 2;
}

tsfn_status
on_convert(napi_env env, void *context, const void *data, tsfn_arguments *out) {
  struct driver *self = context;
  const numbered *item = data;
  napi_value values[2];
  note_thread(self);
  self->converted++;
  driver_log(self, "convert", item, "");
  size_t count = item_arguments(env, item, values);
  for (size_t i = 0; i < count; i++) {
    tsfn_status status = tsfn_push(out, values[i]);
    if (status != TSFN_OK) return status;
    if (item->sequence != self->convert_fails_at) continue;
    if (self->convert_throws)
      napi_throw_error(env, "ECONVERT", "convert threw");
    return self->convert_status;
  }
  for (uint32_t i = 0; i < self->convert_arguments; i++) {
    tsfn_status status = tsfn_push(out, js_from(env, i));
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* The status is call_js's own affair: it may be that JavaScript cannot run. */
static void
call_back(napi_env env, napi_value callback, size_t count,
          const napi_value *values) {
  napi_value receiver;
  if (callback != NULL && napi_get_undefined(env, &receiver) == napi_ok)
    napi_call_function(env, receiver, callback, count, values, NULL);
}

/* As node-addon-api does in its call_js. */
static void
report_thrown(napi_env env) {
  napi_value error;
  if (js_is_pending(env) &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok)
    napi_fatal_exception(env, error);
}

static void
show(struct driver *self, napi_env env, napi_value callback,
     const numbered *item, const char *how) {
  napi_value values[3];
  size_t count = 0;
  note_thread(self);
  driver_log(self, how, item, env != NULL ? "" : "null");
  books_show(&self->books, env);
  if (env == NULL) {
    if (callback != NULL) self->corrupt++;
    return;
  }
  if (item != NULL && item->sequence == self->call_js_throws_at) {
    napi_throw_error(env, "ECALLJS", "call_js threw");
    return;
  }
  if (strcmp(how, "with") == 0 &&
      napi_create_string_utf8(env, how, 4, &values[0]) == napi_ok)
    count = 1;
  count += item_arguments(env, item, values + count);
  call_back(env, callback, count, values);
  if (self->call_js_reports) report_thrown(env);
}

void
on_call_js(napi_env env, napi_value callback, void *context, void *item) {
  show(context, env, callback, item, "call_js");
}

void
on_call_with(napi_env env, napi_value callback, void *context, void *item) {
  show(context, env, callback, item, "with");
}

static void
check_item(struct driver *self, const numbered *item, size_t size) {
  const unsigned char *bytes = (const unsigned char *)item;
  if (size < sizeof *item) return;
  for (size_t i = sizeof *item; i < size; i++)
    if (bytes[i] != filling(item, i)) {
      self->corrupt++;
      return;
    }
}

void
on_complete(void *context, const void *data, size_t size, tsfn_completion how) {
  struct driver *self = context;
  bool is_pointer = data != NULL && size == 0;
  const numbered *item = is_pointer || size >= sizeof *item ? data : NULL;
  note_thread(self);
  books_complete(&self->books, item, how);
  driver_log(self, "complete", item, books_name(how));
  check_item(self, item, size);
  if (!is_pointer) return;
  free((void *)data);
  atomic_fetch_add(&self->pointers_freed, 1);
}

static void
print_books(const struct driver *self) {
  char text[600];
  books_print(&self->books, text, sizeof text);
  printf("{%s}\n", text);
  fflush(stdout);
}

static void
tell_finalized(struct driver *self, napi_env env) {
  napi_value callback;
  if (self->on_finalize == NULL) return;
  MUST(napi_get_reference_value(env, self->on_finalize, &callback));
  MUST(napi_delete_reference(env, self->on_finalize));
  self->on_finalize = NULL;
  call_back(env, callback, 0, NULL);
}

void
on_finalize(napi_env env, void *data, void *context) {
  struct driver *self = context;
  tsfn_stats stats = {0}; /* none where no thread told us the function */
  note_thread(self);
  driver_log(self, "finalize", NULL, env != NULL ? "" : "null");
  books_finalize(&self->books, env);
  if (data != &self->books) self->finalized_wrongly++;
  tsfn_get_stats(self->fn, &stats);
  self->queued_at_finalize = stats.queued;
  self->exited_at_finalize = atomic_load(&self->exited);
  if (self->prints) print_books(self);
  if (env == NULL) return;
  tell_finalized(self, env);
  if (self->finalize_throws)
    napi_throw_error(env, "EFINALIZE", "finalize threw");
}

void
on_free_context(void *context) {
  struct driver *self = context;
  driver_log(self, "free_context", NULL, "");
  books_free_context(&self->books);
}
