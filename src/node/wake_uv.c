/* SPDX-License-Identifier: MIT */
#include "core/memory.h"
#include "node/wake.h"
#include "os/os.h"

/* libuv's functions are looked up in the host: no uv.h is needed to build, and
   the size of a handle is the host's, not that of some header. The types are
   opaque here; the signatures are libuv's since 1.0. */
typedef void (*uv_callback)(void *handle);

struct uv {
  size_t (*handle_size)(int type);
  int (*async_init)(void *loop, void *handle, uv_callback callback);
  int (*async_send)(void *handle);
  void (*close)(void *handle, uv_callback closed);
  void (*ref)(void *handle);
  void (*unref)(void *handle);
};

#define UV_ASYNC                                                               \
  1 /* uv_handle_type: unknown 0, async 1, fixed by libuv's ABI */

/* In front of the handle, so that a callback finds us without
   uv_handle_get_data (1.19). 64 bytes keep the handle aligned for any type. */
struct bell {
  struct tsfn__wake *wake;
  size_t size;
};
#define BELL_SIZE 64u

_Static_assert(sizeof(struct bell) <= BELL_SIZE, "a bell fits");

static struct uv uv;

#define LOOK_UP(field, name)                                                   \
  *(void **)&uv.field = tsfn__os_symbol(name);                                 \
  if (uv.field == NULL) return false

/* The same values for all environments; written before the first handle is. */
static bool
look_up(void) {
  LOOK_UP(handle_size, "uv_handle_size");
  LOOK_UP(async_init, "uv_async_init");
  LOOK_UP(async_send, "uv_async_send");
  LOOK_UP(close, "uv_close");
  LOOK_UP(ref, "uv_ref");
  LOOK_UP(unref, "uv_unref");
  return true;
}

static struct bell *
bell_of(void *handle) {
  return (struct bell *)((char *)handle - BELL_SIZE);
}

static void
on_async(void *handle) {
  struct tsfn__wake *wake = bell_of(handle)->wake;
  wake->woken(wake);
}

TSFN__OS_COLD static bool
wake_open(struct tsfn__wake *self, napi_env env) {
  static struct tsfn__os_mutex once = TSFN__OS_MUTEX_INIT;
  static bool is_found;
  struct uv_loop_s *loop;
  tsfn__os_mutex_lock(&once);
  is_found = is_found || look_up();
  bool found = is_found;
  tsfn__os_mutex_unlock(&once);
  if (!found || napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
  size_t size = BELL_SIZE + uv.handle_size(UV_ASYNC);
  struct bell *bell = tsfn__memory_allocate_zero(&tsfn__memory_default, size);
  if (bell == NULL) return false;
  bell->wake = self;
  bell->size = size;
  self->handle = (char *)bell + BELL_SIZE;
  if (uv.async_init(loop, self->handle, on_async) != 0) {
    tsfn__memory_release(&tsfn__memory_default, bell, size);
    return false;
  }
  uv.unref(self->handle);
  return true;
}

static void
wake_send(struct tsfn__wake *self) {
  uv.async_send(self->handle); /* fails only for what is no async handle */
}

static void
wake_again(struct tsfn__wake *self, napi_env env) {
  (void)env;
  uv.async_send(self->handle); /* seen in the loop's next turn, not in this */
}

static void
wake_hold(struct tsfn__wake *self, napi_env env, bool hold) {
  (void)env;
  if (hold)
    uv.ref(self->handle);
  else
    uv.unref(self->handle);
}

static void
on_closed(void *handle) {
  struct bell *bell = bell_of(handle);
  struct tsfn__wake *wake = bell->wake;
  tsfn__memory_release(&tsfn__memory_default, bell, bell->size);
  wake->closed(wake);
}

static void
wake_close(struct tsfn__wake *self) {
  uv.close(self->handle, on_closed);
}

const struct tsfn__wake_backend tsfn__wake_uv = {
    "uv", wake_open, wake_send, wake_again, wake_hold, wake_close};
