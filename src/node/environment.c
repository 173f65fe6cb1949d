/* SPDX-License-Identifier: MIT */
#include "node/environment.h"

#include "core/memory.h"
#include "node/host.h"
#include "os/os.h"

/* Every environment of the process that has not ended. The table belongs to
   this copy of the library: two addons that link it have a table each, and two
   environments for one napi_env. */
static struct tsfn__os_mutex table_lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__environment *table; /* under table_lock */

/* --- references ---------------------------------------------------------- */

void
tsfn__environment_retain(struct tsfn__environment *self) {
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
}

void
tsfn__environment_release(struct tsfn__environment *self) {
  /* acq_rel: whoever gives the last reference back frees the memory after all
     that the others did with it. */
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) ==
      1)
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
}

/* --- members ------------------------------------------------------------- */

void
tsfn__environment_attach(struct tsfn__environment *self,
                         struct tsfn__member *member) {
  member->previous = NULL;
  member->next = self->members;
  if (self->members != NULL) self->members->previous = member;
  self->members = member;
}

void
tsfn__environment_detach(struct tsfn__environment *self,
                         struct tsfn__member *member) {
  if (member->previous != NULL)
    member->previous->next = member->next;
  else
    self->members = member->next;
  if (member->next != NULL) member->next->previous = member->previous;
}

/* --- the table ----------------------------------------------------------- */

TSFN__OS_COLD static void
table_add(struct tsfn__environment *self) {
  tsfn__os_mutex_lock(&table_lock);
  self->next = table;
  table = self;
  tsfn__os_mutex_unlock(&table_lock);
}

/* A list will do: a process has one environment for its main thread and one for
   each worker. */
static void
table_remove(struct tsfn__environment *self) {
  tsfn__os_mutex_lock(&table_lock);
  struct tsfn__environment **link = &table;
  while (*link != NULL && *link != self)
    link = &(*link)->next;
  if (*link == self) *link = self->next;
  tsfn__os_mutex_unlock(&table_lock);
}

/* `env` is compared and never used, so it may be anybody's. The answer stays
   valid on the loop thread alone, which is the thread that ends it. NULL: not
   found. */
TSFN__OS_COLD static struct tsfn__environment *
table_find(napi_env env) {
  tsfn__os_mutex_lock(&table_lock);
  struct tsfn__environment *self = table;
  while (self != NULL && self->realm.env != env)
    self = self->next;
  tsfn__os_mutex_unlock(&table_lock);
  return self;
}

/* --- the end ------------------------------------------------------------- */

/* The last step of the end. The host waits for an async cleanup hook until it
   is removed, so that is done when the bell is closed and not before. */
static void
on_loop_closed(struct tsfn__loop *loop) {
  struct tsfn__environment *self = (struct tsfn__environment *)loop;
  if (self->hook != NULL) napi_remove_async_cleanup_hook(self->hook);
  tsfn__environment_release(self);
}

/* Ends the environment, as the host's cleanup hook: JavaScript cannot run. It
   leaves the table first, so that no new function finds it. Ending a member
   detaches it, so the list gets shorter until it is empty. */
TSFN__OS_COLD static void
on_cleanup(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  struct tsfn__environment *self = data;
  self->realm.is_gone = true;
  table_remove(self);
  tsfn__loop_shut(&self->loop);
  while (self->members != NULL)
    self->members->end(self->members);
  tsfn__realm_close(&self->realm);
  tsfn__loop_close(&self->loop);
  tsfn__environment_release(self); /* the hook's; the loop has its own */
}

/* --- the beginning ------------------------------------------------------- */

/* Allocates it with two references: the hook's, and the loop's, which
   on_loop_closed gives back. NULL: out of memory. */
TSFN__OS_COLD static struct tsfn__environment *
environment_make(napi_env env) {
  struct tsfn__environment *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  if (self == NULL) return NULL;
  self->loop_thread = tsfn__os_thread_self();
  self->loop.closed = on_loop_closed;
  atomic_init(&self->references, 2);
  tsfn__realm_open(&self->realm, env);
  return self;
}

/* Makes the environment. The addon is pinned first: the host may unload an
   addon whose worker has ended, while producers are still inside of the
   library. The listener for uncaught exceptions comes last, because it cannot
   be taken back. */
TSFN__OS_COLD static tsfn_status
environment_open(napi_env env, struct tsfn__environment **out,
                 const char **why) {
  static const char anchor;
  *why = "the addon cannot be kept in memory";
  if (!tsfn__os_pin(&anchor)) return TSFN_FAILURE;
  struct tsfn__environment *self = environment_make(env);
  *why = "out of memory";
  if (self == NULL) return TSFN_NO_MEMORY;
  *why = "the host gave no way to signal its loop";
  if (!tsfn__loop_open(&self->loop, env)) {
    tsfn__realm_close(&self->realm);
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
    return TSFN_FAILURE;
  }
  self->realm.is_in_scope = self->loop.bell.ops->is_in_scope;
  *why = "the host took no cleanup hook";
  if (napi_add_async_cleanup_hook(env, on_cleanup, self, &self->hook) !=
      napi_ok) {
    tsfn__realm_close(&self->realm);
    tsfn__loop_shut(&self->loop);
    tsfn__environment_release(self); /* the hook's */
    tsfn__loop_close(&self->loop);
    return TSFN_FAILURE;
  }
  table_add(self);
  tsfn__realm_watch(&self->realm);
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
  *out = table_find(env);
  if (!tsfn__host_can_run(env)) {
    *why = tsfn_status_message(TSFN_CANNOT_RUN_JS);
    return TSFN_CANNOT_RUN_JS;
  }
  return *out != NULL ? TSFN_OK : environment_open(env, out, why);
}
