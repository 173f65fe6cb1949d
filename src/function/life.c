/* SPDX-License-Identifier: MIT */
#include "function/life.h"

#include <stddef.h>

#include "core/memory.h"
#include "crossing/crossing.h"
#include "crossing/deliver.h"
#include "node/exception.h"

/* --- while it lives ------------------------------------------------------ */

static void
on_wake(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  tsfn__loop_wake(&self->environment->loop, &self->task);
}

/* The task of the environment's loop. */
static unsigned
run_drain(struct tsfn__task *task, uint64_t now) {
  tsfn_function *self =
      (tsfn_function *)((char *)task - offsetof(tsfn_function, task));
  struct tsfn__outlet *outlet = &self->outlet;
  struct tsfn__budget budget;
  tsfn__attachments_reap(&self->attachments);
  tsfn__budget_init(&budget, now, outlet->budget_items,
                    outlet->budget_nanoseconds);
  enum tsfn__drain result = tsfn__channel_drain(&outlet->channel, &budget);
  /* The hold is applied after the drain, when `scheduled` is false: a thread
     stores wants_hold and then reads `scheduled`, so its wish is seen here or
     it brings another drain. */
  if (result != TSFN__DRAIN_FINAL) tsfn__function_apply_hold(self, false);
  return (result == TSFN__DRAIN_MORE ? TSFN__TASK_MORE : TSFN__TASK_DONE) |
         (budget.ends_turn ? TSFN__TASK_ENDS_TURN : TSFN__TASK_DONE);
}

static void
on_closed(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  if (self->on_close != NULL) self->on_close(self->outlet.context);
}

static void
on_drained(struct tsfn__channel *channel) {
  tsfn__attachments_stop(&tsfn__function_of(channel)->attachments);
}

/* --- the end ------------------------------------------------------------- */

static void
call_finalize(tsfn_function *self, napi_env env) {
  napi_finalize finalize = self->finalize;
  self->finalize = NULL; /* once */
  finalize(env, self->finalize_data, self->outlet.context);
}

/* Two bodies of a crossing. */
static bool
finalize_inside(napi_env env, struct tsfn__outlet *outlet, void *data) {
  (void)outlet;
  call_finalize(data, env);
  return true;
}

static bool
settle_inside(napi_env env, struct tsfn__outlet *outlet, void *data) {
  (void)outlet;
  tsfn__attachments_settle(&((tsfn_function *)data)->attachments, env);
  return true;
}

/* JavaScript cannot run, or the host refused a crossing. */
static void
finalize_outside(tsfn_function *self) {
  napi_env env = self->environment->realm.env;
  napi_handle_scope scope;
  napi_value ignored;
  if (!self->keeps_env || napi_open_handle_scope(env, &scope) != napi_ok) {
    call_finalize(self, NULL);
    return;
  }
  call_finalize(self, env);
  (void)tsfn__exception_take(env, &ignored);
  napi_close_handle_scope(env, scope);
}

static void
on_finalize(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  tsfn__attachments_join(&self->attachments);
  if (self->finalize != NULL)
    (void)tsfn__crossing_run(&self->outlet, finalize_inside, self);
  if (self->finalize != NULL) finalize_outside(self);
  if (tsfn__attachments_have_settle(&self->attachments))
    (void)tsfn__crossing_run(&self->outlet, settle_inside, self);
  tsfn__function_release_js(self);
  tsfn__environment_detach(self->environment, &self->member);
  tsfn__function_apply_hold(self, true);
}

/* The environment's cleanup hook. */
static void
end_with_environment(struct tsfn__member *member) {
  tsfn_function *self =
      (tsfn_function *)((char *)member - offsetof(tsfn_function, member));
  tsfn__channel_shutdown(&self->outlet.channel, TSFN_COMPLETION_ENV_GONE);
}

#if defined(TSFN_DEBUG)
/* A handle's memory is kept for good, so that a release too many finds the
   function that it means. */
static struct tsfn__os_mutex graves_lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__ready_node *graves;

static void
dispose_of(tsfn_function *self) {
  tsfn__function_empty(self);
  tsfn__os_mutex_lock(&graves_lock);
  self->task.node.next = graves;
  graves = &self->task.node;
  tsfn__os_mutex_unlock(&graves_lock);
}
#else
static void
dispose_of(tsfn_function *self) {
  if (self->dispose != NULL)
    self->dispose(self);
  else
    tsfn__function_free(self);
}
#endif

static void
on_destroy(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  if (self->free_context != NULL) self->free_context(self->outlet.context);
  dispose_of(self);
}

const struct tsfn__channel_ops tsfn__life_ops = {
    on_wake,     tsfn__deliver, tsfn__outlet_complete, on_closed, on_drained,
    on_finalize, on_destroy};

void
tsfn__life_begin(tsfn_function *self) {
  self->task.run = run_drain;
  self->member.end = end_with_environment;
  tsfn__environment_attach(self->environment, &self->member);
  tsfn__function_apply_hold(self, false);
}
