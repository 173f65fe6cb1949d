/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENVIRONMENT_H
#define TSFN__ENVIRONMENT_H

/* What the functions of one napi_env share: the wake, the list of functions
   that have work, the functions themselves, and the hook that ends them all.

     any thread:   function --scheduled--> ready list --signal--> loop
     loop thread:  ready list -> turn, in order of arrival -> drain each, until
                   the turn's time is over; who has more goes to the end

   The memory lives as long as anything refers to it: the cleanup hook, the
   wake's back end, each function's handle. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ready.h"
#include "node/lone.h"
#include "node/wake.h"
#include "tsfn.h"

struct tsfn__crossing;
struct tsfn__turns;

struct tsfn__environment {
  /* Set once. */
  napi_env env;
  uintptr_t loop_thread;

  /* Any thread. */
  struct tsfn__wake wake;
  struct tsfn__ready ready;
  _Atomic(size_t) references;

  /* Loop thread. */
  bool is_gone;             /* the cleanup hook has run */
  bool is_turning;          /* inside tsfn__environment's turn */
  tsfn_function *functions; /* those not final */
  uint64_t uncaught;        /* exceptions so far, see deliver.c */
  size_t holds;             /* functions that keep the loop alive */
  napi_async_cleanup_hook_handle hook;
  napi_ref trampoline; /* see deliver.c */
  struct tsfn__lone lone;
  napi_ref check;   /* see bulk.c */
  napi_ref process; /* with tick: the host's tick function, or both NULL */
  napi_ref tick;
  bool is_node;      /* see tsfn__host_is_node */
  bool can_be_cut;   /* another thread may stop its JavaScript: a worker's; or
                        it is not known whose */
  bool is_turn_over; /* ticks come before any other function's drain */
  struct tsfn__crossing *crossing; /* about to be entered */
  struct tsfn__turns *turns;       /* while a loop runs, for its check */
  struct tsfn__environment *next;  /* in the process-wide table */
};

/* Any thread: true where it is known that `env` belongs to another one, which
   must be asked before anything is done with it. */
bool tsfn__environment_is_foreign(napi_env env);

/* Loop thread. Finds the state of `env`, or makes it. TSFN_CANNOT_RUN_JS
   (being torn down), TSFN_NO_MEMORY, TSFN_FAILURE, with a reason in *why. */
tsfn_status tsfn__environment_get(napi_env env, struct tsfn__environment **out,
                                  const char **why);

/* Any thread. */
void tsfn__environment_retain(struct tsfn__environment *self);
void tsfn__environment_release(struct tsfn__environment *self);

/* Any thread that holds a use of `function`, which has just been scheduled. */
void tsfn__environment_wake(struct tsfn__environment *self,
                            tsfn_function *function);

/* Loop thread. The list of functions that the hook will end. */
void tsfn__environment_attach(struct tsfn__environment *self,
                              tsfn_function *function);
void tsfn__environment_detach(struct tsfn__environment *self,
                              tsfn_function *function);

/* Loop thread. One function more, or one less, keeps the loop alive. */
void tsfn__environment_hold(struct tsfn__environment *self);
void tsfn__environment_unhold(struct tsfn__environment *self);

#endif
