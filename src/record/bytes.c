/* SPDX-License-Identifier: MIT */

/* What the kinds bytes and buffer bring with them (kind_ops.h, views.h): C
   copies the bytes to slabs, and JavaScript makes the views, which takes a
   thirtieth of the time that it takes through Node-API.

   The two functions of a kind use built-in ones as these were when they were
   made, so that a program which replaces one later changes nothing. */

#include "core/arena.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"
#include "record/kind_ops.h"
#include "record/slab.h"
#include "record/views.h"

/* --- the functions of a kind --------------------------------------------- */

/* (sample) => [view, views]; `sample` is an array of the class that is wanted.
   view(buffers, places, i) makes the view of one item, and views puts those of
   items 0 to count - 1 into an Array, from `at` on. A place has three integers,
   which column.h tells.

   The class of a Buffer is Buffer[Symbol.species], that of a Uint8Array its
   constructor. Where the program has put something else there, a Uint8Array
   gets the prototype, which takes ten times as long. */
static const char source[] =
    "(function (sample) {\n"
    "'use strict';\n"
    "const { getPrototypeOf, setPrototypeOf } = Object;\n"
    "const prototype = getPrototypeOf(sample);\n"
    "const { constructor } = prototype;\n"
    "const find = () => {\n"
    "try {\n"
    "const Class = constructor[Symbol.species];\n"
    "const part = new Class(new ArrayBuffer(4), 1, 2);\n"
    "if (getPrototypeOf(part) === prototype && part.byteOffset === 1 &&\n"
    "part.length === 2) return Class;\n"
    "} catch {}\n"
    "const Bytes = Uint8Array;\n"
    "return function (buffer, from, length) {\n"
    "return setPrototypeOf(new Bytes(buffer, from, length), prototype);\n"
    "};\n"
    "};\n"
    "const Class = find();\n"
    "const view = (buffers, places, i) => {\n"
    "const at = 3 * i, from = places[at + 1], to = places[at + 2];\n"
    "if (to >= 0) return new Class(buffers[places[at]], from, to - from);\n"
    "return to === -1 ? null : new Class(buffers[places[at]]);\n"
    "};\n"
    "const views = (array, at, buffers, places, count) => {\n"
    "for (let i = 0; i < count; i++) array[at + i] = view(buffers, places, "
    "i);\n"
    "};\n"
    "return [view, views];\n"
    "})";

/* The realm's part, one for each kind. */
struct viewer {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref view;
  napi_ref views;
};

static bool
open_viewer(struct viewer *self, napi_env env, napi_value sample) {
  napi_value pair, view, views;
  return tsfn__host_call_source(env, source, 1, &sample, &pair) &&
         napi_get_element(env, pair, 0, &view) == napi_ok &&
         napi_get_element(env, pair, 1, &views) == napi_ok &&
         tsfn__reference_make(env, view, &self->view) &&
         tsfn__reference_make(env, views, &self->views);
}

TSFN__OS_COLD static bool
open_bytes(struct tsfn__part *part, struct tsfn__realm *realm) {
  napi_env env = realm->env;
  napi_value buffer, sample;
  return napi_create_arraybuffer(env, 0, NULL, &buffer) == napi_ok &&
         napi_create_typedarray(env, napi_uint8_array, 0, buffer, 0, &sample) ==
             napi_ok &&
         open_viewer((struct viewer *)part, env, sample);
}

/* A host that has no Buffers makes Uint8Arrays. */
TSFN__OS_COLD static bool
open_buffers(struct tsfn__part *part, struct tsfn__realm *realm) {
  napi_value sample, ignored;
  void *memory;
  if (napi_create_buffer(realm->env, 0, &memory, &sample) == napi_ok)
    return open_viewer((struct viewer *)part, realm->env, sample);
  (void)tsfn__exception_take(realm->env, &ignored);
  return open_bytes(part, realm);
}

TSFN__OS_COLD static void
close_viewer(struct tsfn__part *part, napi_env env) {
  struct viewer *self = (struct viewer *)part;
  tsfn__reference_drop(env, &self->view);
  tsfn__reference_drop(env, &self->views);
}

static const struct tsfn__part_ops bytes_ops = {sizeof(struct viewer),
                                                open_bytes, close_viewer};
static const struct tsfn__part_ops buffers_ops = {sizeof(struct viewer),
                                                  open_buffers, close_viewer};

/* The part of the column's kind. NULL: out of memory, or the host refused. */
static struct viewer *
get_viewer(struct tsfn__realm *realm, const struct tsfn__column *column) {
  bool is_buffer = column->field->kind == TSFN_KIND_buffer;
  return (struct viewer *)tsfn__realm_part(realm, is_buffer ? &buffers_ops
                                                            : &bytes_ops);
}

/* --- the operations ------------------------------------------------------ */

static napi_value
get_function(struct tsfn__realm *realm, const struct tsfn__column *column) {
  struct viewer *self = get_viewer(realm, column);
  return self != NULL ? tsfn__reference_get(realm->env, self->view) : NULL;
}

/* Calls views(array, at, buffers, places, count). */
static napi_status
call_views(const struct viewer *self, napi_env env, napi_value array, size_t at,
           napi_value buffers, napi_value places, size_t count) {
  napi_value undefined, arguments[5] = {array, NULL, buffers, places};
  napi_status status = napi_get_undefined(env, &undefined);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)at, &arguments[1]);
  if (status == napi_ok)
    status = napi_create_uint32(env, (uint32_t)count, &arguments[4]);
  if (status != napi_ok) return status;
  return napi_call_function(env, undefined,
                            tsfn__reference_get(env, self->views), 5, arguments,
                            NULL);
}

/* Where the functions could not be made, each value is made by itself. */
static napi_status
push_views(const struct tsfn__outlet *outlet, const struct tsfn__column *column,
           const struct tsfn__run *run, napi_value array, size_t at) {
  napi_env env = outlet->realm->env;
  struct viewer *viewer = get_viewer(outlet->realm, column);
  napi_value places, buffers;
  void *memory;
  if (viewer == NULL)
    return tsfn__column_push(env, column, run,
                             tsfn__queue_slot_size(&outlet->channel.queue),
                             array, at);
  napi_status status = tsfn__column_create(env, &tsfn__column_places,
                                           run->count, true, &places, &memory);
  if (status == napi_ok)
    status = tsfn__slab_fill(outlet, column, run, memory, &buffers);
  return status == napi_ok
             ? call_views(viewer, env, array, at, buffers, places, run->count)
             : status;
}

static const struct tsfn__views views = {
    .fit = tsfn__slab_fit,
    .fill = tsfn__slab_fill,
    .function = get_function,
    .push = push_views,
};

const struct tsfn__kind_ops tsfn__bytes_kind = {
    .open = tsfn__arena_open,
    .close = tsfn__arena_close,
    .views = &views,
};
