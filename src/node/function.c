/* SPDX-License-Identifier: MIT */
#include "node/function.h"

#include <stdio.h>

#include "core/memory.h"
#include "node/bulk.h"
#include "node/deliver.h"
#include "node/exception.h"
#include "node/item.h"
#include "node/signal.h"

/* --- the host's side of the channel -------------------------------------- */

static void
on_wake(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  tsfn__environment_wake(self->environment, self);
}

static void
complete_one(tsfn_function *self, void *slot, enum tsfn__item_kind kind,
             tsfn_completion how) {
  struct tsfn__item item = tsfn__item_of(self, slot, kind);
  bool is_shown = how == TSFN_COMPLETION_DELIVERED ||
                  how == TSFN_COMPLETION_THREW || self->was_shown;
  tsfn_call_js call_js = kind == TSFN__ITEM_WITH
                             ? tsfn__item_boxed(slot)->as.call_js
                             : self->call_js;
  if (!is_shown && call_js != NULL && kind != TSFN__ITEM_ERROR)
    call_js(NULL, NULL, self->context, item.data);
  if (self->complete != NULL)
    self->complete(self->context, item.data, item.size, how);
  tsfn__item_destroy(self, slot, kind);
}

static void
on_complete(struct tsfn__channel *channel, const struct tsfn__run *run,
            tsfn_completion how) {
  tsfn_function *self = tsfn__function_of(channel);
  bool is_shown =
      how == TSFN_COMPLETION_DELIVERED || how == TSFN_COMPLETION_THREW;
  bool is_bare =
      run->kinds[0] == TSFN__ITEM_VALUE || run->kinds[0] == TSFN__ITEM_POINTER;
  /* Then it ends without a trace, and nothing is to be done for it. */
  bool is_silent = self->complete == NULL &&
                   (is_shown || self->call_js == NULL) &&
                   (self->codec == NULL || self->is_plain);
  if (is_silent && is_bare) return;
  for (size_t i = 0; i < run->count; i++)
    complete_one(self, run->slots + i * tsfn__queue_slot_size(&channel->queue),
                 (enum tsfn__item_kind)run->kinds[0], how);
}

static void
on_closed(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  if (self->on_close != NULL) self->on_close(self->context);
}

static void
on_drained(struct tsfn__channel *channel) {
  (void)channel;
}

static void
step_finalize(napi_env env, tsfn_function *self) {
  napi_finalize finalize = self->finalize;
  self->finalize = NULL; /* once */
  finalize(env, self->finalize_data, self->context);
}

/* JavaScript cannot run, or env's crossing was refused. */
static void
finalize_outside(tsfn_function *self) {
  napi_env env = self->environment->env;
  napi_handle_scope scope;
  napi_value ignored;
  if (!self->keeps_env || napi_open_handle_scope(env, &scope) != napi_ok) {
    step_finalize(NULL, self);
    return;
  }
  step_finalize(env, self);
  (void)tsfn__exception_take(env, &ignored);
  napi_close_handle_scope(env, scope);
}

static void
step_settle(napi_env env, tsfn_function *self) {
  self->attachment->settle(self->attachment, env);
}

static void
on_finalize(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  struct tsfn__attachment *attachment = self->attachment;
  if (attachment != NULL) attachment->join(attachment);
  if (self->finalize != NULL) tsfn__deliver_step(self, step_finalize);
  if (self->finalize != NULL) finalize_outside(self);
  if (attachment != NULL) {
    tsfn__deliver_step(self, step_settle);
    attachment->free(attachment);
    self->attachment = NULL;
  }
  tsfn__function_release_js(self);
  tsfn__environment_detach(self->environment, self);
  tsfn__function_apply_hold(self, true);
}

#if defined(TSFN_DEBUG)
/* Handles are never freed, so a release too many finds the one it means. */
static struct tsfn__os_mutex graves_lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__ready_node *graves;

static void
bury(tsfn_function *self) {
  tsfn__channel_deinit(&self->channel);
  tsfn__environment_release(self->environment);
  tsfn__os_mutex_lock(&graves_lock);
  self->ready.next = graves;
  graves = &self->ready;
  tsfn__os_mutex_unlock(&graves_lock);
}
#else
#define bury tsfn__function_free
#endif

static void
on_destroy(struct tsfn__channel *channel) {
  tsfn_function *self = tsfn__function_of(channel);
  if (self->free_context != NULL) self->free_context(self->context);
  bury(self);
}

const struct tsfn__channel_ops tsfn__function_ops = {
    on_wake,    tsfn__deliver, on_complete, on_closed,
    on_drained, on_finalize,   on_destroy};

/* --- loop thread --------------------------------------------------------- */

enum tsfn__drain
tsfn__function_drain(tsfn_function *self, uint64_t now) {
  struct tsfn__budget budget;
  if (self->attachment != NULL) self->attachment->reap(self->attachment);
  tsfn__budget_init(&budget, now, self->budget_items, self->budget_nanoseconds);
  enum tsfn__drain result = tsfn__channel_drain(&self->channel, &budget);
  /* After it, when `scheduled` is false: a thread stores wants_hold and then
     reads `scheduled`, so it is seen here or brings another drain. */
  if (result != TSFN__DRAIN_FINAL) tsfn__function_apply_hold(self, false);
  return result;
}

