/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_WORKLOAD_H
#define TEARDOWN_WORKLOAD_H

/* A workload: one function, the threads that call it, and the books of all that
   happened to it. The workload is the function's context; free_context says
   what is in the books (support/books.h), and with that:

     closing     threads that heard TSFN_CLOSING
     timedOut    calls that were answered TSFN_TIMED_OUT
     unexpected  answers that no thread may get
     ended       threads that had ended when finalize began
     by          who gave back the last use: a producer, or the loop thread

   A workload is never freed, so a second free_context finds it. */

#include "support/books.h"
#include "support/ledger.h"
#include "support/threads.h"

#define WORKLOAD_THREADS_MAX 64

/* Items that the loop thread itself sends. */
#define LOOP_PRODUCER WORKLOAD_THREADS_MAX

/* An item is a `numbered`; or it begins as one and owns a copy of its text. */
#define NUMBERED_TEXT(FIELD) NUMBERED(FIELD) FIELD(string, text)
TSFN_RECORD(numbered_text, NUMBERED_TEXT)

struct workload;

struct producer {
  struct workload *workload;
  uint32_t index;
  pthread_t thread;
};

enum item_kind { ITEM_CONVERT, ITEM_CALL_JS, ITEM_RECORD, ITEM_RECORD_TEXT };

enum finalize_mode { FINALIZE_PLAIN, FINALIZE_JOINS, FINALIZE_WAITS };

struct workload {
  /* Set once. */
  int id;
  uint32_t threads;
  tsfn_wait wait;
  enum item_kind item_kind;
  bool sends_many; /* WORKLOAD_MANY items in a call */
  uint32_t limit;  /* items from each thread; 0: until it hears closing */
  bool probes;     /* threads try everything after TEARDOWN_GO */
  enum finalize_mode finalize_mode;
  napi_ref on_finalize; /* NULL: none */
  tsfn_function *fn;
  struct producer producers[WORKLOAD_THREADS_MAX];

  struct books books;

  /* Loop thread. */
  uint32_t loop_sequence; /* of what the loop thread sends */
  int ended_at_finalize;

  /* Any thread. */
  _Atomic(int) ended;
  _Atomic(int) closing;
  _Atomic(int) timed_out;
  _Atomic(int) unexpected;
};

/* What the functions of all workloads have. */
extern struct ledger workload_memory;

/* The one that was created last. Any thread. */
struct workload *workload_latest(void);

/* Loop thread. */
struct workload *workload_create(void);

/* Threads with a use each, which they give back. Loop thread. */
void workload_start_threads(struct workload *self);

/* An item of the loop thread's own. */
tsfn_status workload_send(struct workload *self, tsfn_wait wait);

/* What the library's threads run: `data` is the workload, or a producer. */
tsfn_status workload_run_started(tsfn_function *fn, size_t index, void *data);
tsfn_status workload_run_spawned(tsfn_function *fn, size_t index, void *data);

/* What the library calls. */
tsfn_status workload_convert(napi_env env, void *context, const void *data,
                             tsfn_arguments *out);
void workload_call_js(napi_env env, napi_value callback, void *context,
                      void *data);
void workload_complete(void *context, const void *data, size_t size,
                       tsfn_completion how);
void workload_finalize(napi_env env, void *data, void *context);
void workload_free_context(void *context);

#endif
