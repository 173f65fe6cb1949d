/* SPDX-License-Identifier: MIT */
#include "stream/threads.h"

#include "core/memory.h"
#include "function/ending.h"

/* One thread, in up to two lists: of those that are not joined, and of those
   that have ended. The loop thread allocates and frees it. */
struct tsfn__thread {
  struct tsfn__thread *next; /* loop thread, as is previous */
  struct tsfn__thread *previous;
  struct tsfn__thread *next_ended; /* the thread, then the loop thread */
  tsfn__os_thread handle;
  struct tsfn__threads *threads;
  tsfn_thread run;
  void *data;
  size_t index;
};

/* --- on the thread ------------------------------------------------------- */

/* Puts the thread on the list of those that have ended. The loop thread takes
   the whole list by one exchange, so nothing is popped from it while another
   thread pushes. */
static void
push_ended(struct tsfn__threads *threads, struct tsfn__thread *self) {
  self->next_ended =
      atomic_load_explicit(&threads->ended, memory_order_relaxed);
  /* Release: meets the acquire in reap_threads. */
  while (!atomic_compare_exchange_weak_explicit(
      &threads->ended, &self->next_ended, self, memory_order_release,
      memory_order_relaxed))
    continue;
}

/* Runs a thread of the library. The order at its end: its failure is stored
   before it counts as ended, since the promise may be settled right after that;
   it is on the list before it brings the loop, which joins what it finds there;
   it gives its use back last, because until then it touches the handle. */
static void
run_thread(void *argument) {
  struct tsfn__thread *self = argument;
  struct tsfn__threads *threads = self->threads;
  tsfn_function *function = threads->function;
  tsfn_status status = self->run(function, self->index, self->data);
  /* A thread that heard TSFN_CLOSING was stopped, and has not failed. */
  if (status != TSFN_OK && status != TSFN_CLOSING)
    tsfn__ending_fail_thread(function, self->index, status);
  push_ended(threads, self); /* self is the loop thread's from here on */
  tsfn__channel_end_thread(&function->outlet.channel);
}

/* --- the attachment, loop thread ----------------------------------------- */

static struct tsfn__threads *
threads_from(struct tsfn__attachment *attachment) {
  return (struct tsfn__threads *)attachment;
}

/* Puts a thread that was started on the list of those to be joined. */
static void
keep_thread(struct tsfn__threads *self, struct tsfn__thread *thread) {
  thread->next = self->first;
  if (self->first != NULL) self->first->previous = thread;
  self->first = thread;
}

/* Waits for the thread's last instructions, takes it off its list and frees
   it. */
static void
join_thread(struct tsfn__threads *self, struct tsfn__thread *thread) {
  if (thread->previous != NULL)
    thread->previous->next = thread->next;
  else
    self->first = thread->next;
  if (thread->next != NULL) thread->next->previous = thread->previous;
  tsfn__os_thread_join(thread->handle);
  tsfn__memory_release(&self->function->outlet.shape.allocator, thread,
                       sizeof *thread);
}

/* The attachment's `reap`: joins the threads that have ended. It runs in each
   drain, so it costs one load where none has. The load may be relaxed: a thread
   that it misses is joined by a later drain, by the next start, or at the
   function's end. */
static void
reap_threads(struct tsfn__attachment *attachment) {
  struct tsfn__threads *self = threads_from(attachment);
  if (atomic_load_explicit(&self->ended, memory_order_relaxed) == NULL) return;
  struct tsfn__thread *thread =
      atomic_exchange_explicit(&self->ended, NULL, memory_order_acquire);
  while (thread != NULL) {
    struct tsfn__thread *next = thread->next_ended;
    join_thread(self, thread);
    thread = next;
  }
}

/* The attachment's `join`: all threads that are left, whether they have ended
   or not. Afterwards the list of ended ones points to nothing that is there. */
static void
join_threads(struct tsfn__attachment *attachment) {
  struct tsfn__threads *self = threads_from(attachment);
  while (self->first != NULL)
    join_thread(self, self->first);
  atomic_store_explicit(&self->ended, NULL, memory_order_relaxed);
}

static void
free_threads(struct tsfn__attachment *attachment) {
  struct tsfn__threads *self = threads_from(attachment);
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

/* --- loop thread --------------------------------------------------------- */

static const struct tsfn__attachment_ops threads_ops = {
    .reap = reap_threads, .join = join_threads, .free = free_threads};

struct tsfn__threads *
tsfn__threads_get(tsfn_function *function) {
  struct tsfn__attachment *found =
      tsfn__attachments_find(&function->attachments, &threads_ops);
  if (found != NULL) return threads_from(found);
  struct tsfn__threads *self =
      tsfn__function_attach(function, &threads_ops, sizeof *self);
  if (self == NULL) return NULL;
  self->function = function;
  atomic_init(&self->ended, NULL);
  return self;
}

/* Threads that have ended are joined before a new one starts, so that an author
   who starts one thread after another from one callback does not gather them.
   The lifecycle is asked before the system: a thread that runs is counted. */
tsfn_status
tsfn__threads_start(struct tsfn__threads *self, size_t index, tsfn_thread run,
                    void *data) {
  tsfn_function *function = self->function;
  reap_threads(&self->attachment);
  struct tsfn__thread *thread = tsfn__memory_allocate_zero(
      &function->outlet.shape.allocator, sizeof *thread);
  if (thread == NULL) return TSFN_NO_MEMORY;
  thread->threads = self;
  thread->run = run;
  thread->data = data;
  thread->index = index;
  tsfn_status status =
      tsfn__lifecycle_start(&function->outlet.channel.lifecycle);
  if (status == TSFN_OK) {
    if (tsfn__os_thread_start(&thread->handle, function->stack_size, run_thread,
                              thread)) {
      keep_thread(self, thread);
      return TSFN_OK;
    }
    /* It counts as a thread that has ended at once. */
    tsfn__channel_end_thread(&function->outlet.channel);
    status = TSFN_NO_MEMORY;
  }
  tsfn__memory_release(&function->outlet.shape.allocator, thread,
                       sizeof *thread);
  return status;
}
