/* SPDX-License-Identifier: MIT */

/* What the kind owned brings with it (kind_ops.h): memory that changes hands,
   copied where it is small, handed over without a copy where it is large. Loop
   thread, inside of a handle scope. */

#include <stdbool.h>
#include <string.h>

#include "core/memory.h"
#include "node/environment.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"
#include "record/kind_ops.h"
#include "record/record.h"

/* Bytes of owned memory from which on it is handed over. Smaller memory is
   copied: an external buffer costs an object, a finalizer and a task of the
   garbage collector. Measured on Node 20, x64, memory allocated and freed for
   each, external against copied: 4 KiB 2.2 and 1.7 us, 16 KiB 3.2 and 3.7, 64
   KiB 8 and 27, 1 MiB 14 and 306. */
#define EXTERNAL_MIN 16384u

/* The host's napi_no_external_buffers_allowed, which js_native_api_types.h
   names from Node 20 on. */
#define NOT_HANDED_OVER ((napi_status)22)

/* --- ArrayBuffer.prototype.transfer -------------------------------------- */

/* The realm's part: the function as it was when the first large memory came. */
struct mover {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref transfer;      /* NULL: this host has none that serves */
};

/* True also where the host has none. */
TSFN__OS_COLD static bool
open_mover(struct tsfn__part *part, struct tsfn__realm *realm) {
  napi_value transfer;
  if (tsfn__host_transfer(realm->env, &transfer))
    (void)tsfn__reference_make(realm->env, transfer,
                               &((struct mover *)part)->transfer);
  return true;
}

TSFN__OS_COLD static void
close_mover(struct tsfn__part *part, napi_env env) {
  tsfn__reference_drop(env, &((struct mover *)part)->transfer);
}

static const struct tsfn__part_ops mover_ops = {sizeof(struct mover),
                                                open_mover, close_mover};

/* NULL: this host has none that serves, or out of memory. */
static napi_value
get_transfer(napi_env env) {
  struct tsfn__realm *realm = tsfn__environment_realm(env);
  if (realm == NULL) return NULL;
  struct mover *self = (struct mover *)tsfn__realm_part(realm, &mover_ops);
  return self != NULL ? tsfn__reference_get(env, self->transfer) : NULL;
}

/* --- memory that is handed over ------------------------------------------ */

/* Hosts mark an external buffer, so that it cannot be sent to a worker. But the
   program can transfer() it into one without the mark, and send that; and when
   the environment ends, the host runs the finalizer all the same, so that the
   receiver reads memory that is freed. So it is transferred here, which leaves
   the memory where it is: it can be sent then, as a small one can. The
   finalizer asks at the environment's end whether it was. Where it may be in
   use elsewhere it is never freed, since no host tells of its end any more.

   A host without transfer (Node 18 and 20) copies the memory when it is sent.
   */

/* The data of the finalizer. It comes from malloc, not from the function's
   allocator: JavaScript may keep the memory longer than the function lives. */
struct handed_over {
  void (*free)(void *data, void *hint);
  void *hint;
  napi_ref moved; /* weak, to the transferred buffer; NULL: none was made */
};

/* From the finalizer. Whether another environment may have the memory. It has
   not while JavaScript runs here, since then the finalizer comes from the
   memory itself. It has not where the buffer ends with this environment. */
static bool
may_be_elsewhere(napi_env env, const struct handed_over *self) {
  napi_handle_scope scope;
  bool is_gone = true;
  if (self->moved == NULL) return false;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return true;
  if (tsfn__host_can_run(env)) {
    is_gone = false;
  } else {
    napi_value buffer = tsfn__reference_get(env, self->moved);
    if (buffer != NULL)
      (void)napi_is_detached_arraybuffer(env, buffer, &is_gone);
  }
  napi_close_handle_scope(env, scope);
  return is_gone;
}

/* The finalizer: nobody uses the memory, or the environment ends. */
static void
free_handed_over(napi_env env, void *data, void *hint) {
  struct handed_over *self = hint;
  bool is_free = !may_be_elsewhere(env, self);
  tsfn__reference_drop(env, &self->moved);
  if (self->free != NULL && is_free) self->free(data, self->hint);
  tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
}

/* Makes *buffer the transferred one. On a failure the finalizer of the old one
   frees the memory. */
static napi_status
move(napi_env env, struct handed_over *self, napi_value *buffer) {
  napi_value transfer = get_transfer(env);
  if (transfer == NULL) return napi_ok;
  napi_status status =
      napi_call_function(env, *buffer, transfer, 0, NULL, buffer);
  if (status != napi_ok) return status;
  return napi_create_reference(env, *buffer, 0, &self->moved);
}

/* Makes a Uint8Array of the memory. On napi_ok the field owns nothing any more.
   NOT_HANDED_OVER: nothing has happened, since the memory is small, there is
   none for what a handover needs, or the host allows none. Another failure: the
   field still owns it, unless it has moved already, and an exception may be
   pending. */
static napi_status
hand_over(napi_env env, tsfn_owned *owned, napi_value *result) {
  if (owned->size < EXTERNAL_MIN) return NOT_HANDED_OVER;
  struct handed_over *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  if (self == NULL) return NOT_HANDED_OVER;
  self->free = owned->free;
  self->hint = owned->hint;
  napi_value buffer;
  napi_status status = napi_create_external_arraybuffer(
      env, owned->data, owned->size, free_handed_over, self, &buffer);
  if (status == NOT_HANDED_OVER) {
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
    return status;
  }
  if (status != napi_ok) {
    /* Whether the host still runs the finalizer after a failure (an exception:
       the buffer is too large) depends on the host. The memory stays the
       slot's; `self` is left to a finalizer that may come, with no `free` in
       it. */
    self->free = NULL;
    return status;
  }
  size_t size = owned->size;
  memset(owned, 0, sizeof *owned);
  status = move(env, self, &buffer);
  if (status != napi_ok) return status;
  return napi_create_typedarray(env, napi_uint8_array, size, buffer, 0, result);
}

/* The copy exists before the author's `free` is called; the field is cleared
   first. */
static napi_status
owned_to_js(napi_env env, const tsfn_field *field, char *value,
            napi_value *result) {
  tsfn_owned *owned = (void *)value;
  (void)field;
  napi_status status = hand_over(env, owned, result);
  if (status != NOT_HANDED_OVER) return status;
  status = tsfn__record_bytes_to_js(env, owned->data, owned->size, result);
  if (status != napi_ok) return status;
  tsfn_owned taken = *owned;
  memset(owned, 0, sizeof *owned);
  if (taken.free != NULL) taken.free(taken.data, taken.hint);
  return napi_ok;
}

const struct tsfn__kind_ops tsfn__owned_kind = {.to_js = owned_to_js};
