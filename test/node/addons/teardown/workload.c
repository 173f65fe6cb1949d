/* SPDX-License-Identifier: MIT */
#include "workload.h"

#include <stdlib.h>

#include "go.h"
#include "probe.h"
#include "support/say.h"
#include "support/threads.h"

#define WORKLOAD_MANY 8 /* what a call of several items has */

struct ledger workload_memory = LEDGER_INIT(workload_memory);

static _Thread_local bool is_producer;

static struct workload *_Atomic latest;

struct workload *
workload_latest(void) {
  return latest;
}

struct workload *
workload_create(void) {
  static _Atomic(int) count;
  struct workload *self = calloc(1, sizeof *self);
  if (self == NULL) abort();
  self->id = ++count;
  books_init(&self->books);
  for (uint32_t i = 0; i < WORKLOAD_THREADS_MAX; i++) {
    self->producers[i].workload = self;
    self->producers[i].index = i;
  }
  latest = self;
  return self;
}

/* --- what the library calls ---------------------------------------------- */

/* The callback's arguments: producer, sequence, the workload's id. */
static bool
make_arguments(napi_env env, const struct workload *self, const numbered *one,
               napi_value *out) {
  return napi_create_double(env, one->producer, &out[0]) == napi_ok &&
         napi_create_double(env, one->sequence, &out[1]) == napi_ok &&
         napi_create_double(env, self->id, &out[2]) == napi_ok;
}

tsfn_status
workload_convert(napi_env env, void *context, const void *data,
                 tsfn_arguments *out) {
  napi_value arguments[3];
  if (!make_arguments(env, context, data, arguments)) return TSFN_FAILURE;
  for (int i = 0; i < 3; i++)
    if (tsfn_push(out, arguments[i]) != TSFN_OK) return TSFN_FAILURE;
  return TSFN_OK;
}

/* It sees to what the callback throws, and hides from the library that the end
   of JavaScript cut the callback short. */
void
workload_call_js(napi_env env, napi_value callback, void *context, void *data) {
  struct workload *self = context;
  napi_value undefined, arguments[3];
  books_show(&self->books, env);
  if (env == NULL || callback == NULL) return;
  if (napi_get_undefined(env, &undefined) != napi_ok ||
      !make_arguments(env, self, data, arguments))
    return;
  if (napi_call_function(env, undefined, callback, 3, arguments, NULL) !=
      napi_ok)
    napi_get_and_clear_last_exception(env, &undefined);
}

void
workload_complete(void *context, const void *data, size_t size,
                  tsfn_completion how) {
  struct workload *self = context;
  bool has_text = self->item_kind == ITEM_RECORD_TEXT;
  if (size != (has_text ? sizeof(numbered_text) : sizeof(numbered))) abort();
  books_complete(&self->books, data, how);
}

static void
call_on_finalize(const struct workload *self, napi_env env) {
  napi_value function, undefined;
  if (napi_get_reference_value(env, self->on_finalize, &function) == napi_ok &&
      napi_get_undefined(env, &undefined) == napi_ok)
    napi_call_function(env, undefined, function, 0, NULL, NULL);
}

void
workload_finalize(napi_env env, void *data, void *context) {
  struct workload *self = context;
  (void)data;
  books_finalize(&self->books, env);
  self->ended_at_finalize = self->ended;
  if (self->finalize_mode == FINALIZE_JOINS)
    for (uint32_t i = 0; i < self->threads; i++)
      pthread_join(self->producers[i].thread, NULL);
  if (self->finalize_mode == FINALIZE_WAITS) {
    say("{\"event\":\"finalizing\",\"id\":%d}", self->id);
    wait_for_go();
  }
  if (env != NULL && self->on_finalize != NULL) call_on_finalize(self, env);
}

