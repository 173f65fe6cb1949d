/* SPDX-License-Identifier: MIT */

/* Bytes of given sizes, sent by a thread of the library:

     start(callback, { delivery, passing, bound, own, buffers, onError, sizes })
       -> handle
     release(handle)   or abort(handle), one of them once
     report(handle) -> { accepted, memory, isFinalized, and the completions by
                         their names }

   sends { data: bytes, i } for each size, and NULL for a size of -1. With
   `buffers` it is { data: buffer, i }. Byte k of item i is
   (7 * i + 13 * k + 1) & 255. `memory` is what the function holds of its
   allocator, in bytes. */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/enums.h"
#include "support/exports.h"
#include "tsfn.h"

#define PACKET(FIELD) FIELD(bytes, data) FIELD(u32, i)
TSFN_RECORD(packet, PACKET)

#define CHUNK(FIELD) FIELD(buffer, data) FIELD(u32, i)
TSFN_RECORD(chunk, CHUNK)

/* One function and its producer. It is kept until the process ends, since the
   function's allocator needs it for as long as anybody has the function. */
struct sending {
  struct sending *next;
  tsfn_function *fn;
  int32_t *sizes;
  uint32_t count;
  atomic_llong memory;
  atomic_uint accepted;
  uint32_t completed[TSFN_COMPLETION_COUNT];
  bool sends_buffers;
  bool is_finalized;
};

static void *
allocate(void *hint, size_t size) {
  void *memory = malloc(size);
  if (memory != NULL) atomic_fetch_add(&((struct sending *)hint)->memory, size);
  return memory;
}

static void
release(void *hint, void *memory, size_t size) {
  atomic_fetch_sub(&((struct sending *)hint)->memory, size);
  free(memory);
}

static void
on_complete(void *context, const void *item, size_t size, tsfn_completion how) {
  (void)item, (void)size;
  ((struct sending *)context)->completed[how]++;
}

static void
on_finalize(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  ((struct sending *)data)->is_finalized = true;
}

static tsfn_status
send_bytes(const struct sending *self, tsfn_bytes data, uint32_t index) {
  packet as_bytes = {data, index};
  chunk as_buffer = {data, index};
  return self->sends_buffers ? chunk_call(self->fn, &as_buffer, TSFN_BLOCKING)
                             : packet_call(self->fn, &as_bytes, TSFN_BLOCKING);
}

static tsfn_status
send_one(const struct sending *self, int32_t size, uint32_t index) {
  tsfn_bytes data = {NULL, 0};
  unsigned char *bytes = NULL;
  if (size >= 0) {
    bytes = malloc((size_t)size + 1);
    if (bytes == NULL) return TSFN_NO_MEMORY;
    for (uint32_t k = 0; k < (uint32_t)size; k++)
      bytes[k] = (unsigned char)(7 * index + 13 * k + 1);
    data.data = bytes;
    data.size = (size_t)size;
  }
  tsfn_status status = send_bytes(self, data, index);
  free(bytes);
  return status;
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  struct sending *self = data;
  (void)fn, (void)index;
  for (uint32_t i = 0; i < self->count; i++) {
    tsfn_status status = send_one(self, self->sizes[i], i);
    if (status != TSFN_OK) return status;
    atomic_fetch_add(&self->accepted, 1);
  }
  return TSFN_OK;
}

static _Atomic(struct sending *) all;

static struct sending *
make_sending(void) {
  struct sending *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->next = atomic_load(&all);
  while (!atomic_compare_exchange_weak(&all, &self->next, self))
    ;
  return self;
}

static bool
read_sizes(napi_env env, napi_value list, struct sending *self) {
  if (napi_get_array_length(env, list, &self->count) != napi_ok) return false;
  self->sizes = calloc(self->count + 1, sizeof *self->sizes);
  if (self->sizes == NULL) return false;
  for (uint32_t i = 0; i < self->count; i++) {
    napi_value value;
    if (napi_get_element(env, list, i, &value) != napi_ok ||
        napi_get_value_int32(env, value, &self->sizes[i]) != napi_ok)
      return false;
  }
  return true;
}

static bool
flag_of(napi_env env, napi_value object, const char *name) {
  napi_value value;
  bool flag = false;
  napi_get_named_property(env, object, name, &value);
  napi_get_value_bool(env, value, &flag);
  return flag;
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2], sizes, bound, on_error, handle;
  size_t count = 2;
  uint32_t most = 0;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_named_property(env, arguments[1], "sizes", &sizes);
  napi_get_named_property(env, arguments[1], "bound", &bound);
  napi_get_named_property(env, arguments[1], "onError", &on_error);
  napi_get_value_uint32(env, bound, &most);
  struct sending *self = make_sending();
  if (self == NULL || !read_sizes(env, sizes, self)) return NULL;
  self->sends_buffers = flag_of(env, arguments[1], "buffers");
  tsfn_allocator allocator = {
      .allocate = allocate, .release = release, .hint = self};
  tsfn_options options = {
      .name = "payloads",
      .record = self->sends_buffers ? chunk_record() : packet_record(),
      .errors = TSFN_VALUES_ONLY,
      .delivery = enums_delivery(env, arguments[1]),
      .passing = enums_passing(env, arguments[1]),
      .max_queue_size = most,
      .own_buffers = flag_of(env, arguments[1], "own"),
      .on_error = on_error,
      .context = self,
      .complete = on_complete,
      .finalize = on_finalize,
      .finalize_data = self,
      .allocator = &allocator,
  };
  if (tsfn_create(env, arguments[0], &options, &self->fn) != TSFN_OK ||
      tsfn_spawn(self->fn, run, self) != TSFN_OK)
    return NULL;
  napi_create_external(env, self, NULL, NULL, &handle);
  return handle;
}

static struct sending *
sending_of(napi_env env, napi_callback_info info) {
  napi_value handle;
  size_t count = 1;
  void *self = NULL;
  napi_get_cb_info(env, info, &count, &handle, NULL, NULL);
  napi_get_value_external(env, handle, &self);
  return self;
}

static napi_value
abort_sending(napi_env env, napi_callback_info info) {
  tsfn_abort(sending_of(env, info)->fn);
  return NULL;
}

static napi_value
release_sending(napi_env env, napi_callback_info info) {
  tsfn_release(sending_of(env, info)->fn);
  return NULL;
}

static void
set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static napi_value
report(napi_env env, napi_callback_info info) {
  struct sending *self = sending_of(env, info);
  napi_value result, is_finalized;
  napi_create_object(env, &result);
  set_number(env, result, "accepted", atomic_load(&self->accepted));
  for (int how = 0; how < TSFN_COMPLETION_COUNT; how++)
    set_number(env, result, tsfn_completion_name((tsfn_completion)how),
               self->completed[how]);
  set_number(env, result, "memory", (double)atomic_load(&self->memory));
  napi_get_boolean(env, self->is_finalized, &is_finalized);
  napi_set_named_property(env, result, "isFinalized", is_finalized);
  return result;
}

EXPORTS(METHOD("start", start), METHOD("abort", abort_sending),
        METHOD("release", release_sending), METHOD("report", report))
