/* SPDX-License-Identifier: MIT */

/* A bare uv_async_t that calls the callback: what a wake-up costs without any
   queue. It loses signals that meet (as uv_async_send says), so it serves for
   one ping at a time only. libuv's functions are looked up in the host.

   Its kind `ask` is two bare wakes, there and back: the thread rings, and the
   loop thread signals a condition that the thread waits for. JavaScript is not
   called. */

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "adapter.h"

typedef void (*uv_callback)(void *handle);
static int (*uv_async_send)(void *handle);

#define UV_ASYNC 1

struct bell {
  napi_env env;
  napi_ref callback;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool is_heard; /* under the mutex */
  /* libuv's handle, of the size that the host says. */
  _Alignas(max_align_t) unsigned char handle[];
};

static struct bell *
bell_of(void *handle) {
  return (struct bell *)((char *)handle - offsetof(struct bell, handle));
}

static void
on_async(void *handle) {
  struct bell *bell = bell_of(handle);
  napi_handle_scope scope;
  napi_value global, callback, number;
  napi_open_handle_scope(bell->env, &scope);
  napi_get_global(bell->env, &global);
  napi_get_reference_value(bell->env, bell->callback, &callback);
  napi_create_double(bell->env, 0, &number);
  napi_make_callback(bell->env, NULL, global, callback, 1, &number, NULL);
  napi_close_handle_scope(bell->env, scope);
}

static void
on_ask(void *handle) {
  struct bell *bell = bell_of(handle);
  pthread_mutex_lock(&bell->mutex);
  bell->is_heard = true;
  pthread_cond_signal(&bell->changed);
  pthread_mutex_unlock(&bell->mutex);
}

static void
on_closed(void *handle) {
  struct bell *bell = bell_of(handle);
  pthread_cond_destroy(&bell->changed);
  pthread_mutex_destroy(&bell->mutex);
  free(bell);
  bench_finalized();
}

static void *
find(const char *name) {
  return dlsym(RTLD_DEFAULT, name);
}

static bool
create_bell(struct bench_function *self, napi_env env, napi_value callback,
            uv_callback heard) {
  size_t (*handle_size)(int);
  int (*async_init)(void *, void *, uv_callback);
  struct uv_loop_s *loop;
  *(void **)&handle_size = find("uv_handle_size");
  *(void **)&async_init = find("uv_async_init");
  *(void **)&uv_async_send = find("uv_async_send");
  if (handle_size == NULL || async_init == NULL || uv_async_send == NULL ||
      napi_get_uv_event_loop(env, &loop) != napi_ok)
    return false;
  struct bell *bell = calloc(1, sizeof *bell + handle_size(UV_ASYNC));
  if (bell == NULL) return false;
  bell->env = env;
  napi_create_reference(env, callback, 1, &bell->callback);
  pthread_mutex_init(&bell->mutex, NULL);
  pthread_cond_init(&bell->changed, NULL);
  self->handle = bell->handle;
  return async_init(loop, self->handle, heard) == 0;
}

static bool
create(struct bench_function *self, napi_env env, napi_value callback) {
  return create_bell(self, env, callback, on_async);
}

static bool
create_ask(struct bench_function *self, napi_env env, napi_value callback) {
  return create_bell(self, env, callback, on_ask);
}

static bool
send(struct bench_function *self, uint64_t i) {
  (void)i;
  return uv_async_send(self->handle) == 0;
}

static bool
send_ask(struct bench_function *self, uint64_t i) {
  struct bell *bell = bell_of(self->handle);
  if (!send(self, i)) return false;
  pthread_mutex_lock(&bell->mutex);
  while (!bell->is_heard)
    pthread_cond_wait(&bell->changed, &bell->mutex);
  bell->is_heard = false;
  pthread_mutex_unlock(&bell->mutex);
  return true;
}

static void
release(struct bench_function *self) {
  struct bell *bell = bell_of(self->handle);
  void (*close)(void *, uv_callback);
  *(void **)&close = find("uv_close");
  napi_delete_reference(bell->env, bell->callback);
  close(self->handle, on_closed);
}

const struct bench_kind bench_kinds[] = {
    {"number", create, send, NULL, release},
    {"ask", create_ask, send_ask, NULL, release},
    {NULL, NULL, NULL, NULL, NULL},
};
