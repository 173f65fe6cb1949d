/* SPDX-License-Identifier: MIT */
#include "record/slab.h"

#include <string.h>

#include "record/mark.h"
#include "record/record.h"

/* Bytes of a slab at the most: what a Uint8Array that is kept keeps alive. */
#define SLAB_MAX 65536u

/* Items of a slab at the most. */
#define SLAB_ITEMS 64u

/* Bytes of an item that shares a buffer at the most. */
#define SHARED_MAX 8192u

#define ALIGNMENT 8u

/* One run's column in the making. */
struct filling {
  const struct tsfn__outlet *outlet;
  const char *first; /* the field of the run's first item */
  size_t slot_size;
  size_t count;
  int32_t *places;
  napi_value buffers;
  uint32_t buffer_count;
};

/* The items from `begin` to `end`, of which `items` share a buffer of `size`
   bytes. */
struct slab {
  size_t begin;
  size_t end;
  size_t items;
  size_t size;
};

static const tsfn_bytes *
bytes_at(const struct filling *self, size_t index) {
  return (const void *)(self->first + index * self->slot_size);
}

size_t
tsfn__slab_fit(const struct tsfn__column *column, const struct tsfn__run *run,
               size_t slot_size, size_t most) {
  struct filling self = {.first = (const char *)run->slots + column->offset,
                         .slot_size = slot_size};
  size_t count = 0, left = most;
  while (count < run->count && bytes_at(&self, count)->size <= left)
    left -= bytes_at(&self, count++)->size;
  return count != 0 ? count : 1;
}

static bool
is_shared(const struct filling *self, const tsfn_bytes *bytes) {
  return bytes->data != NULL && bytes->size <= SHARED_MAX &&
         !self->outlet->has_own_buffers;
}

static size_t
aligned(size_t size) {
  return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Measures the slab for the items from `begin` on. */
static struct slab
measure_slab(const struct filling *self, size_t begin) {
  struct slab slab = {begin, begin, 0, 0};
  for (; slab.end < self->count && slab.end - begin < SLAB_ITEMS; slab.end++) {
    const tsfn_bytes *bytes = bytes_at(self, slab.end);
    if (!is_shared(self, bytes)) continue;
    if (slab.size + aligned(bytes->size) > SLAB_MAX) break;
    slab.size += aligned(bytes->size);
    slab.items++;
  }
  return slab;
}

/* Makes a buffer whose bytes the caller writes, all of them; *index tells where
   it stands in `buffers`. */
static napi_status
add_buffer(struct filling *self, size_t size, napi_value *buffer, char **memory,
           uint32_t *index) {
  void *bytes = NULL;
  napi_env env = self->outlet->realm->env;
  napi_status status = tsfn__column_buffer(env, size, true, &bytes, buffer);
  *memory = bytes;
  *index = self->buffer_count++;
  return status == napi_ok
             ? napi_set_element(env, self->buffers, *index, *buffer)
             : status;
}

/* Copies the bytes of one item to the slab, with zeros behind them up to the
   next item; answers where that begins. */
static size_t
copy_shared(char *slab, size_t at, const tsfn_bytes *bytes) {
  size_t size = aligned(bytes->size);
  if (size == 0) return at;
  memset(slab + at + size - ALIGNMENT, 0, ALIGNMENT);
  memcpy(slab + at, bytes->data, bytes->size);
  return at + size;
}

/* Makes a buffer for the bytes of one item alone, whatever their size. */
static napi_status
add_alone(struct filling *self, const tsfn_bytes *bytes, int32_t *place) {
  napi_value buffer;
  char *memory;
  uint32_t which;
  napi_status status = add_buffer(self, bytes->size, &buffer, &memory, &which);
  if (status != napi_ok) return status;
  if (bytes->size != 0) memcpy(memory, bytes->data, bytes->size);
  tsfn__place_write(place, which, 0, TSFN__PLACE_WHOLE);
  return napi_ok;
}

/* Fills the slab, and makes the buffers of the items between that have their
   own. A buffer that two items share is marked. */
static napi_status
fill_slab(struct filling *self, struct slab slab) {
  napi_value buffer;
  char *memory = NULL;
  uint32_t which = 0;
  size_t at = 0;
  napi_status status = napi_ok;
  if (slab.items != 0)
    status = add_buffer(self, slab.size, &buffer, &memory, &which);
  if (status == napi_ok && slab.items > 1)
    tsfn__mark_shared(self->outlet->realm, buffer);
  for (size_t i = slab.begin; status == napi_ok && i < slab.end; i++) {
    const tsfn_bytes *bytes = bytes_at(self, i);
    int32_t *place = self->places + i * TSFN__PLACE;
    if (bytes->data == NULL) {
      tsfn__place_write(place, 0, 0, TSFN__PLACE_VALUE);
    } else if (!is_shared(self, bytes)) {
      status = add_alone(self, bytes, place);
    } else {
      tsfn__place_write(place, which, at, (int32_t)(at + bytes->size));
      at = copy_shared(memory, at, bytes);
    }
  }
  return status;
}

napi_status
tsfn__slab_fill(const struct tsfn__outlet *outlet,
                const struct tsfn__column *column, const struct tsfn__run *run,
                int32_t *places, napi_value *buffers) {
  napi_env env = outlet->realm->env;
  struct filling self = {
      .outlet = outlet,
      .first = (const char *)run->slots + column->offset,
      .slot_size = tsfn__queue_slot_size(&outlet->channel.queue),
      .count = run->count,
      .places = places,
  };
  struct slab slab = {0, 0, 0, 0};
  napi_handle_scope scope;
  napi_status status = napi_create_array(env, buffers);
  self.buffers = *buffers;
  while (status == napi_ok && slab.end < run->count) {
    slab = measure_slab(&self, slab.end);
    status = napi_open_handle_scope(env, &scope);
    if (status != napi_ok) break;
    status = fill_slab(&self, slab);
    napi_close_handle_scope(env, scope);
  }
  return status;
}