void
workload_free_context(void *context) {
  struct workload *self = context;
  char books[600];
  books_free_context(&self->books);
  books_print(&self->books, books, sizeof books);
  say("{\"event\":\"freed\",\"id\":%d,%s,\"closing\":%d,\"timedOut\":%d,"
      "\"unexpected\":%d,\"ended\":%d,\"by\":\"%s\"}",
      self->id, books, self->closing, self->timed_out, self->unexpected,
      self->ended_at_finalize, is_producer ? "producer" : "loop");
}

/* --- producers ----------------------------------------------------------- */

/* From `first` on, as many as one call has. */
static tsfn_status
send(const struct workload *self, tsfn_function *fn, numbered first,
     size_t *accepted) {
  size_t count = self->sends_many ? WORKLOAD_MANY : 1;
  numbered items[WORKLOAD_MANY];
  numbered_text texts[WORKLOAD_MANY];
  for (uint32_t i = 0; i < count; i++) {
    items[i].producer = texts[i].producer = first.producer;
    items[i].sequence = texts[i].sequence = first.sequence + i;
    texts[i].text = "each queued one has a copy of this";
  }
  switch (self->item_kind) {
  case ITEM_RECORD:
    return numbered_call_many(fn, items, count, self->wait, accepted);
  case ITEM_RECORD_TEXT:
    return numbered_text_call_many(fn, texts, count, self->wait, accepted);
  case ITEM_CONVERT:
  case ITEM_CALL_JS:
    break;
  }
  if (self->sends_many)
    return tsfn_call_many(fn, items, sizeof *items, count, self->wait,
                          accepted);
  tsfn_status status = tsfn_call(fn, items, sizeof *items, self->wait);
  *accepted = status == TSFN_OK;
  return status;
}

static tsfn_status
produce(struct workload *self, tsfn_function *fn, uint32_t index) {
  tsfn_status status = TSFN_OK;
  numbered next = {index, 0};
  is_producer = true;
  while (self->limit == 0 || next.sequence < self->limit) {
    size_t accepted = 0;
    status = send(self, fn, next, &accepted);
    next.sequence += (uint32_t)accepted;
    if (status == TSFN_QUEUE_FULL && self->wait.milliseconds == 0)
      sched_yield();
    else if (status == TSFN_TIMED_OUT && self->wait.milliseconds != 0)
      self->timed_out++;
    else if (status != TSFN_OK)
      break;
  }
  self->books.accepted += next.sequence;
  if (status == TSFN_CLOSING)
    self->closing++;
  else if (status != TSFN_OK && status != TSFN_QUEUE_FULL &&
           status != TSFN_TIMED_OUT)
    self->unexpected++;
  self->ended++;
  return status;
}

static void *
thread_main(void *data) {
  struct producer *producer = data;
  struct workload *self = producer->workload;
  produce(self, self->fn, producer->index);
  if (self->probes) {
    wait_for_go();
    probe(self, producer->index);
  }
  if (tsfn_release(self->fn) != TSFN_OK) abort();
  return NULL;
}

void
workload_start_threads(struct workload *self) {
  for (uint32_t i = 0; i < self->threads; i++) {
    pthread_t *thread = &self->producers[i].thread;
    if (pthread_create(thread, NULL, thread_main, &self->producers[i]) != 0)
      abort();
    if (self->finalize_mode != FINALIZE_JOINS) pthread_detach(*thread);
  }
}

tsfn_status
workload_run_started(tsfn_function *fn, size_t index, void *data) {
  return produce(data, fn, (uint32_t)index);
}

tsfn_status
workload_run_spawned(tsfn_function *fn, size_t index, void *data) {
  struct producer *producer = data;
  (void)index;
  return produce(producer->workload, fn, producer->index);
}

tsfn_status
workload_send(struct workload *self, tsfn_wait wait) {
  numbered one = {LOOP_PRODUCER, self->loop_sequence};
  tsfn_status status = tsfn_call(self->fn, &one, sizeof one, wait);
  if (status == TSFN_OK) {
    self->loop_sequence++;
    self->books.accepted++;
  }
  return status;
}
