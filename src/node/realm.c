/* SPDX-License-Identifier: MIT */
#include "node/realm.h"

#include "node/events.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* Listens to 'uncaughtExceptionMonitor', which changes nothing in what the
   process does; a host without that event never calls. JavaScript that makes
   many calls is stopped after the one that it is at: its next calls would have
   no async context. */
static napi_value
on_uncaught(napi_env env, napi_callback_info info) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct tsfn__realm *self = data;
  self->uncaught++;
  for (struct tsfn__running *each = self->running; each != NULL;
       each = each->outer)
    each->stop(each);
  return NULL;
}

/* A worker is told from the main thread by the system, since Node-API does not
   tell. Node ends the main thread's JavaScript only at the end of the process.
   A reference that the host refuses leaves the realm as one of a host without
   ticks. */
TSFN__OS_COLD void
tsfn__realm_open(struct tsfn__realm *self, napi_env env) {
  napi_value process, tick;
  self->env = env;
  self->is_node = tsfn__host_is_node(env);
  self->has_context_frames = tsfn__host_has_context_frames(env);
  self->can_be_interrupted = !tsfn__os_thread_is_main();
  if (tsfn__host_tick(env, &process, &tick)) {
    (void)tsfn__reference_make(env, process, &self->process);
    (void)tsfn__reference_make(env, tick, &self->tick);
  }
  tsfn__events_listen(env, "uncaughtExceptionMonitor", on_uncaught, self,
                      &self->leave_uncaught);
  self->is_open = true;
}

/* A part leaves the list before it is closed, so that it may free itself. */
TSFN__OS_COLD void
tsfn__realm_close(struct tsfn__realm *self) {
  while (self->parts != NULL) {
    struct tsfn__part *part = self->parts;
    self->parts = part->next;
    part->ops->close(part, self->env);
  }
  if (self->is_gone)
    tsfn__reference_drop(self->env, &self->leave_uncaught);
  else
    tsfn__events_leave(self->env, &self->leave_uncaught);
  tsfn__reference_drop(self->env, &self->process);
  tsfn__reference_drop(self->env, &self->tick);
  self->is_open = false;
}

struct tsfn__part *
tsfn__realm_find(const struct tsfn__realm *self,
                 const struct tsfn__part_ops *ops) {
  struct tsfn__part *part = self->parts;
  while (part != NULL && part->ops != ops)
    part = part->next;
  return part;
}

void
tsfn__realm_add(struct tsfn__realm *self, struct tsfn__part *part) {
  part->next = self->parts;
  self->parts = part;
}

TSFN__OS_COLD bool
tsfn__realm_make_function(const struct tsfn__realm *self,
                          napi_callback callback, void *data, napi_ref *out) {
  napi_value function;
  return napi_create_function(self->env, "tsfn", NAPI_AUTO_LENGTH, callback,
                              data, &function) == napi_ok &&
         tsfn__reference_make(self->env, function, out);
}
