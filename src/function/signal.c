/* SPDX-License-Identifier: MIT */
#include "function/signal.h"

#include "core/memory.h"
#include "function/function.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"

struct signal {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;            /* NULL: it has ended */
  napi_ref signal;
  napi_ref listener; /* NULL: nothing listens */
  bool is_collected; /* the listener's finalizer frees this */
};

static struct signal *
signal_from(struct tsfn__attachment *attachment) {
  return (struct signal *)attachment;
}

/* --- JavaScript's side --------------------------------------------------- */

static void
free_signal(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  tsfn__memory_release(&tsfn__memory_default, data, sizeof(struct signal));
}

static napi_value
on_abort(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct signal *self = data;
  if (self->function != NULL) tsfn_abort(self->function);
  return NULL;
}

/* signal[method]('abort', listener) */
static bool
call_listener_method(napi_env env, napi_value signal, const char *method,
                     napi_value listener) {
  napi_value function, arguments[2] = {NULL, listener};
  return napi_get_named_property(env, signal, method, &function) == napi_ok &&
         tsfn__host_is_type(env, function, napi_function) &&
         napi_create_string_utf8(env, "abort", NAPI_AUTO_LENGTH,
                                 &arguments[0]) == napi_ok &&
         napi_call_function(env, signal, function, 2, arguments, NULL) ==
             napi_ok;
}

static bool
read_aborted(napi_env env, napi_value signal, bool *out) {
  napi_value aborted;
  *out = false;
  return napi_get_named_property(env, signal, "aborted", &aborted) == napi_ok &&
         napi_get_value_bool(env, aborted, out) == napi_ok;
}

static bool
listen(struct signal *self, napi_env env, napi_value signal) {
  napi_value listener;
  if (napi_create_function(env, "abort", NAPI_AUTO_LENGTH, on_abort, self,
                           &listener) != napi_ok ||
      napi_add_finalizer(env, listener, self, free_signal, NULL, NULL) !=
          napi_ok)
    return false;
  self->is_collected = true;
  return tsfn__reference_make(env, listener, &self->listener) &&
         call_listener_method(env, signal, "addEventListener", listener);
}

/* The function has no more to do with it. */
static void
forget_signal(struct signal *self, napi_env env) {
  self->function = NULL;
  tsfn__reference_drop(env, &self->signal);
  tsfn__reference_drop(env, &self->listener);
  if (!self->is_collected) free_signal(env, self, NULL);
}

/* --- the attachment ------------------------------------------------------ */

static void
stop_listening(struct signal *self, napi_env env) {
  napi_value signal = tsfn__reference_get(env, self->signal);
  napi_value listener = tsfn__reference_get(env, self->listener), ignored;
  if (signal != NULL && listener != NULL)
    call_listener_method(env, signal, "removeEventListener", listener);
  (void)tsfn__exception_take(env, &ignored);
}

static void
free_attachment(struct tsfn__attachment *attachment) {
  struct signal *self = signal_from(attachment);
  const struct tsfn__realm *realm = &self->function->environment->realm;
  napi_handle_scope scope;
  if (!realm->is_gone &&
      napi_open_handle_scope(realm->env, &scope) == napi_ok) {
    stop_listening(self, realm->env);
    napi_close_handle_scope(realm->env, scope);
  }
  forget_signal(self, realm->env);
}

/* signal.reason, where the signal is aborted. */
static napi_value
get_reason(struct tsfn__attachment *attachment, napi_env env) {
  napi_value signal = tsfn__reference_get(env, signal_from(attachment)->signal);
  napi_value reason;
  bool is_aborted;
  if (signal == NULL || !read_aborted(env, signal, &is_aborted) ||
      !is_aborted ||
      napi_get_named_property(env, signal, "reason", &reason) != napi_ok)
    return NULL;
  return reason;
}

static const struct tsfn__attachment_ops signal_ops = {.free = free_attachment,
                                                       .reason = get_reason};

TSFN__OS_COLD tsfn_status
tsfn__signal_attach(tsfn_function *function, napi_value value,
                    bool *is_aborted) {
  napi_env env = function->environment->realm.env;
  napi_valuetype type;
  *is_aborted = false;
  if (napi_typeof(env, value, &type) != napi_ok) return TSFN_INVALID;
  if (type == napi_undefined || type == napi_null) return TSFN_OK;
  if (type != napi_object || !read_aborted(env, value, is_aborted))
    return TSFN_INVALID;
  struct signal *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  if (self == NULL) return TSFN_NO_MEMORY;
  self->attachment.ops = &signal_ops;
  self->function = function;
  if (!tsfn__reference_make(env, value, &self->signal) ||
      (!*is_aborted && !listen(self, env, value))) {
    forget_signal(self, env);
    return TSFN_INVALID;
  }
  tsfn__attachments_add(&function->attachments, &self->attachment);
  return TSFN_OK;
}
