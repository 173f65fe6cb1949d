/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LOOP_H
#define TSFN__LOOP_H

/* The loop thread's work of one environment: who asked for it, in which order,
   and for how long it goes on.

     any thread    task --wake--> ready order, ring the bell
     loop thread   the bell is answered: each ready task runs, in order of
                   arrival; one that has more to do goes to the end; the turn
                   ends when nobody is ready, when all who were have had their
                   go, or when its time is over

   A turn is one turn of the host's event loop. A task may run the event loop
   itself: a callback that waits for something, a debugger. Then the other tasks
   have a turn inside of it; the one that is running is not in the order, and is
   not entered again. The loop knows nothing of what a task does; a function's
   task drains its channel. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ready.h"
#include "node/bell.h"

/* What a task answers; the bits may be combined. */
enum {
  TSFN__TASK_DONE = 0,     /* the next wake brings it; it may be freed now */
  TSFN__TASK_MORE = 1,     /* it goes to the end of the order */
  TSFN__TASK_ENDS_TURN = 2 /* the host's other events come before any task */
};

struct tsfn__task {
  struct tsfn__ready_node node; /* first: the loop casts it back to the task */

  /* Loop thread. `now` is a reading of tsfn__os_now. Answers the bits above. */
  unsigned (*run)(struct tsfn__task *self, uint64_t now);
};

struct tsfn__loop {
  struct tsfn__bell bell; /* first: it is cast back to the loop */
  struct tsfn__ready ready;

  /* Loop thread. */
  napi_env env;
  void (*closed)(struct tsfn__loop *self); /* last of all; set by the owner */
  size_t holds;                            /* who keeps the loop alive */
  bool is_attended;                        /* see bell.h */
  bool is_shut;
};

/* Loop thread. `self` is all zero but for `closed`. False: no bell could be
   opened; nothing is held. */
bool tsfn__loop_open(struct tsfn__loop *self, napi_env env);

/* Any thread. The task is not ready yet and stays valid until it has run.
   Ignored once the loop is shut: then its owner ends what the task serves.
   Never blocks. */
void tsfn__loop_wake(struct tsfn__loop *self, struct tsfn__task *task);

/* Loop thread. One more, or one less, keeps the event loop alive. */
void tsfn__loop_hold(struct tsfn__loop *self);
void tsfn__loop_unhold(struct tsfn__loop *self);

/* Loop thread, from the cleanup hook. After it no task runs, and no other
   thread is inside of a wake. */
void tsfn__loop_shut(struct tsfn__loop *self);

/* Loop thread, after it was shut. Calls self->closed, now or later. */
void tsfn__loop_close(struct tsfn__loop *self);

#endif
