/* SPDX-License-Identifier: MIT */
#include "node/environment.h"

#include "core/memory.h"
#include "node/bulk.h"
#include "node/deliver.h"
#include "node/function.h"
#include "node/host.h"
#include "os/os.h"

/* All functions together have this long in one turn of the loop; then the loop
   sees to its other events. The same as one function's default budget: with one
   busy function nothing changes, with many the turn does not grow. */
#define TURN_NANOSECONDS ((uint64_t)TSFN__BUDGET_MICROSECONDS * 1000u)

static struct tsfn__os_mutex table_lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__environment *table; /* under table_lock */

/* --- references ---------------------------------------------------------- */

void
tsfn__environment_retain(struct tsfn__environment *self) {
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
}

void
tsfn__environment_release(struct tsfn__environment *self) {
  /* acq_rel: the last one frees, after all that the others did. */
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) ==
      1)
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
}

/* --- ready list ---------------------------------------------------------- */

void
tsfn__environment_wake(struct tsfn__environment *self,
                       tsfn_function *function) {
  if (!tsfn__gate_enter(&self->wake.gate)) return; /* the hook ends it */
  tsfn__ready_push(&self->ready, &function->ready);
  tsfn__wake_send(&self->wake);
  tsfn__gate_leave(&self->wake.gate);
}

static tsfn_function *
function_of(struct tsfn__ready_node *node) {
  return (tsfn_function *)((char *)node - offsetof(tsfn_function, ready));
}

static void
on_woken(struct tsfn__wake *wake) {
  struct tsfn__environment *self =
      (struct tsfn__environment *)((char *)wake -
                                   offsetof(struct tsfn__environment, wake));
  /* A callback of ours may run the loop (a debugger does): the turn that is
     under way goes on, and signals again at its end. */
  if (self->is_gone || self->is_turning) return;
  self->is_turning = true;
  self->is_turn_over = false;
  tsfn__ready_collect(&self->ready);
  uint64_t now = tsfn__os_now(), end = now + TURN_NANOSECONDS;
  /* The first that comes round a second time. */
  struct tsfn__ready_node *last = NULL;
  while (self->ready.first != NULL && self->ready.first != last) {
    struct tsfn__ready_node *node = tsfn__ready_pop(&self->ready);
    if (tsfn__function_drain(function_of(node), now) == TSFN__DRAIN_MORE) {
      tsfn__ready_append(&self->ready, node);
      if (last == NULL) last = node;
    }
    now = tsfn__os_now();
    if (self->is_turn_over || now >= end) break;
  }
  self->is_turning = false;
  if (!tsfn__ready_is_empty(&self->ready))
    tsfn__wake_again(&self->wake, self->env);
}

/* --- functions ----------------------------------------------------------- */

void
tsfn__environment_attach(struct tsfn__environment *self,
                         tsfn_function *function) {
  function->previous = NULL;
  function->next = self->functions;
  if (self->functions != NULL) self->functions->previous = function;
  self->functions = function;
}

void
tsfn__environment_detach(struct tsfn__environment *self,
                         tsfn_function *function) {
  if (function->previous != NULL)
    function->previous->next = function->next;
  else
    self->functions = function->next;
  if (function->next != NULL) function->next->previous = function->previous;
}

void
tsfn__environment_hold(struct tsfn__environment *self) {
  if (self->holds++ == 0 && !self->is_gone)
    tsfn__wake_hold(&self->wake, self->env, true);
}

void
tsfn__environment_unhold(struct tsfn__environment *self) {
  if (--self->holds == 0 && !self->is_gone)
    tsfn__wake_hold(&self->wake, self->env, false);
}

/* --- the end ------------------------------------------------------------- */

static void
table_remove(struct tsfn__environment *self) {
  tsfn__os_mutex_lock(&table_lock);
  struct tsfn__environment **link = &table;
  while (*link != NULL && *link != self)
    link = &(*link)->next;
  if (*link == self) *link = self->next;
  tsfn__os_mutex_unlock(&table_lock);
}

static void
delete_references(struct tsfn__environment *self) {
  tsfn__lone_close(&self->lone, self->env);
  napi_ref references[] = {self->trampoline, self->check, self->process,
                           self->tick};
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (references[i] != NULL) napi_delete_reference(self->env, references[i]);
}

