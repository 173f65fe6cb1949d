/* SPDX-License-Identifier: MIT */
#include "node/environment.h"

#include "core/memory.h"
#include "node/events.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* The table belongs to this copy of the library: two addons that link it have a
   table each, and two environments for one napi_env. */
struct tsfn__environments tsfn__environments = {TSFN__OS_MUTEX_INIT, NULL};

/* --- references ---------------------------------------------------------- */

void
tsfn__environment_retain(struct tsfn__environment *self) {
  atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
}

void
tsfn__environment_release(struct tsfn__environment *self) {
  /* acq_rel: whoever gives the last reference back frees the memory after all
     that the others did with it. */
  if (atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) !=
      1)
    return;
  tsfn__os_mutex_destroy(&self->hold_lock);
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
  tsfn__os_mutex_lock(&tsfn__environments.lock);
  self->next = tsfn__environments.first;
  tsfn__environments.first = self;
  tsfn__os_mutex_unlock(&tsfn__environments.lock);
}

/* A list will do: a process has one environment for its main thread and one for
   each worker. */
static void
table_remove(struct tsfn__environment *self) {
  tsfn__os_mutex_lock(&tsfn__environments.lock);
  struct tsfn__environment **link = &tsfn__environments.first;
  while (*link != NULL && *link != self)
    link = &(*link)->next;
  if (*link == self) *link = self->next;
  tsfn__os_mutex_unlock(&tsfn__environments.lock);
}

/* Under the lock. */
TSFN__OS_COLD static struct tsfn__environment *
look_up(napi_env env) {
  struct tsfn__environment *self = tsfn__environments.first;
  while (self != NULL && self->realm.env != env)
    self = self->next;
  return self;
}

/* `env` is compared and never used, so it may be anybody's. The answer stays
   valid on the loop thread alone, which is the thread that ends it. NULL: not
   found. */
TSFN__OS_COLD static struct tsfn__environment *
table_find(napi_env env) {
  tsfn__os_mutex_lock(&tsfn__environments.lock);
  struct tsfn__environment *self = look_up(env);
  tsfn__os_mutex_unlock(&tsfn__environments.lock);
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
  for (struct tsfn__member *member = self->members; member != NULL;
       member = member->next)
    member->stop(member);
  while (self->members != NULL)
    self->members->end(self->members);
  tsfn__reference_drop(self->realm.env, &self->leave_before_exit);
  tsfn__realm_close(&self->realm);
  tsfn__loop_close(&self->loop);
  tsfn__environment_release(self); /* the hook's; the loop has its own */
}

/* --- when the event loop has run out ------------------------------------- */

bool
tsfn__environment_wish_hold(struct tsfn__environment *self,
                            _Atomic(bool) *wish) {
  tsfn__os_mutex_lock(&self->hold_lock);
  bool can_hold = !self->is_leaving;
  if (can_hold) TSFN__OS_STORE_SEQ_CST(wish, true);
  tsfn__os_mutex_unlock(&self->hold_lock);
  return can_hold;
}

static void
set_leaving(struct tsfn__environment *self, bool is_leaving) {
  tsfn__os_mutex_lock(&self->hold_lock);
  self->is_leaving = is_leaving;
  tsfn__os_mutex_unlock(&self->hold_lock);
}

/* Only this thread writes it, so it reads it without the lock. */
void
tsfn__environment_goes_on(struct tsfn__environment *self) {
  if (self->is_leaving) set_leaving(self, false);
}

/* Decides between a wish of another thread to hold the loop and the end of the
   environment: under the lock, so that no wish is stored and not seen. */
static bool
begin_to_leave(struct tsfn__environment *self) {
  bool is_held = false;
  tsfn__os_mutex_lock(&self->hold_lock);
  for (struct tsfn__member *member = self->members; member != NULL;
       member = member->next)
    if (member->holds(member)) is_held = true;
  self->is_leaving = !is_held;
  tsfn__os_mutex_unlock(&self->hold_lock);
  return !is_held;
}

