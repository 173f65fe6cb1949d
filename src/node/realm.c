/* SPDX-License-Identifier: MIT */
#include "node/realm.h"

#include "core/memory.h"
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
  struct tsfn__realm *self = tsfn__host_data(env, info);
  if (self == NULL) return NULL;
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
  self->ends_without_scope = tsfn__host_is_deno(env);
  self->can_be_interrupted = !tsfn__os_thread_is_main();
  if (tsfn__host_tick(env, &process, &tick)) {
    (void)tsfn__reference_make(env, process, &self->process);
    (void)tsfn__reference_make(env, tick, &self->tick);
  }
  tsfn__events_listen(env, "uncaughtExceptionMonitor", on_uncaught, self,
                      &self->leave_uncaught);
  self->is_open = true;
}

TSFN__OS_COLD static void
close_part(struct tsfn__realm *self, struct tsfn__part *part) {
  part->ops->close(part, self->env);
  tsfn__memory_release(&tsfn__memory_default, part, part->ops->size);
}

/* A part leaves the list before it is closed. */
TSFN__OS_COLD void
tsfn__realm_close(struct tsfn__realm *self) {
  while (self->parts != NULL) {
    struct tsfn__part *part = self->parts;
    self->parts = part->next;
    close_part(self, part);
  }
  if (self->is_gone)
    tsfn__reference_drop(self->env, &self->leave_uncaught);
  else
    tsfn__events_leave(self->env, &self->leave_uncaught);
  tsfn__reference_drop(self->env, &self->process);
  tsfn__reference_drop(self->env, &self->tick);
  self->is_open = false;
}

TSFN__OS_COLD static struct tsfn__part *
make_part(struct tsfn__realm *self, const struct tsfn__part_ops *ops) {
  struct tsfn__part *part =
      tsfn__memory_allocate_zero(&tsfn__memory_default, ops->size);
  if (part == NULL) return NULL;
  part->ops = ops;
  if (!ops->open(part, self)) {
    close_part(self, part);
    return NULL;
  }
  part->next = self->parts;
  self->parts = part;
  return part;
}

struct tsfn__part *
tsfn__realm_part(struct tsfn__realm *self, const struct tsfn__part_ops *ops) {
  struct tsfn__part *part = self->parts;
  while (part != NULL && part->ops != ops)
    part = part->next;
  return part != NULL ? part : make_part(self, ops);
}

TSFN__OS_COLD bool
tsfn__realm_make_function(const struct tsfn__realm *self,
                          napi_callback callback, void *data, napi_ref *out) {
  napi_value function;
  return napi_create_function(self->env, "tsfn", NAPI_AUTO_LENGTH, callback,
                              data, &function) == napi_ok &&
         tsfn__reference_make(self->env, function, out);
}
