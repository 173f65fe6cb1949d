/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LOOP_H
#define TSFN__LOOP_H

/* The loop thread's work for one environment: which tasks asked for it, in
   which order they run, and for how long that goes on.

     any thread    task --wake--> ready order, ring the bell
     loop thread   the bell is answered: each ready task runs, in order of
                   arrival; one that has more to do goes to the end; the turn
                   ends when nobody is ready, when each task has had its go, or
                   when its time is over

   A turn is one turn of the host's event loop. A task may run the event loop
   itself: a callback that waits for something, a debugger. Then the other tasks
   have a turn inside of it; the one that is running is not in the order, and is
   not entered again. All tasks of an environment share one bell, since libuv
   looks at every one of its async handles at each ring. The loop knows nothing
   of what a task does; a function's task drains its channel.

   environment.c opens, shuts and closes the loop; function/ wakes and holds it.
   Only a wake may come from another thread. */

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

/* Work that somebody may ask the loop for. Its owner embeds it and sets `run`
   once. It is in the ready order at most once: whoever wakes it knows that it
   is not. */
struct tsfn__task {
  /* First, so that the loop casts it back to the task. */
  struct tsfn__ready_node node;

  /* Loop thread. `now` is a reading of tsfn__os_now. Answers the bits above.
     Where DONE is answered the task may have been freed. */
  unsigned (*run)(struct tsfn__task *self, uint64_t now);
};

struct tsfn__loop {
  /* First, so that the bell is cast back to this. */
  struct tsfn__bell bell;
  struct tsfn__ready ready;

  /* Loop thread. */
  napi_env env;
  void (*closed)(struct tsfn__loop *self); /* last of all; set by the owner */
  size_t holds;     /* how many keep the event loop alive */
  bool is_attended; /* tasks wait while one runs, see bell.h */
  bool is_shut;     /* the environment ends; no task runs any more */
};

/* Loop thread. Opens the loop with a bell. `self` is all zero but for `closed`.
   False: no bell could be opened; nothing is held, and `closed` is not
   called. */
bool tsfn__loop_open(struct tsfn__loop *self, napi_env env);

/* Any thread. Makes the task ready, and rings. The task is not ready yet, and
   stays valid until it has run. Does nothing once the loop is shut: then the
   environment ends what the task serves. Never blocks. */
void tsfn__loop_wake(struct tsfn__loop *self, struct tsfn__task *task);

/* Loop thread. Counts those who keep the event loop alive, and tells the bell
   when the first comes and the last goes. */
void tsfn__loop_hold(struct tsfn__loop *self);
void tsfn__loop_unhold(struct tsfn__loop *self);

/* Loop thread, from the cleanup hook. Waits for wakes that are under way, a few
   instructions each. After it no task runs, and no other thread is inside of a
   wake. */
void tsfn__loop_shut(struct tsfn__loop *self);

/* Loop thread, after it was shut. Closes the bell; self->closed is called when
   the host has let go of it, now or later. */
void tsfn__loop_close(struct tsfn__loop *self);

#endif
