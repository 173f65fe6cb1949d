/* SPDX-License-Identifier: MIT */

/* A uv_async_t as a bell, for Node.

   libuv's functions are looked up in the host: no uv.h is needed to build, and
   the size of a handle is the host's, not that of some header. The types are
   opaque here; the signatures are libuv's since 1.0. uv_async_send may be
   called on any thread, the others on the loop thread only. */

#include "core/memory.h"
#include "node/bell.h"
#include "os/os.h"

typedef void (*uv_callback)(void *handle);

/* libuv's functions, the same for all environments of the process. */
static struct {
  size_t (*handle_size)(int type);
  int (*async_init)(void *loop, void *handle, uv_callback callback);
  int (*async_send)(void *handle);
  int (*prepare_init)(void *loop, void *handle);
  int (*prepare_start)(void *handle, uv_callback callback);
  int (*prepare_stop)(void *handle);
  void (*close)(void *handle, uv_callback closed);
  void (*ref)(void *handle);
  void (*unref)(void *handle);
} uv;

/* Two uv_handle_type, fixed by libuv's ABI: UV_UNKNOWN_HANDLE is 0, UV_ASYNC is
   1 and UV_PREPARE is 9. */
#define UV_ASYNC 1
#define UV_PREPARE 9

/* One allocation. A cell stands in front of each handle, so that a callback
   finds the bell without uv_handle_get_data, which came with libuv 1.19. 64
   bytes keep a handle aligned for any type.

     | cell | async, the bell's handle | cell | prepare |

   The prepare handle is called in each turn of an event loop, also of one that
   runs inside of a callback. It is active only while the bell is attended. */
struct cell {
  struct tsfn__bell *bell;
  unsigned char *memory;
  size_t size;     /* of the allocation */
  void *prepare;   /* the other handle */
  unsigned closed; /* handles that are closed so far */
};
#define CELL_SIZE 64u

_Static_assert(sizeof(struct cell) <= CELL_SIZE, "a cell fits");

/* ISO C does not convert a void * to a function's address. POSIX and Windows
   promise that both have the same bytes, so it is written to the member as if
   that were a void * as well. */
#define LOOK_UP(field, name)                                                   \
  *(void **)&uv.field = tsfn__os_symbol(name);                                 \
  if (uv.field == NULL) return false

/* Looks all nine functions up. Several environments may do so one after
   another: they find the same values, before any of them has a handle. False:
   this host lacks one. */
static bool
look_uv_up(void) {
  LOOK_UP(handle_size, "uv_handle_size");
  LOOK_UP(async_init, "uv_async_init");
  LOOK_UP(async_send, "uv_async_send");
  LOOK_UP(prepare_init, "uv_prepare_init");
  LOOK_UP(prepare_start, "uv_prepare_start");
  LOOK_UP(prepare_stop, "uv_prepare_stop");
  LOOK_UP(close, "uv_close");
  LOOK_UP(ref, "uv_ref");
  LOOK_UP(unref, "uv_unref");
  return true;
}

/* Looks libuv up once for the process, under a lock: environments open on their
   own threads. */
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

static struct cell *
cell_of(void *handle) {
  return (struct cell *)((char *)handle - CELL_SIZE);
}

/* libuv calls this for both handles. */
static void
on_event(void *handle) {
  struct tsfn__bell *bell = cell_of(handle)->bell;
  bell->rung(bell);
}

/* The size of a handle, rounded up to what any type is aligned to. */
static size_t
handle_size(int type) {
  return (uv.handle_size(type) + CELL_SIZE - 1) / CELL_SIZE * CELL_SIZE;
}

/* Allocates both handles with their cells. NULL: out of memory. */
static unsigned char *
make_cells(struct tsfn__bell *self) {
  size_t async_size = CELL_SIZE + handle_size(UV_ASYNC);
  size_t size = async_size + CELL_SIZE + handle_size(UV_PREPARE);
  unsigned char *memory =
      tsfn__memory_allocate_zero(&tsfn__memory_default, size);
  if (memory == NULL) return NULL;
  void *prepare = memory + async_size + CELL_SIZE;
  struct cell cell = {self, memory, size, prepare, 0};
  *(struct cell *)(void *)memory = cell;
  *cell_of(prepare) = cell;
  return memory;
}

/* Both handles are unreferenced at once: a bell does not keep the loop alive
   before uv_bell_hold, and the prepare handle never does. */
TSFN__OS_COLD static bool
uv_bell_open(struct tsfn__bell *self, napi_env env) {
  struct uv_loop_s *loop;
  if (!find_uv() || napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
  unsigned char *memory = make_cells(self);
  if (memory == NULL) return false;
  self->handle = memory + CELL_SIZE;
  struct cell *cell = cell_of(self->handle);
  if (uv.async_init(loop, self->handle, on_event) != 0) {
    tsfn__memory_release(&tsfn__memory_default, memory, cell->size);
    return false;
  }
  uv.prepare_init(loop, cell->prepare); /* cannot fail */
  uv.unref(self->handle);
  uv.unref(cell->prepare);
  return true;
}

/* Rings. libuv makes one callback of all sends before it. uv_async_send fails
   only for a handle that is no async handle, so its answer is not looked at. */
static void
uv_bell_ring(struct tsfn__bell *self) {
  uv.async_send(self->handle);
}

/* Rings from inside of the callback, which libuv answers in the loop's next
   turn. */
static void
uv_bell_again(struct tsfn__bell *self, napi_env env) {
  (void)env;
  uv.async_send(self->handle);
}

/* While the prepare handle is active libuv calls it in each turn of whatever
   loop runs, also of one inside of a callback. */
static void
uv_bell_attend(struct tsfn__bell *self, bool is_attended) {
  void *prepare = cell_of(self->handle)->prepare;
  if (is_attended)
    uv.prepare_start(prepare, on_event);
  else
    uv.prepare_stop(prepare);
}

static void
uv_bell_hold(struct tsfn__bell *self, napi_env env, bool hold) {
  (void)env;
  if (hold)
    uv.ref(self->handle);
  else
    uv.unref(self->handle);
}

/* libuv is done with one of the two handles. When it is done with both, the
   bell is told, last of all: that may free it. */
static void
on_handle_closed(void *handle) {
  struct cell *first = (struct cell *)(void *)cell_of(handle)->memory;
  struct tsfn__bell *bell = first->bell;
  if (++first->closed < 2) return;
  tsfn__memory_release(&tsfn__memory_default, first->memory, first->size);
  bell->closed(bell);
}

/* libuv calls on_handle_closed in a later turn of the loop, which the host runs
   until every async cleanup hook has been removed. */
static void
uv_bell_close(struct tsfn__bell *self) {
  uv.close(cell_of(self->handle)->prepare, on_handle_closed);
  uv.close(self->handle, on_handle_closed);
}

const struct tsfn__bell_ops tsfn__bell_uv = {
    .name = "uv",
    .open = uv_bell_open,
    .ring = uv_bell_ring,
    .again = uv_bell_again,
    .attend = uv_bell_attend,
    .hold = uv_bell_hold,
    .close = uv_bell_close,
};
