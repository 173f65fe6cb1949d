/* SPDX-License-Identifier: MIT */
#include "node/signal.h"

#include "core/memory.h"
#include "node/exception.h"
#include "node/function.h"

struct tsfn__signal {
  tsfn_function *function; /* NULL: it has ended */
  napi_ref signal;
  napi_ref listener; /* NULL: nothing listens */
  bool is_collected; /* the listener's finalizer frees this */
};

static void
free_cell(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  tsfn__memory_release(&tsfn__memory_default, data,
                       sizeof(struct tsfn__signal));
}

static napi_value
on_abort(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) == napi_ok) {
    struct tsfn__signal *self = data;
    if (self->function != NULL) tsfn_abort(self->function);
  }
  return NULL;
}

static bool
is_function(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_function;
}

/* signal[method]('abort', listener) */
static bool
call_method(napi_env env, napi_value signal, const char *method,
            napi_value listener) {
  napi_value function, arguments[2] = {NULL, listener};
  return napi_get_named_property(env, signal, method, &function) == napi_ok &&
         is_function(env, function) &&
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
listen(struct tsfn__signal *self, napi_env env, napi_value signal) {
  napi_value listener;
  if (napi_create_function(env, "abort", NAPI_AUTO_LENGTH, on_abort, self,
                           &listener) != napi_ok ||
      napi_add_finalizer(env, listener, self, free_cell, NULL, NULL) != napi_ok)
    return false;
  self->is_collected = true;
  return napi_create_reference(env, listener, 1, &self->listener) == napi_ok &&
         call_method(env, signal, "addEventListener", listener);
}

/* The cell is done with, here at least. */
static void
forget(struct tsfn__signal *self, napi_env env) {
  self->function = NULL;
  if (self->signal != NULL) napi_delete_reference(env, self->signal);
  if (self->listener != NULL) napi_delete_reference(env, self->listener);
  self->signal = self->listener = NULL;
  if (!self->is_collected) free_cell(env, self, NULL);
}

TSFN__OS_COLD tsfn_status
tsfn__signal_add(tsfn_function *function, napi_value value,
                 struct tsfn__signal **out, bool *is_aborted) {
  napi_env env = function->environment->env;
  napi_valuetype type;
  *out = NULL;
  if (napi_typeof(env, value, &type) != napi_ok) return TSFN_INVALID;
  if (type == napi_undefined || type == napi_null) return TSFN_OK;
  if (type != napi_object || !read_aborted(env, value, is_aborted))
    return TSFN_INVALID;
  struct tsfn__signal *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  if (self == NULL) return TSFN_NO_MEMORY;
  self->function = function;
  if (napi_create_reference(env, value, 1, &self->signal) != napi_ok ||
      (!*is_aborted && !listen(self, env, value))) {
    forget(self, env);
    return TSFN_INVALID;
  }
  *out = self;
  return TSFN_OK;
}

void
tsfn__signal_remove(struct tsfn__signal *self, tsfn_function *function) {
  napi_env env = function->environment->env;
  napi_value signal, listener, ignored;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) == napi_ok) {
    if (self->listener != NULL && !function->environment->is_gone &&
        napi_get_reference_value(env, self->signal, &signal) == napi_ok &&
        napi_get_reference_value(env, self->listener, &listener) == napi_ok)
      call_method(env, signal, "removeEventListener", listener);
    tsfn__exception_take(env, &ignored);
    napi_close_handle_scope(env, scope);
  }
  forget(self, env);
}

napi_value
tsfn__signal_reason(struct tsfn__signal *self, napi_env env) {
  napi_value signal, reason;
  bool is_aborted;
  if (self == NULL || self->signal == NULL ||
      napi_get_reference_value(env, self->signal, &signal) != napi_ok ||
      !read_aborted(env, signal, &is_aborted) || !is_aborted ||
      napi_get_named_property(env, signal, "reason", &reason) != napi_ok)
    return NULL;
  return reason;
}
