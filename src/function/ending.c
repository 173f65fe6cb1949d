/* SPDX-License-Identifier: MIT */
#include "function/ending.h"

#include <stddef.h>
#include <stdio.h>

#include "core/memory.h"
#include "node/exception.h"
#include "node/reference.h"

/* --- what it becomes ----------------------------------------------------- */

static napi_value
make_abort(const struct tsfn__ending *self, napi_env env) {
  char message[160];
  napi_value reason =
      tsfn__attachments_reason(&self->function->attachments, env);
  if (reason != NULL) return reason;
  snprintf(message, sizeof message, "%s was aborted", self->function->name);
  return tsfn__exception_create(env, tsfn_status_name(TSFN_CLOSING), message);
}

static napi_value
make_status(const struct tsfn__ending *self, uint64_t word, napi_env env) {
  char message[160];
  tsfn_status status = (tsfn_status)(word & 0xff);
  snprintf(message, sizeof message, "thread %llu of %s: %s",
           (unsigned long long)(word >> 8), self->function->name,
           tsfn_status_message(status));
  return tsfn__exception_create(env, tsfn_status_name(status), message);
}

/* A result was promised, and nobody has given one. */
static napi_value
make_missing(napi_env env) {
  return tsfn__exception_create(env, "TSFN_DROPPED",
                                "the function has ended without its result");
}

/* The property of the object that keeps what was thrown. */
#define THROWN "value"

TSFN__OS_COLD void
tsfn__ending_throw(struct tsfn__ending *self, napi_value error) {
  napi_env env = self->function->environment->realm.env;
  napi_value holder;
  napi_property_descriptor property = {.utf8name = THROWN,
                                       .value = error,
                                       .attributes = napi_default_jsproperty};
  if (self->thrown == NULL && napi_create_object(env, &holder) == napi_ok &&
      napi_define_properties(env, holder, 1, &property) == napi_ok)
    (void)tsfn__reference_make(env, holder, &self->thrown);
}

/* Whether the promise rejects; *error is with what, NULL where that cannot be
   made. */
TSFN__OS_COLD static bool
get_error(const struct tsfn__ending *self, napi_env env, napi_value *error) {
  *error = NULL;
  struct tsfn__ending_part *failure =
      atomic_load_explicit(&self->failure, memory_order_acquire);
  uint64_t status = atomic_load_explicit(&self->status, memory_order_acquire);
  napi_value holder = tsfn__reference_get(env, self->thrown);
  bool is_missing =
      self->type != NULL &&
      atomic_load_explicit(&self->result, memory_order_acquire) == NULL;
  if (holder != NULL)
    (void)napi_get_named_property(env, holder, THROWN, error);
  else if (failure != NULL)
    *error = failure->ops->make(failure, env);
  else if (tsfn_is_aborted(self->function))
    *error = make_abort(self, env);
  else if (status != 0)
    *error = make_status(self, status, env);
  else if (is_missing)
    *error = make_missing(env);
  else
    return false;
  return true;
}

/* Answers what the promise resolves with. NULL: it cannot be made. */
static napi_value
get_result(const struct tsfn__ending *self, napi_env env) {
  napi_value undefined;
  struct tsfn__ending_part *result =
      atomic_load_explicit(&self->result, memory_order_acquire);
  if (result != NULL) return result->ops->make(result, env);
  return napi_get_undefined(env, &undefined) == napi_ok ? undefined : NULL;
}

/* --- the attachment ------------------------------------------------------ */

static struct tsfn__ending *
ending_from(struct tsfn__attachment *attachment) {
  return (
      struct tsfn__ending *)(void *)((char *)attachment -
                                     offsetof(struct tsfn__ending, attachment));
}

/* What cannot be made rejects: with what the host has thrown, or an Error of
   ours. */
TSFN__OS_COLD void
tsfn__ending_settle(struct tsfn__ending *self, napi_env env) {
  napi_deferred deferred = self->deferred;
  if (deferred == NULL) return;
  self->deferred = NULL;
  napi_value error, ignored;
  bool rejects = get_error(self, env, &error);
  napi_value result = rejects ? NULL : get_result(self, env);
  if (result != NULL) {
    (void)napi_resolve_deferred(env, deferred, result);
    return;
  }
  if (error == NULL)
    error = tsfn__exception_take_or(
        env, TSFN_FAILURE, "what the promise settles with cannot be made");
  (void)tsfn__exception_take(env, &ignored);
  if (error != NULL) (void)napi_reject_deferred(env, deferred, error);
}

/* The attachment's `settle`. */
static void
settle_ending(struct tsfn__attachment *attachment, napi_env env) {
  tsfn__ending_settle(ending_from(attachment), env);
}

/* The attachment's `free`: what belongs to JavaScript. */
static void
release_ending(struct tsfn__attachment *attachment) {
  struct tsfn__ending *self = ending_from(attachment);
  tsfn__reference_drop(self->function->environment->realm.env, &self->thrown);
}

static const struct tsfn__attachment_ops ending_ops = {.settle = settle_ending,
                                                       .free = release_ending};

/* With the handle, after the last use. */
static void
free_ending(struct tsfn__ending *self, const tsfn_allocator *allocator) {
  struct tsfn__ending_part *failure =
      atomic_load_explicit(&self->failure, memory_order_acquire);
  struct tsfn__ending_part *result =
      atomic_load_explicit(&self->result, memory_order_acquire);
  if (failure != NULL) failure->ops->free(failure);
  if (result != NULL) result->ops->free(result);
  tsfn__memory_release(allocator, self, sizeof *self);
}

/* --- loop thread --------------------------------------------------------- */

TSFN__OS_COLD tsfn_status
tsfn__ending_make(tsfn_function *function, const tsfn_record *type,
                  napi_value *promise) {
  const tsfn_allocator *allocator = &function->outlet.shape.allocator;
  struct tsfn__ending *self =
      tsfn__memory_allocate_zero(allocator, sizeof *self);
  if (self == NULL) return TSFN_NO_MEMORY;
  if (napi_create_promise(function->environment->realm.env, &self->deferred,
                          promise) != napi_ok) {
    tsfn__memory_release(allocator, self, sizeof *self);
    return TSFN_FAILURE;
  }
  self->memory.free = free_ending;
  self->attachment.ops = &ending_ops;
  self->function = function;
  self->type = type;
  atomic_init(&self->failure, NULL);
  atomic_init(&self->result, NULL);
  atomic_init(&self->status, 0);
  tsfn__attachments_add(&function->attachments, &self->attachment);
  function->ending = self;
  return TSFN_OK;
}

TSFN__OS_COLD void
tsfn__ending_forget(tsfn_function *function) {
  struct tsfn__ending *self = function->ending;
  napi_env env = function->environment->realm.env;
  napi_value undefined;
  if (napi_get_undefined(env, &undefined) == napi_ok)
    (void)napi_resolve_deferred(env, self->deferred, undefined);
  self->deferred = NULL;
}

/* --- any thread ---------------------------------------------------------- */

/* A status that is a failure is not 0, so neither is the word. */
void
tsfn__ending_fail_thread(tsfn_function *function, size_t index,
                         tsfn_status status) {
  uint64_t none = 0;
  if (function->ending == NULL) return;
  /* Release: meets the acquire of get_error. */
  (void)atomic_compare_exchange_strong_explicit(
      &function->ending->status, &none, (uint64_t)index << 8 | (uint64_t)status,
      memory_order_release, memory_order_relaxed);
}
