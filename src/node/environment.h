/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENVIRONMENT_H
#define TSFN__ENVIRONMENT_H

/* One napi_env: its loop (loop.h), its JavaScript (realm.h), and those who must
   end with it, its members.

     find or make -> attach members ... -> the cleanup hook:
       shut the loop -> end each member -> close the realm -> close the loop

   The memory lives as long as anything refers to it: the cleanup hook, the
   loop's bell, and each member. */

#include <node_api.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/loop.h"
#include "node/realm.h"
#include "tsfn/status.h"

/* Who must end with its environment: a function. */
struct tsfn__member {
  struct tsfn__member *next;
  struct tsfn__member *previous;

  /* Loop thread, from the cleanup hook: JavaScript cannot run, and no other
     thread wakes the loop any more. Detaches itself. */
  void (*end)(struct tsfn__member *self);
};

struct tsfn__environment {
  struct tsfn__loop loop; /* first: it is cast back to the environment */
  struct tsfn__realm realm;

  /* Set once. */
  uintptr_t loop_thread;

  /* Any thread. */
  _Atomic(size_t) references;

  /* Loop thread. */
  struct tsfn__member *members;
  napi_async_cleanup_hook_handle hook;

  struct tsfn__environment *next; /* in the process's table, under its lock */
};

/* Any thread. True where it is known that `env` belongs to another thread,
   which must be asked before anything is done with `env`. */
bool tsfn__environment_is_foreign(napi_env env);

/* Loop thread. Finds the environment of `env`, or makes it. TSFN_CANNOT_RUN_JS
   (it is being torn down), TSFN_NO_MEMORY, TSFN_FAILURE, with a reason in
   *why. */
tsfn_status tsfn__environment_get(napi_env env, struct tsfn__environment **out,
                                  const char **why);

/* Any thread. */
void tsfn__environment_retain(struct tsfn__environment *self);
void tsfn__environment_release(struct tsfn__environment *self);

/* Loop thread. From now on the cleanup hook ends the member; it need not be
   referred to otherwise. */
void tsfn__environment_attach(struct tsfn__environment *self,
                              struct tsfn__member *member);
void tsfn__environment_detach(struct tsfn__environment *self,
                              struct tsfn__member *member);

#endif
