/* SPDX-License-Identifier: MIT */

/* A uv_async_t as a bell.

   libuv's functions are looked up in the host: no uv.h is needed to build, and
   the size of a handle is the host's, not that of some header. The types are
   opaque here; the signatures are libuv's since 1.0. */

#include "core/memory.h"
#include "node/bell.h"
#include "os/os.h"

typedef void (*uv_callback)(void *handle);

static struct {
  size_t (*handle_size)(int type);
  int (*async_init)(void *loop, void *handle, uv_callback callback);
  int (*async_send)(void *handle);
  void (*close)(void *handle, uv_callback closed);
  void (*ref)(void *handle);
  void (*unref)(void *handle);
} uv;

/* A uv_handle_type: unknown is 0 and async is 1, fixed by libuv's ABI. */
#define UV_ASYNC 1

/* Stands in front of the handle, so that a callback finds the bell without
   uv_handle_get_data, which came with libuv 1.19. 64 bytes keep the handle
   aligned for any type. */
struct uv_bell {
  struct tsfn__bell *bell;
  size_t size; /* of the allocation */
};
#define UV_BELL_SIZE 64u

_Static_assert(sizeof(struct uv_bell) <= UV_BELL_SIZE, "a bell fits");

#define LOOK_UP(field, name)                                                   \
  *(void **)&uv.field = tsfn__os_symbol(name);                                 \
  if (uv.field == NULL) return false

/* Finds the same values for all environments, before the first handle is. */
static bool
look_uv_up(void) {
  LOOK_UP(handle_size, "uv_handle_size");
  LOOK_UP(async_init, "uv_async_init");
  LOOK_UP(async_send, "uv_async_send");
  LOOK_UP(close, "uv_close");
  LOOK_UP(ref, "uv_ref");
  LOOK_UP(unref, "uv_unref");
  return true;
}

static bool
find_uv(void) {
  static struct tsfn__os_mutex once = TSFN__OS_MUTEX_INIT;
  static bool is_found;
  tsfn__os_mutex_lock(&once);
  is_found = is_found || look_uv_up();
  bool found = is_found;
  tsfn__os_mutex_unlock(&once);
  return found;
}

static struct uv_bell *
uv_bell_of(void *handle) {
  return (struct uv_bell *)((char *)handle - UV_BELL_SIZE);
}

static void
on_async(void *handle) {
  struct tsfn__bell *bell = uv_bell_of(handle)->bell;
  bell->rung(bell);
}

TSFN__OS_COLD static bool
uv_bell_open(struct tsfn__bell *self, napi_env env) {
  struct uv_loop_s *loop;
  if (!find_uv() || napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
  size_t size = UV_BELL_SIZE + uv.handle_size(UV_ASYNC);
  struct uv_bell *memory =
      tsfn__memory_allocate_zero(&tsfn__memory_default, size);
  if (memory == NULL) return false;
  memory->bell = self;
  memory->size = size;
  self->handle = (char *)memory + UV_BELL_SIZE;
  if (uv.async_init(loop, self->handle, on_async) != 0) {
    tsfn__memory_release(&tsfn__memory_default, memory, size);
    return false;
  }
  uv.unref(self->handle);
  return true;
}

/* uv_async_send fails only for a handle that is no async handle. */
static void
uv_bell_ring(struct tsfn__bell *self) {
  uv.async_send(self->handle);
}

/* libuv answers a send from inside of the callback in the loop's next turn. */
static void
uv_bell_again(struct tsfn__bell *self, napi_env env) {
  (void)env;
  uv.async_send(self->handle);
}

static void
uv_bell_hold(struct tsfn__bell *self, napi_env env, bool hold) {
  (void)env;
  if (hold)
    uv.ref(self->handle);
  else
    uv.unref(self->handle);
}

static void
on_uv_closed(void *handle) {
  struct uv_bell *memory = uv_bell_of(handle);
  struct tsfn__bell *bell = memory->bell;
  tsfn__memory_release(&tsfn__memory_default, memory, memory->size);
  bell->closed(bell);
}

static void
uv_bell_close(struct tsfn__bell *self) {
  uv.close(self->handle, on_uv_closed);
}

const struct tsfn__bell_ops tsfn__bell_uv = {"uv",         uv_bell_open,
                                             uv_bell_ring, uv_bell_again,
                                             uv_bell_hold, uv_bell_close};