napi_status
tsfn__function_enter(const tsfn_function *self, napi_value callback,
                     napi_value argument) {
  napi_env env = self->environment->env;
  napi_value global, snapshot, ignored, with[] = {callback, argument};
  napi_status status = napi_get_global(env, &global);
  if (status != napi_ok) return status;
  size_t count = argument != NULL;
  if (self->snapshot == NULL)
    return napi_make_callback(env, self->async_context, global, callback, count,
                              &argument, &ignored);
  status = napi_get_reference_value(env, self->snapshot, &snapshot);
  if (status != napi_ok) return status;
  return napi_make_callback(env, NULL, global, snapshot, 1 + count, with,
                            &ignored);
}

void
tsfn__function_apply_hold(tsfn_function *self, bool is_final) {
  bool wants = !is_final &&
               atomic_load_explicit(&self->wants_hold, memory_order_seq_cst);
  if (wants == self->holds) return;
  self->holds = wants;
  if (wants)
    tsfn__environment_hold(self->environment);
  else
    tsfn__environment_unhold(self->environment);
}

static void
delete_reference(napi_env env, napi_ref *reference) {
  if (*reference != NULL) napi_delete_reference(env, *reference);
  *reference = NULL;
}

TSFN__OS_COLD void
tsfn__function_release_js(tsfn_function *self) {
  napi_env env = self->environment->env;
  if (self->signal != NULL) tsfn__signal_remove(self->signal, self);
  self->signal = NULL;
  tsfn__bulk_release(self);
  delete_reference(env, &self->callback);
  delete_reference(env, &self->on_error);
  delete_reference(env, &self->resource);
  delete_reference(env, &self->snapshot);
  if (self->async_context != NULL) napi_async_destroy(env, self->async_context);
  self->async_context = NULL;
}

void
tsfn__function_free(tsfn_function *self) {
  tsfn_allocator allocator = self->allocator;
  tsfn__channel_deinit(&self->channel);
  tsfn__environment_release(self->environment);
  tsfn__memory_release(&allocator, self, sizeof *self);
}

/* --- any thread that holds a use ----------------------------------------- */

tsfn_status
tsfn_acquire(tsfn_function *fn) {
  return fn == NULL ? TSFN_INVALID : tsfn__channel_acquire(&fn->channel);
}

tsfn_status
tsfn_release(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  tsfn_status status = tsfn__channel_release(&fn->channel);
#if defined(TSFN_DEBUG)
  if (status == TSFN_INVALID)
    fprintf(stderr, "libtsfn: '%s' was released more often than acquired\n",
            fn->name);
#endif
  return status;
}

tsfn_status
tsfn_abort(tsfn_function *fn) {
  if (fn == NULL) return TSFN_INVALID;
  tsfn_status status = tsfn__channel_abort(&fn->channel);
  if (tsfn__os_thread_self() == fn->channel.loop_thread) tsfn__bulk_stop(fn);
  return status;
}

bool
tsfn_is_closing(tsfn_function *fn) {
  return fn == NULL || tsfn__queue_is_closed(&fn->channel.queue);
}

static tsfn_status
set_hold(tsfn_function *fn, bool hold) {
  if (fn == NULL) return TSFN_INVALID;
  atomic_store_explicit(&fn->wants_hold, hold, memory_order_seq_cst);
  if (tsfn__os_thread_self() == fn->channel.loop_thread) {
    if (!tsfn__lifecycle_is_final(&fn->channel.lifecycle))
      tsfn__function_apply_hold(fn, false);
  } else {
    tsfn__channel_schedule(&fn->channel);
  }
  return TSFN_OK;
}

tsfn_status
tsfn_ref(tsfn_function *fn) {
  return set_hold(fn, true);
}

tsfn_status
tsfn_unref(tsfn_function *fn) {
  return set_hold(fn, false);
}

bool
tsfn_is_aborted(tsfn_function *fn) {
  return fn != NULL && tsfn__lifecycle_is_aborted(&fn->channel.lifecycle);
}

void *
tsfn_context(tsfn_function *fn) {
  return fn == NULL ? NULL : fn->context;
}

tsfn_status
tsfn_get_stats(tsfn_function *fn, tsfn_stats *out) {
  if (fn == NULL || out == NULL) return TSFN_INVALID;
  struct tsfn__channel *channel = &fn->channel;
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    out->completed[i] =
        atomic_load_explicit(&channel->completed[i], memory_order_relaxed);
  /* In this order: accepted has only grown since. */
  uint64_t consumed = tsfn__queue_consumed(&channel->queue);
  out->accepted = tsfn__queue_accepted(&channel->queue);
  out->queued = out->accepted - consumed;
  out->blocked = tsfn__park_waiters(&channel->park);
  out->uses = tsfn__lifecycle_uses(&channel->lifecycle);
  out->memory = tsfn__blocks_memory(&channel->queue.blocks);
  return TSFN_OK;
}