/* Listens to 'beforeExit', without an argument; or, with one, hears that the
   loop goes on after all, because of what somebody else did at that event. */
static napi_value
on_before_exit(napi_env env, napi_callback_info info) {
  size_t count = 0;
  void *data;
  napi_value answer = NULL;
  if (napi_get_cb_info(env, info, &count, NULL, NULL, &data) != napi_ok)
    return NULL;
  struct tsfn__environment *self = data;
  if (count != 0) {
    set_leaving(self, false);
  } else if (self->members == NULL) {
    if (self->makings != 0)
      return NULL; /* the program emits the event itself */
    tsfn__events_leave(env, &self->leave_before_exit);
    tsfn__realm_close(&self->realm);
  } else if (begin_to_leave(self) &&
             napi_get_boolean(env, true, &answer) != napi_ok) {
    set_leaving(self, false); /* nobody would tell us */
  }
  return answer;
}

/* --- the beginning ------------------------------------------------------- */

/* Allocates it with two references: the hook's, and the loop's, which
   on_loop_closed gives back. NULL: out of memory. */
TSFN__OS_COLD static struct tsfn__environment *
environment_make(napi_env env) {
  struct tsfn__environment *self =
      tsfn__memory_allocate_zero(&tsfn__memory_default, sizeof *self);
  if (self == NULL) return NULL;
  if (!tsfn__os_mutex_init(&self->hold_lock)) {
    tsfn__memory_release(&tsfn__memory_default, self, sizeof *self);
    return NULL;
  }
  self->realm.env = env;
  self->loop_thread = tsfn__os_thread_self();
  self->loop.closed = on_loop_closed;
  atomic_init(&self->references, 2);
  return self;
}

/* Makes the environment. The addon is pinned first: the host may unload an
   addon whose worker has ended, while producers are still inside of the
   library. */
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
    tsfn__environment_release(self); /* the hook's */
    tsfn__environment_release(self); /* the loop's */
    return TSFN_FAILURE;
  }
  self->realm.is_in_scope = self->loop.bell.ops->is_in_scope;
  *why = "the host took no cleanup hook";
  if (napi_add_async_cleanup_hook(env, on_cleanup, self, &self->hook) !=
      napi_ok) {
    tsfn__loop_shut(&self->loop);
    tsfn__environment_release(self); /* the hook's */
    tsfn__loop_close(&self->loop);
    return TSFN_FAILURE;
  }
  table_add(self);
  *out = self;
  return TSFN_OK;
}

TSFN__OS_COLD bool
tsfn__environment_is_foreign(napi_env env) {
  /* Under the lock also what is read: on another thread it may be ending. */
  tsfn__os_mutex_lock(&tsfn__environments.lock);
  const struct tsfn__environment *self = look_up(env);
  bool is_foreign = self != NULL && self->loop_thread != tsfn__os_thread_self();
  tsfn__os_mutex_unlock(&tsfn__environments.lock);
  return is_foreign;
}

struct tsfn__realm *
tsfn__environment_realm(napi_env env) {
  struct tsfn__environment *self = table_find(env);
  return self != NULL ? &self->realm : NULL;
}

TSFN__OS_COLD tsfn_status
tsfn__environment_get(napi_env env, struct tsfn__environment **out,
                      const char **why) {
  *out = table_find(env);
  if (!tsfn__host_can_run(env)) {
    *why = tsfn_status_message(TSFN_CANNOT_RUN_JS);
    return TSFN_CANNOT_RUN_JS;
  }
  tsfn_status status = *out != NULL ? TSFN_OK : environment_open(env, out, why);
  if (status == TSFN_OK && !(*out)->realm.is_open) {
    tsfn__realm_open(&(*out)->realm, env);
    tsfn__events_listen(env, "beforeExit", on_before_exit, *out,
                        &(*out)->leave_before_exit);
  }
  return status;
}
