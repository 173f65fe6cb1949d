/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_H
#define DRIVER_H

/* The driver addon lets a test in JavaScript do with a function all that C can,
   and says afterwards what happened. This file has what it knows of one
   function. */

#include <stdatomic.h>

#include "js.h"
#include "support/books.h"
#include "support/ledger.h"
#include "support/threads.h"
#include "tsfn.h"

/* An item is numbered; the bytes behind that follow from its sequence. */
#define ITEM_MAX 4096u
#define RUNS_MAX 256u
#define NEVER UINT32_MAX

/* Never freed: it is asked after the function's end too. */
struct driver {
  tsfn_function *fn;
  pthread_t loop_thread;

  /* How its callbacks behave, set once; NEVER: not at all. */
  uint32_t convert_fails_at; /* a sequence */
  tsfn_status convert_status;
  bool convert_throws;
  uint32_t convert_arguments; /* more of them */
  uint32_t call_js_throws_at;
  bool call_js_reports; /* what the callback throws, itself */
  bool finalize_throws;
  bool prints;
  napi_ref on_finalize;

  struct books books;

  /* Loop thread. */
  uint64_t converted;
  uint64_t corrupt;           /* items that are not as they were sent */
  uint64_t foreign;           /* callbacks on another thread */
  uint64_t finalized_wrongly; /* with other data, context or env */
  uint64_t queued_at_finalize;
  uint64_t exited_at_finalize; /* threads */

  /* Any thread. */
  _Atomic(uint64_t) pointers_made;
  _Atomic(uint64_t) pointers_freed;
  _Atomic(uint64_t) exited;         /* threads of tsfn_start and tsfn_spawn */
  _Atomic(uint64_t) runs[RUNS_MAX]; /* by their index */

  struct ledger ledger;

  pthread_mutex_t lock;
  bool logs;
  size_t log_count;
  char (*log)[40];
};

/* A driver whose callbacks behave as `options` say (options.c has the others of
   that object); NULL: as they do by default. Loop thread. */
struct driver *driver_from(napi_env env, napi_value options);

/* The driver that an external stands for; aborts where it is none. */
struct driver *driver_at(napi_env env, napi_value handle);

/* The n-th allocation from now fails; 0: none does. */
void driver_fail_at(struct driver *self, uint32_t n);

/* A line of the log, `what [producer:sequence] [how]`, where the test wants it.
   Any thread. */
void driver_log(struct driver *self, const char *what, const numbered *item,
                const char *how);

/* The status of that name; aborts where there is none. */
tsfn_status status_of(const char *name);

#endif
