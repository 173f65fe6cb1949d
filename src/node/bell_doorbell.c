/* SPDX-License-Identifier: MIT */

/* The host's own napi_threadsafe_function as a bell, for Bun, Deno and every
   host whose libuv is not known to work.

   It carries nothing: one call is one ring, and no second one is sent before
   the first was answered. So neither the host's queue nor its counts are ever
   under load, and its defects there cannot show. */

#include <stddef.h>

#include "node/bell.h"
#include "node/host.h"
#include "os/os.h"

/* The host's functions, looked up in the host: in an addon with the drop-in
   layer these names are the library's own. */
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

/* Written as a void *, as in bell_uv.c. */
#define LOOK_UP(field)                                                         \
  *(void **)&host.field =                                                      \
      tsfn__os_symbol("napi_" #field "_threadsafe_function");                  \
  if (host.field == NULL) return false

/* Looks all five functions up. Several environments find the same values.
   False: this host lacks one. */
static bool
look_host_up(void) {
  LOOK_UP(create);
  LOOK_UP(call);
  LOOK_UP(release);
  LOOK_UP(ref);
  LOOK_UP(unref);
  return true;
}

/* Looks the host up once for the process, as find_uv does in bell_uv.c. */
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

/* The host's callback. `env` NULL: the host closes its function; the
   environment's cleanup hook ends all that the loop has. */
static void
on_ring(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback;
  (void)data;
  struct tsfn__bell *self = context;
  if (env == NULL) return;
  /* Clear is_rung before the loop collects who is ready: a ring from now on is
     sent again, because its task may come too late for this turn. Acquire and
     release: meets the exchange in doorbell_ring. */
  atomic_exchange_explicit(&self->is_rung, false, memory_order_acq_rel);
  self->rung(self);
}

/* The host has freed its function. */
static void
on_finalized(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  struct tsfn__bell *self = data;
  /* Usually the library has closed the bell, with the gate shut. A host may
     close it by itself, and then nobody may ring what it is about to free. */
  tsfn__gate_shut(&self->gate);
  self->handle = NULL;
  self->closed(self);
}

/* Keeps the global setImmediate, for doorbell_again. It is kept when the bell
   opens, since a test may put timers of its own in the global's place later.
   The host frees the reference with the environment. */
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

/* --- rings that the host loses ------------------------------------------- */

/* Deno's function loses one call of some 150,000, and nothing is heard of it
   until the next one: no other ring is sent meanwhile, and its loop sleeps. */

/* Each 100 ms. Where a ring was not answered at the last beat and one is not
   now, it sends another; a ring that was not needed finds no task ready. */
static napi_value
on_beat(napi_env env, napi_callback_info info) {
  struct tsfn__bell *self = tsfn__host_data(env, info);
  if (self == NULL || !tsfn__gate_enter(&self->gate)) return NULL;
  bool is_rung = atomic_load_explicit(&self->is_rung, memory_order_acquire);
  if (is_rung && self->was_rung)
    (void)host.call(host_bell_of(self), NULL, napi_tsfn_nonblocking);
  self->was_rung = is_rung;
  tsfn__gate_leave(&self->gate);
  return NULL;
}

/* The timer does not keep the process alive, and ends with the environment. */
static const char beat_source[] =
    "(function (beat) {\n"
    "'use strict';\n"
    "const timer = setInterval(beat, 100);\n"
    "if (typeof timer === 'number') Deno.unrefTimer(timer);\n"
    "else timer.unref();\n"
    "})";

/* Where the host refuses the timer, the next ring makes up for a lost one. */
TSFN__OS_COLD static void
start_beat(struct tsfn__bell *self, napi_env env) {
  napi_value beat;
  if (napi_create_function(env, "tsfn", NAPI_AUTO_LENGTH, on_beat, self,
                           &beat) == napi_ok)
    (void)tsfn__host_call_source(env, beat_source, 1, &beat, NULL);
}

/* --- the bell's operations ----------------------------------------------- */

/* Creates the host's function without a callback of JavaScript, without a
   bound, and with one use, which doorbell_close gives back. It is unreferenced
   at once: a bell does not keep the loop alive before doorbell_hold. */
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
  if (tsfn__host_is_deno(env)) start_beat(self, env);
  return true;
}

/* Only the ring that turns is_rung to true calls the host. If the host refuses,
   the next ring tries again. */
static void
doorbell_ring(struct tsfn__bell *self) {
  if (atomic_exchange_explicit(&self->is_rung, true, memory_order_acq_rel))
    return;
  if (host.call(host_bell_of(self), NULL, napi_tsfn_nonblocking) != napi_ok)
    atomic_store_explicit(&self->is_rung, false, memory_order_release);
}

/* The immediate of ring_by_immediate. It may run when the gate is shut
   already. */
static napi_value
on_immediate(napi_env env, napi_callback_info info) {
  struct tsfn__bell *self = tsfn__host_data(env, info);
  if (self != NULL && tsfn__gate_enter(&self->gate)) {
    doorbell_ring(self);
    tsfn__gate_leave(&self->gate);
  }
  return NULL;
}

/* Has the host call on_immediate after its other events. False: this host has
   no setImmediate, or refused; no exception is left. */
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

/* Rings after the host's other events. A ring right now would not do: the host
   answers up to 1,000 calls of one function without a look at its other events.
   So the next ring waits for one of those, an immediate. */
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

/* The environment's cleanup hook calls this, with the gate shut and no lock
   held. The host's hook for its own function is older, and runs after ours. The
   handle is NULL where the host has closed its function before. */
static void
doorbell_close(struct tsfn__bell *self) {
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