static void
on_wake_closed(struct tsfn__wake *wake) {
  struct tsfn__environment *self =
      (struct tsfn__environment *)((char *)wake -
                                   offsetof(struct tsfn__environment, wake));
  napi_async_cleanup_hook_handle hook = self->hook;
  if (hook != NULL) napi_remove_async_cleanup_hook(hook);
  tsfn__environment_release(self);
}

/* The environment's cleanup hook. JavaScript cannot run. Once the gate is shut
   no producer touches the wake or the ready list, so all functions are ours. */
TSFN__OS_COLD static void
on_cleanup(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  struct tsfn__environment *self = data;
  self->is_gone = true;
  table_remove(self);
  tsfn__gate_shut(&self->wake.gate);
  while (self->functions != NULL)
    tsfn__channel_shutdown(&self->functions->channel, TSFN_COMPLETION_ENV_GONE);
  delete_references(self);
  tsfn__wake_close(&self->wake);
  tsfn__environment_release(self); /* the hook's; the wake has its own */
}

/* --- the beginning ------------------------------------------------------- */

TSFN__OS_COLD static struct tsfn__environment *
table_find(napi_env env) {
  tsfn__os_mutex_lock(&table_lock);
  struct tsfn__environment *self = table;
  while (self != NULL && self->env != env)
    self = self->next;
  tsfn__os_mutex_unlock(&table_lock);
  return self;
}

static bool
make_function(struct tsfn__environment *self, napi_callback callback,
              napi_ref *out) {
  napi_value function;
  return napi_create_function(self->env, "tsfn", NAPI_AUTO_LENGTH, callback,
                              self, &function) == napi_ok &&
         napi_create_reference(self->env, function, 1, out) == napi_ok;
}

static bool
make_references(struct tsfn__environment *self) {
  napi_value process, tick;
  if (!make_function(self, tsfn__deliver_trampoline, &self->trampoline) ||
      !make_function(self, tsfn__bulk_check, &self->check))
    return false;
  self->is_node = tsfn__host_is_node(self->env);
  if (tsfn__host_tick(self->env, &process, &tick)) {
    napi_create_reference(self->env, process, 1, &self->process);
    napi_create_reference(self->env, tick, 1, &self->tick);
  }
  return true;
}

static tsfn_status
create(napi_env env, struct tsfn__environment **out, const char **why) {
  static const char anchor;
  if (!tsfn__os_pin(&anchor)) {
    *why = "the addon cannot be kept in memory";
    return TSFN_FAILURE;
  }
  struct tsfn__environment *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  *why = "out of memory";
  if (self == NULL) return TSFN_NO_MEMORY;
  self->env = env;
  self->loop_thread = tsfn__os_thread_self();
  self->can_be_cut = !tsfn__os_thread_is_main();
  self->wake.woken = on_woken;
  self->wake.closed = on_wake_closed;
  tsfn__ready_init(&self->ready);
  atomic_init(&self->references, 2); /* the hook and the wake */
  *why = "the host gave no way to signal its loop";
  if (!make_references(self) || !tsfn__wake_open(&self->wake, env)) {
    delete_references(self);
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
    return TSFN_FAILURE;
  }
  *why = "the host took no cleanup hook";
  if (napi_add_async_cleanup_hook(env, on_cleanup, self, &self->hook) !=
      napi_ok) {
    delete_references(self);
    tsfn__gate_shut(&self->wake.gate);
    tsfn__environment_release(self);
    tsfn__wake_close(&self->wake);
    return TSFN_FAILURE;
  }
  tsfn__os_mutex_lock(&table_lock);
  self->next = table;
  table = self;
  tsfn__os_mutex_unlock(&table_lock);
  /* Last: the host keeps it, so from here on nothing may fail. */
  tsfn__host_watch_uncaught(env, tsfn__deliver_on_uncaught, self);
  *out = self;
  return TSFN_OK;
}

bool
tsfn__environment_is_foreign(napi_env env) {
  struct tsfn__environment *self = table_find(env);
  return self != NULL && self->loop_thread != tsfn__os_thread_self();
}

TSFN__OS_COLD tsfn_status
tsfn__environment_get(napi_env env, struct tsfn__environment **out,
                      const char **why) {
  struct tsfn__environment *self = table_find(env);
  if (!tsfn__host_can_run(env)) {
    *why = tsfn_status_message(TSFN_CANNOT_RUN_JS);
    return TSFN_CANNOT_RUN_JS;
  }
  if (self == NULL) return create(env, out, why);
  *out = self;
  return TSFN_OK;
}
