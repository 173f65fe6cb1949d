/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENVIRONMENT_H
#define TSFN__ENVIRONMENT_H

/* One napi_env: its loop (loop.h), its JavaScript (realm.h), and its members,
   which must end with it.

     find or make -> open the realm -> attach members ... -> the cleanup hook:
       shut the loop -> end each member -> close the realm -> close the loop

   Before that, whenever the event loop has run out ('beforeExit'): without
   members the realm is closed, so that nothing of JavaScript is kept (a
   snapshot may be made of the heap), until a member comes again. With members,
   all weak, the environment is leaving, unless one of them wants to hold the
   loop.

   The order is the point. Once the loop is shut, no other thread touches a
   member's task, so the members can be ended one after another; they still need
   the realm, whose references they drop; and the host keeps the environment
   until the loop's bell is closed, which may be later.

   The memory lives as long as anything refers to it: the cleanup hook, the
   loop's bell, and each member. function/ finds environments and attaches to
   them; record/owned.c asks for the realm. The module does not know what a
   member is. */

#include <node_api.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/loop.h"
#include "node/realm.h"
#include "os/os.h"
#include "tsfn/status.h"

/* Something that must end with its environment; a function has one. */
struct tsfn__member {
  struct tsfn__member *next;
  struct tsfn__member *previous;

  /* Loop thread, when nothing keeps the event loop alive. True: the member
     holds it now, because another thread has asked for that. */
  bool (*holds)(struct tsfn__member *self);

  /* Loop thread, from the cleanup hook, once: JavaScript cannot run, and no
     other thread wakes the loop any more. Tells all who wait for this member
     that it has ended. Does not wait for threads of the library, which may wait
     for another member. */
  void (*stop)(struct tsfn__member *self);

  /* Loop thread, behind the `stop` of all members, once. Detaches the member.
     May block until threads of the library have ended. */
  void (*end)(struct tsfn__member *self);
};

struct tsfn__environment {
  /* First, so that the loop is cast back to this. */
  struct tsfn__loop loop;
  struct tsfn__realm realm;

  /* Set once. */
  uintptr_t loop_thread;

  /* Any thread. The environment is freed with the last of them. */
  _Atomic(size_t) references;

  /* Loop thread. */
  struct tsfn__member *members;        /* newest first */
  size_t makings;                      /* members that are being made */
  napi_async_cleanup_hook_handle hook; /* NULL: the host took none */
  napi_ref leave_before_exit;          /* see events.h */

  /* Under the lock: the event loop has nothing left to do, and the host ends
     the environment unless something comes up on the loop thread. */
  struct tsfn__os_mutex hold_lock;
  bool is_leaving;

  struct tsfn__environment *next; /* in tsfn__environments, under its lock */
};

/* Every environment of the process that has not ended. */
struct tsfn__environments {
  struct tsfn__os_mutex lock;
  struct tsfn__environment *first; /* under the lock */
};
extern struct tsfn__environments tsfn__environments;

/* Any thread; takes a lock for a moment. True where it is known that `env`
   belongs to another thread. Whoever is given an env by the author asks this
   before doing anything with it. */
bool tsfn__environment_is_foreign(napi_env env);

/* Loop thread. Finds the environment of `env`, or makes it; the caller gets no
   reference. TSFN_CANNOT_RUN_JS: it is being torn down. TSFN_NO_MEMORY,
   TSFN_FAILURE: nothing is held. On each failure *why is a static text that
   says what was wrong. */
tsfn_status tsfn__environment_get(napi_env env, struct tsfn__environment **out,
                                  const char **why);

/* Loop thread; takes a lock for a moment. The realm of `env`; NULL: it has
   ended. For what is called with an env alone. */
struct tsfn__realm *tsfn__environment_realm(napi_env env);

/* Any thread. Takes a reference; gives one back, which frees the memory if it
   was the last. */
void tsfn__environment_retain(struct tsfn__environment *self);
void tsfn__environment_release(struct tsfn__environment *self);

/* Loop thread. From begin to end a member is being made, which needs the realm
   and is not attached yet. JavaScript of the program may run in between. */
static inline void
tsfn__environment_begin_making(struct tsfn__environment *self) {
  self->makings++;
}

static inline void
tsfn__environment_end_making(struct tsfn__environment *self) {
  self->makings--;
}

/* Loop thread. The event loop turns once more after it had run out, so another
   thread may hold it again. */
void tsfn__environment_goes_on(struct tsfn__environment *self);

/* Any thread that holds a use of the member's. Stores true in *wish, for
   `holds` of the member to see. False: the environment is leaving; nothing is
   stored. Takes a lock for a moment. */
bool tsfn__environment_wish_hold(struct tsfn__environment *self,
                                 _Atomic(bool) *wish);

/* Loop thread. From attach to detach the cleanup hook ends the member. The
   member needs a reference of its own if it outlives its detach. */
void tsfn__environment_attach(struct tsfn__environment *self,
                              struct tsfn__member *member);
void tsfn__environment_detach(struct tsfn__environment *self,
                              struct tsfn__member *member);

#endif
