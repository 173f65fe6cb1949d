/* SPDX-License-Identifier: MIT */
#include "function/signal.h"

#include "core/memory.h"
#include "function/function.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"

/* The attachment, and what the listener gets as its data. */
struct signal {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;            /* NULL: it has ended, or listen() has
                                         not */
  bool was_aborted;  /* the listener was called while listen() ran */
  napi_ref signal;   /* for removeEventListener, and for its reason */
  napi_ref listener; /* NULL: nothing listens */
  bool is_collected; /* there is a listener, whose finalizer frees this */
};

static struct signal *
signal_from(struct tsfn__attachment *attachment) {
  return (struct signal *)attachment;
}

/* --- JavaScript's side --------------------------------------------------- */

/* The listener's finalizer, or the end of a signal that has no listener. */
static void
free_signal(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  tsfn__memory_release(&tsfn__memory_default, data, sizeof(struct signal));
}

/* Listens to the signal: aborts the function, or does nothing once that has
   ended. A signal that is none of the host's may call it before the function is
   open, which is aborted later then. */
static napi_value
on_abort(napi_env env, napi_callback_info info) {
  struct signal *self = tsfn__host_data(env, info);
  if (self == NULL) return NULL;
  self->was_aborted = true;
  if (self->function != NULL) tsfn_abort(self->function);
  return NULL;
}

/* Calls signal[method]('abort', listener). False: something threw, or the
   signal has no such method. */
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

/* Reads signal.aborted. False: it is no boolean, or its getter threw. */
static bool
read_aborted(napi_env env, napi_value signal, bool *out) {
  napi_value aborted;
  *out = false;
  return napi_get_named_property(env, signal, "aborted", &aborted) == napi_ok &&
         napi_get_value_bool(env, aborted, out) == napi_ok;
}

/* Makes the listener and adds it to the signal. Once the finalizer is attached,
   it alone frees `self`, also where a later step fails. False: an exception may
   be pending. */
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

/* Parts the signal from its function. Its memory is freed here, or later by the
   finalizer of the listener, which may still be in the signal's list. */
static void
forget_signal(struct signal *self, napi_env env) {
  self->function = NULL;
  tsfn__reference_drop(env, &self->signal);
  tsfn__reference_drop(env, &self->listener);
  if (!self->is_collected) free_signal(env, self, NULL);
}

/* --- the attachment ------------------------------------------------------ */

/* Takes the listener off the signal. What a method of the signal throws is
   dropped: the function is ending, and nobody can act on it. */
static void
stop_listening(struct signal *self, napi_env env) {
  napi_value signal = tsfn__reference_get(env, self->signal);
  napi_value listener = tsfn__reference_get(env, self->listener), ignored;
  if (signal != NULL && listener != NULL)
    call_listener_method(env, signal, "removeEventListener", listener);
  (void)tsfn__exception_take(env, &ignored);
}

/* The attachment's `free`. JavaScript is called only where it can run;
   otherwise the signal ends with the same environment. */
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

/* The attachment's `reason`: signal.reason, where the signal is aborted. A
   function may have been aborted by tsfn_abort, while its signal was not. */
static napi_value
get_reason(struct tsfn__attachment *attachment, napi_env env) {
  napi_value signal = tsfn__reference_get(env, signal_from(attachment)->signal);
  napi_value reason = NULL, ignored;
  bool is_aborted;
  if (signal != NULL && read_aborted(env, signal, &is_aborted) && is_aborted &&
      napi_get_named_property(env, signal, "reason", &reason) != napi_ok)
    reason = NULL;
  (void)tsfn__exception_take(env, &ignored); /* a getter's */
  return reason;
}

/* A signal has no thread to reap or join, and no promise to settle. */
static const struct tsfn__attachment_ops signal_ops = {.free = free_attachment,
                                                       .reason = get_reason};

/* An AbortSignal is known by what it does, not by its class: an object with a
   boolean `aborted` and the two methods of an event target. So signals of other
   realms, and polyfills, are as good. The signal is kept even where it was
   aborted before: its reason is asked for at the function's end. */
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
  if (!tsfn__reference_make(env, value, &self->signal) ||
      (!*is_aborted && !listen(self, env, value))) {
    forget_signal(self, env);
    return TSFN_INVALID;
  }
  self->function = function;
  *is_aborted = *is_aborted || self->was_aborted;
  tsfn__attachments_add(&function->attachments, &self->attachment);
  return TSFN_OK;
}
