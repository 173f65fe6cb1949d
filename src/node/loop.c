/* SPDX-License-Identifier: MIT */
#include "node/loop.h"

#include "core/budget.h"
#include "node/wake.h"
#include "os/os.h"

/* Nanoseconds that all tasks together have in one turn; then the host sees to
   its other events. It is the default budget of one function's drain: with one
   busy function nothing changes, with many the turn does not grow. */
#define TURN_NANOSECONDS ((uint64_t)TSFN__BUDGET_MICROSECONDS * 1000u)

static struct tsfn__loop *
loop_of(struct tsfn__bell *bell) {
  return (struct tsfn__loop *)bell;
}

static struct tsfn__task *
task_of(struct tsfn__ready_node *node) {
  return (struct tsfn__task *)node;
}

/* --- a turn -------------------------------------------------------------- */

/* Tells the bell whether tasks wait while one runs. The bell is told of changes
   only: most turns have one task, and never call it. */
static void
set_attended(struct tsfn__loop *self, bool is_attended) {
  if (self->is_attended == is_attended || self->is_shut) return;
  self->is_attended = is_attended;
  self->bell.ops->attend(&self->bell, is_attended);
}

/* Runs the tasks that are ready, each once, while there is time. on_rung rings
   again for those that are not reached. A task that is woken meanwhile waits
   for the next turn, since only on_rung collects. */
static void
run_ready(struct tsfn__loop *self) {
  uint64_t now = tsfn__os_now(), end = now + TURN_NANOSECONDS;
  struct tsfn__ready_node *second = NULL; /* the first that ran and has more */
  unsigned answer = TSFN__TASK_DONE;
  while (self->ready.first != NULL && self->ready.first != second &&
         !(answer & TSFN__TASK_ENDS_TURN) && now < end) {
    struct tsfn__ready_node *node = tsfn__ready_pop(&self->ready);
    set_attended(self, self->ready.first != NULL);
    answer = task_of(node)->run(task_of(node), now);
    if (answer & TSFN__TASK_MORE) {
      tsfn__ready_append(&self->ready, node);
      if (second == NULL) second = node;
    }
    now = tsfn__os_now();
  }
  set_attended(self, false);
}

/* Answers the bell: one turn. A task that runs the event loop itself may be on
   the stack; it has been popped, so the turn inside of it does not enter it
   again. */
static void
on_rung(struct tsfn__bell *bell) {
  struct tsfn__loop *self = loop_of(bell);
  if (self->is_shut) return;
  tsfn__ready_collect(&self->ready);
  run_ready(self);
  if (!tsfn__ready_is_empty(&self->ready))
    self->bell.ops->again(&self->bell, self->env);
}

/* The gate keeps the bell open while this thread rings it. */
void
tsfn__loop_wake(struct tsfn__loop *self, struct tsfn__task *task) {
  if (!tsfn__gate_enter(&self->bell.gate)) return;
  tsfn__ready_push(&self->ready, &task->node);
  self->bell.ops->ring(&self->bell);
  tsfn__gate_leave(&self->bell.gate);
}

/* --- the beginning and the end ------------------------------------------- */

static void
on_bell_closed(struct tsfn__bell *bell) {
  struct tsfn__loop *self = loop_of(bell);
  self->closed(self);
}

bool
tsfn__loop_open(struct tsfn__loop *self, napi_env env) {
  self->env = env;
  tsfn__ready_init(&self->ready);
  self->bell.rung = on_rung;
  self->bell.closed = on_bell_closed;
  return tsfn__wake_open(&self->bell, env);
}

/* Once the loop is shut its bell must not be touched, so only the count
   changes. */
void
tsfn__loop_hold(struct tsfn__loop *self) {
  if (self->holds++ == 0 && !self->is_shut)
    self->bell.ops->hold(&self->bell, self->env, true);
}

void
tsfn__loop_unhold(struct tsfn__loop *self) {
  if (--self->holds == 0 && !self->is_shut)
    self->bell.ops->hold(&self->bell, self->env, false);
}

void
tsfn__loop_shut(struct tsfn__loop *self) {
  self->is_shut = true;
  tsfn__gate_shut(&self->bell.gate);
}

void
tsfn__loop_close(struct tsfn__loop *self) {
  self->bell.ops->close(&self->bell);
}
