/* SPDX-License-Identifier: MIT */
#include "function/life.h"

#include <stddef.h>

#include "core/memory.h"
#include "crossing/crossing.h"
#include "crossing/deliver.h"
#include "node/exception.h"

/* --- while it lives ------------------------------------------------------ */

/* Any thread with a use. Once the loop is shut the wake is dropped: then the
   environment's end completes what is queued. */
static void
on_wake(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  tsfn__loop_wake(&self->environment->loop, &self->task);
}

/* Runs one drain, as a task of the environment's loop; answers the task's bits.
   After a FINAL drain the function may be freed, so it is not touched any
   more. */
static unsigned
run_drain(struct tsfn__task *task, uint64_t now) {
  tsfn_function *self =
      (tsfn_function *)((char *)task - offsetof(tsfn_function, task));
  struct tsfn__outlet *outlet = &self->outlet;
  struct tsfn__budget budget;
  tsfn__environment_goes_on(self->environment);
  tsfn__attachments_reap(&self->attachments);
  tsfn__budget_init(&budget, now, outlet->budget_items,
                    outlet->budget_nanoseconds);
  enum tsfn__drain result = tsfn__channel_drain(&outlet->channel, &budget);
  /* Apply the hold after the drain, when `scheduled` is false. A thread stores
     wants_hold and then reads `scheduled`; so either this sees what it stored,
     or that thread brings another drain. */
  if (result != TSFN__DRAIN_FINAL) tsfn__function_apply_hold(self, false);
  return (result == TSFN__DRAIN_MORE ? TSFN__TASK_MORE : TSFN__TASK_DONE) |
         (budget.ends_turn ? TSFN__TASK_ENDS_TURN : TSFN__TASK_DONE);
}

/* Whichever thread closes, once. The library tells its own threads by the
   status of their calls; options.on_close is for threads that wait
   elsewhere. */
static void
on_closed(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  if (self->on_close != NULL) self->on_close(self->outlet.context);
}

/* Lets go the threads that wait for this function in an attachment, before
   on_finalize joins them. */
static void
on_drained(struct tsfn__channel *channel) {
  tsfn__attachments_stop(&tsfn__function_of(channel)->attachments);
}

/* --- the end ------------------------------------------------------------- */

/* Calls options.finalize. Its address is taken first: on_finalize asks it
   whether a crossing has called it. */
static void
call_finalize(tsfn_function *self, napi_env env) {
  napi_finalize finalize = self->finalize;
  self->finalize = NULL;
  finalize(env, self->finalize_data, self->outlet.context);
}

/* The body of the crossing in which options.finalize runs; `data` is the
   function. */
static bool
finalize_inside(napi_env env, struct tsfn__outlet *outlet, void *data) {
  (void)outlet;
  call_finalize(data, env);
  return true;
}

/* The body of the crossing in which the attachments settle their promises, in
   the function's async context. */
static bool
settle_inside(napi_env env, struct tsfn__outlet *outlet, void *data) {
  (void)outlet;
  tsfn__attachments_settle(&((tsfn_function *)data)->attachments, env);
  return true;
}

/* Calls options.finalize where there was no crossing: JavaScript cannot run, or
   the host refused. env is NULL then, except for a function that keeps it,
   whose finalizer may take a cleanup hook back with it. That one has a handle
   scope, which a cleanup hook has not, and an exception of its own is
   dropped. */
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

/* Loop thread, once: the order of a function's end. Threads are joined before
   finalize, which may free what they use. The promise is settled after
   finalize, so that whoever awaits it finds all of that done. Last, the
   function lets go of its environment; a thread with a use may still hold the
   handle. */
static void
on_finalize(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  tsfn__attachments_join(&self->attachments);
  if (self->finalize != NULL)
    (void)tsfn__crossing_run(&self->outlet, finalize_inside, self);
  /* Still set: the crossing was refused, and its body has not run. */
  if (self->finalize != NULL) finalize_outside(self);
  if (tsfn__attachments_have_settle(&self->attachments))
    (void)tsfn__crossing_run(&self->outlet, settle_inside, self);
  /* Nothing of JavaScript may be left, since the handle may outlive its
     environment. */
  tsfn__function_release_js(self);
  tsfn__environment_detach(self->environment, &self->member);
  tsfn__function_apply_hold(self, true);
}

/* Stops the function with its environment, from the cleanup hook: what is
   queued completes as env_gone, without a call of JavaScript, and the
   attachments let go whoever waits. */
static void
stop_with_environment(struct tsfn__member *member) {
  tsfn_function *self =
      (tsfn_function *)((char *)member - offsetof(tsfn_function, member));
  tsfn__channel_stop(&self->outlet.channel, TSFN_COMPLETION_ENV_GONE);
}

/* Ends it, when all of the environment's functions were stopped: a thread of
   this one may have waited for another. */
static void
end_with_environment(struct tsfn__member *member) {
  tsfn_function *self =
      (tsfn_function *)((char *)member - offsetof(tsfn_function, member));
  tsfn__channel_shutdown(&self->outlet.channel, TSFN_COMPLETION_ENV_GONE);
}

/* The event loop has run out; what another thread wished is done now, before
   the drain that it asked for. */
static bool
apply_wish(struct tsfn__member *member) {
  tsfn_function *self =
      (tsfn_function *)((char *)member - offsetof(tsfn_function, member));
  tsfn__function_apply_hold(self, false);
  return self->holds;
}

#if defined(TSFN_DEBUG)
#include <stdlib.h>
#include <string.h>

/* A debug build keeps the memory of every handle for good, in a list of its
   own, so that a release too many finds the function that it means, and names
   it. */
static struct tsfn__os_mutex graves_lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__ready_node *graves;

/* The name is the author's, who may free it now: a copy stays. */
static void
keep_name(tsfn_function *self) {
  size_t size = strlen(self->name) + 1;
  char *copy = malloc(size);
  if (copy != NULL) memcpy(copy, self->name, size);
  self->name = copy != NULL ? copy : "a function";
}

static void
dispose_of(tsfn_function *self) {
  keep_name(self);
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

/* Any thread, after the last use and after finalize. free_context is last,
   since it may free the record and the allocator of the function. */
static void
on_destroy(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  void (*free_context)(void *context) = self->free_context;
  void *context = self->outlet.context;
  dispose_of(self);
  if (free_context != NULL) free_context(context);
}

/* In the order of core/channel.h. Delivering and completing items are the
   outlet's. */
const struct tsfn__channel_ops tsfn__life_ops = {
    on_wake,     tsfn__deliver, tsfn__outlet_complete, on_closed, on_drained,
    on_finalize, on_destroy};

/* The operations are set before the function can be woken or ended: it becomes
   known to its environment here, and to producers when the creation returns. */
void
tsfn__life_begin(tsfn_function *self) {
  self->task.run = run_drain;
  self->member.holds = apply_wish;
  self->member.stop = stop_with_environment;
  self->member.end = end_with_environment;
  tsfn__environment_attach(self->environment, &self->member);
  tsfn__function_apply_hold(self, false);
}
