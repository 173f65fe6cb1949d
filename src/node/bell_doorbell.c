/* SPDX-License-Identifier: MIT */

/* The host's own napi_threadsafe_function as a bell.

   It carries nothing: one call is one ring, and no second one is sent before
   the first was answered. So neither the host's queue nor its counts are ever
   under load, and its defects there cannot show. */

#include <stddef.h>

#include "node/bell.h"
#include "os/os.h"

/* Looked up in the host: in an addon with the drop-in layer these names are the
   library's own. */
static struct {
  napi_status (*create)(napi_env env, napi_value func, napi_value resource,
                        napi_value name, size_t max_queue_size, size_t uses,
                        void *finalize_data, napi_finalize finalize,
                        void *context, napi_threadsafe_function_call_js call_js,
                        napi_threadsafe_function *out);
  napi_status (*call)(napi_threadsafe_function bell, void *data,
                      napi_threadsafe_function_call_mode mode);
  napi_status (*release)(napi_threadsafe_function bell,
                         napi_threadsafe_function_release_mode mode);
  napi_status (*ref)(napi_env env, napi_threadsafe_function bell);
  napi_status (*unref)(napi_env env, napi_threadsafe_function bell);
} host;

#define LOOK_UP(field)                                                         \
  *(void **)&host.field =                                                      \
      tsfn__os_symbol("napi_" #field "_threadsafe_function");                  \
  if (host.field == NULL) return false

/* Finds the same values for all environments. */
static bool
look_host_up(void) {
  LOOK_UP(create);
  LOOK_UP(call);
  LOOK_UP(release);
  LOOK_UP(ref);
  LOOK_UP(unref);
  return true;
}

static bool
find_host(void) {
  static struct tsfn__os_mutex once = TSFN__OS_MUTEX_INIT;
  static bool is_found;
  tsfn__os_mutex_lock(&once);
  is_found = is_found || look_host_up();
  bool found = is_found;
  tsfn__os_mutex_unlock(&once);
  return found;
}

static napi_threadsafe_function
host_bell_of(const struct tsfn__bell *self) {
  return (napi_threadsafe_function)self->handle;
}

static void
on_ring(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback;
  (void)data;
  struct tsfn__bell *self = context;
  if (env == NULL) return; /* the host closes; the cleanup hook ends all */
  /* Cleared before the loop collects who is ready, so that a ring from now on
     is sent again. Acquire and release: meets the exchange in ring. */
  atomic_exchange_explicit(&self->is_rung, false, memory_order_acq_rel);
  self->rung(self);
}

static void
on_finalized(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  struct tsfn__bell *self = data;
  /* The library closes the bell, unless a host does so by itself: then nobody
     may ring what the host is about to free. */
  tsfn__gate_shut(&self->gate);
  self->handle = NULL;
  self->closed(self);
}

/* Kept at the beginning, since a test may put timers of its own in the global's
   place later. The host frees the reference with the environment. */
static void
keep_set_immediate(struct tsfn__bell *self, napi_env env) {
  napi_value global, set_immediate, ignored;
  napi_valuetype type;
  self->set_immediate = NULL;
  if (napi_get_global(env, &global) == napi_ok &&
      napi_get_named_property(env, global, "setImmediate", &set_immediate) ==
          napi_ok &&
      napi_typeof(env, set_immediate, &type) == napi_ok &&
      type == napi_function)
    napi_create_reference(env, set_immediate, 1, &self->set_immediate);
  else
    napi_get_and_clear_last_exception(env, &ignored);
}

TSFN__OS_COLD static bool
doorbell_open(struct tsfn__bell *self, napi_env env) {
  napi_value name;
  napi_threadsafe_function bell;
  if (!find_host() ||
      napi_create_string_utf8(env, "tsfn", NAPI_AUTO_LENGTH, &name) != napi_ok)
    return false;
  if (host.create(env, NULL, NULL, name, 0, 1, self, on_finalized, self,
                  on_ring, &bell) != napi_ok)
    return false;
  host.unref(env, bell);
  keep_set_immediate(self, env);
  self->handle = bell;
  return true;
}

static void
doorbell_ring(struct tsfn__bell *self) {
  if (atomic_exchange_explicit(&self->is_rung, true, memory_order_acq_rel))
    return;
  if (host.call(host_bell_of(self), NULL, napi_tsfn_nonblocking) != napi_ok)
    atomic_store_explicit(&self->is_rung, false, memory_order_release);
}

static napi_value
on_immediate(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct tsfn__bell *self = data;
  if (tsfn__gate_enter(&self->gate)) {
    doorbell_ring(self);
    tsfn__gate_leave(&self->gate);
  }
  return NULL;
}

static bool
ring_by_immediate(struct tsfn__bell *self, napi_env env) {
  napi_value global, set_immediate, ring, ignored;
  bool done =
      self->set_immediate != NULL && napi_get_global(env, &global) == napi_ok &&
      napi_get_reference_value(env, self->set_immediate, &set_immediate) ==
          napi_ok &&
      napi_create_function(env, "tsfn", NAPI_AUTO_LENGTH, on_immediate, self,
                           &ring) == napi_ok &&
      napi_call_function(env, global, set_immediate, 1, &ring, NULL) == napi_ok;
  if (!done) napi_get_and_clear_last_exception(env, &ignored);
  return done;
}

/* The host answers up to 1,000 rings of one function without a look at its
   other events. So the next ring waits for one of those: an immediate. */
static void
doorbell_again(struct tsfn__bell *self, napi_env env) {
  napi_handle_scope scope;
  bool done = false;
  if (napi_open_handle_scope(env, &scope) == napi_ok) {
    done = ring_by_immediate(self, env);
    napi_close_handle_scope(env, scope);
  }
  if (!done) doorbell_ring(self);
}

/* One ring is enough: answered in the inner loop, it collects all that wait,
   and what is left then rings again by itself. */
static void
doorbell_attend(struct tsfn__bell *self, bool is_attended) {
  if (is_attended) doorbell_ring(self);
}

static void
doorbell_hold(struct tsfn__bell *self, napi_env env, bool hold) {
  if (hold)
    host.ref(env, host_bell_of(self));
  else
    host.unref(env, host_bell_of(self));
}

static void
doorbell_close(struct tsfn__bell *self) {
  /* The library's cleanup hook calls this, with the gate shut and no lock held.
     The host's hook for its own function is older, and runs after it. */
  if (self->handle == NULL) return;
  host.release(host_bell_of(self), napi_tsfn_abort);
}

const struct tsfn__bell_ops tsfn__bell_doorbell = {
    .name = "doorbell",
    .is_in_scope = true,
    .open = doorbell_open,
    .ring = doorbell_ring,
    .again = doorbell_again,
    .attend = doorbell_attend,
    .hold = doorbell_hold,
    .close = doorbell_close,
};
