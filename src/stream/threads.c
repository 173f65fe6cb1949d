/* SPDX-License-Identifier: MIT */
#include "stream/threads.h"

#include <stdio.h>

#include "core/memory.h"
#include "node/exception.h"
#include "node/signal.h"

struct tsfn__thread {
  struct tsfn__thread *next; /* loop thread */
  tsfn__os_thread handle;
  struct tsfn__threads *threads;
  tsfn_thread run;
  void *data;
  size_t index;
  _Atomic(bool) has_ended; /* the thread's last store here */
};

/* --- on the thread ------------------------------------------------------- */

/* Index and status in one word, so that the first to fail is one exchange. */
static uint64_t
failure_word(size_t index, tsfn_status status) {
  return (uint64_t)index << 8 | (uint64_t)status;
}

static void
thread_main(void *argument) {
  struct tsfn__thread *self = argument;
  struct tsfn__threads *threads = self->threads;
  tsfn_function *function = threads->function;
  tsfn_status status = self->run(function, self->index, self->data);
  /* One that heard TSFN_CLOSING has not failed, it was stopped. */
  if (status != TSFN_OK && status != TSFN_CLOSING) {
    uint64_t none = 0;
    atomic_compare_exchange_strong_explicit(
        &threads->failure, &none, failure_word(self->index, status),
        memory_order_release, memory_order_relaxed);
  }
  /* Release: meets the acquire in reap, which frees self. */
  atomic_store_explicit(&self->has_ended, true, memory_order_release);
  tsfn__channel_end_thread(&function->channel);
}

/* --- the attachment, loop thread ----------------------------------------- */

static struct tsfn__threads *
threads_from(struct tsfn__attachment *attachment) {
  return (struct tsfn__threads *)attachment;
}

static void
join_where(struct tsfn__threads *self, bool ended_only) {
  struct tsfn__thread **link = &self->first;
  while (*link != NULL) {
    struct tsfn__thread *thread = *link;
    if (ended_only &&
        !atomic_load_explicit(&thread->has_ended, memory_order_acquire)) {
      link = &thread->next;
      continue;
    }
    *link = thread->next;
    tsfn__os_thread_join(thread->handle);
    tsfn__memory_release(&self->function->allocator, thread, sizeof *thread);
  }
}

static void
reap(struct tsfn__attachment *attachment) {
  join_where(threads_from(attachment), true);
}

static void
join(struct tsfn__attachment *attachment) {
  join_where(threads_from(attachment), false);
}

/* What the promise rejects with; NULL: it resolves. */
static napi_value
get_error(struct tsfn__threads *self, napi_env env) {
  char message[160];
  if (tsfn__lifecycle_is_aborted(&self->function->channel.lifecycle)) {
    napi_value reason = tsfn__signal_reason(self->function->signal, env);
    if (reason != NULL) return reason;
    snprintf(message, sizeof message, "%s was aborted", self->function->name);
    return tsfn__exception_create(env, tsfn_status_name(TSFN_CLOSING), message);
  }
  uint64_t failure = atomic_load_explicit(&self->failure, memory_order_acquire);
  if (failure == 0) return NULL;
  tsfn_status status = (tsfn_status)(failure & 0xff);
  snprintf(message, sizeof message, "thread %llu of %s: %s",
           (unsigned long long)(failure >> 8), self->function->name,
           tsfn_status_message(status));
  return tsfn__exception_create(env, tsfn_status_name(status), message);
}

static void
settle(struct tsfn__attachment *attachment, napi_env env) {
  struct tsfn__threads *self = threads_from(attachment);
  napi_value undefined, error;
  napi_deferred deferred = self->deferred;
  if (deferred == NULL) return;
  self->deferred = NULL;
  error = get_error(self, env);
  if (error != NULL)
    napi_reject_deferred(env, deferred, error);
  else if (napi_get_undefined(env, &undefined) == napi_ok)
    napi_resolve_deferred(env, deferred, undefined);
}

static void
free_threads(struct tsfn__attachment *attachment) {
  struct tsfn__threads *self = threads_from(attachment);
  tsfn__memory_release(&self->function->allocator, self, sizeof *self);
}

/* --- loop thread --------------------------------------------------------- */

struct tsfn__threads *
tsfn__threads_of(tsfn_function *function) {
  if (function->attachment != NULL) return threads_from(function->attachment);
  struct tsfn__threads *self =
      tsfn__memory_allocate_zero(&function->allocator, sizeof *self);
  if (self == NULL) return NULL;
  self->attachment.reap = reap;
  self->attachment.join = join;
  self->attachment.settle = settle;
  self->attachment.free = free_threads;
  self->function = function;
  atomic_init(&self->failure, 0);
  function->attachment = &self->attachment;
  return self;
}

tsfn_status
tsfn__threads_start(struct tsfn__threads *self, size_t index, tsfn_thread run,
                    void *data) {
  tsfn_function *function = self->function;
  struct tsfn__thread *thread =
      tsfn__memory_allocate_zero(&function->allocator, sizeof *thread);
  if (thread == NULL) return TSFN_NO_MEMORY;
  thread->threads = self;
  thread->run = run;
  thread->data = data;
  thread->index = index;
  atomic_init(&thread->has_ended, false);
  tsfn_status status = tsfn__lifecycle_start(&function->channel.lifecycle);
  if (status == TSFN_OK) {
    if (tsfn__os_thread_start(&thread->handle, thread_main, thread)) {
      thread->next = self->first;
      self->first = thread;
      return TSFN_OK;
    }
    tsfn__channel_end_thread(&function->channel);
    status = TSFN_NO_MEMORY;
  }
  tsfn__memory_release(&function->allocator, thread, sizeof *thread);
  return status;
}
