/* SPDX-License-Identifier: MIT */

/* tsfn_task_start: tsfn_start whose promise does not wait for its threads once
   it was aborted. An attachment settles the promise when the function has
   closed and its queue is empty; what ends later finds it settled. */

#include "core/memory.h"
#include "crossing/crossing.h"
#include "function/ending.h"
#include "stream/start.h"

struct task {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;
};

/* The body of the crossing; `data` is the promise. */
static bool
settle_now(napi_env env, struct tsfn__outlet *outlet, void *data) {
  (void)outlet;
  tsfn__ending_settle(data, env);
  return true;
}

/* The attachment's `stop`. The signal is asked for its reason there, so the
   function still has it. */
static void
stop_task(struct tsfn__attachment *attachment) {
  tsfn_function *fn = ((struct task *)attachment)->function;
  if (tsfn_is_aborted(fn) && fn->ending != NULL)
    (void)tsfn__crossing_run(&fn->outlet, settle_now, fn->ending);
}

static void
free_task(struct tsfn__attachment *attachment) {
  struct task *self = (struct task *)attachment;
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

static const struct tsfn__attachment_ops task_ops = {.stop = stop_task,
                                                     .free = free_task};

static tsfn_status
attach_task(tsfn_function *fn) {
  struct task *self = tsfn__function_attach(fn, &task_ops, sizeof *self);
  if (self == NULL) return TSFN_NO_MEMORY;
  self->function = fn;
  return TSFN_OK;
}

static napi_value
ignore_progress(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  return NULL;
}

/* A progress that nobody wants goes to a function that does nothing, so that
   the thread sends it all the same. Where that cannot be made, tsfn_create says
   so: it wants a callback. */
napi_value
tsfn_task_start(napi_env env, napi_value progress, const tsfn_options *options,
                tsfn_thread run, void *data) {
  static const tsfn_options none;
  if (options == NULL) options = &none;
  if (progress == NULL && env != NULL && !tsfn__environment_is_foreign(env) &&
      options->call_js == NULL)
    (void)napi_create_function(env, "progress", NAPI_AUTO_LENGTH,
                               ignore_progress, NULL, &progress);
  return tsfn__start(env, progress, options, run, data, attach_task);
}
