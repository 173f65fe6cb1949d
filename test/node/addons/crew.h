/* SPDX-License-Identifier: MIT */
#ifndef TEST_CREW_H
#define TEST_CREW_H

/* A crew: one function, the threads that call it, and a ledger of all that
   happened to it. The ledger is the function's context; free_context reports
   it:

     accepted    calls that were answered TSFN_OK
     completed   items by completion, counted by options->complete
     shown       items that call_js saw (0: the function has none)
     closing     threads that heard TSFN_CLOSING
     timedOut    calls that were answered TSFN_TIMED_OUT
     unexpected  any answer that no producer may get
     disorder    items completed out of their producer's order, completed after
                 finalize; finalize or free_context a second time or too early
     finalized   how often finalize ran; withEnv: JavaScript could run in it
     ended       threads that had ended when finalize began
     by          who gave back the last use: a producer, or the loop thread

   A crew is never freed, so a second free_context finds it. */

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "report.h"
#include "support/ledger.h"
#include "tsfn.h"

#define CREW_THREADS_MAX 64

/* One is its bytes, the other owns a copy of its text. */
#define ITEM(FIELD) FIELD(u32, producer) FIELD(u32, sequence)
TSFN_RECORD(item, ITEM)
#define ITEM_TEXT(FIELD) ITEM(FIELD) FIELD(string, text)
TSFN_RECORD(item_text, ITEM_TEXT)

/* Items that the loop thread itself sends. */
#define LOOP_PRODUCER CREW_THREADS_MAX

struct crew;

struct producer {
  struct crew *crew;
  uint32_t index;
  pthread_t thread;
};

enum item_kind { ITEM_CONVERT, ITEM_CALL_JS, ITEM_RECORD, ITEM_RECORD_TEXT };

#define MANY 8 /* what a call of several items has */

enum finalize_mode { FINALIZE_PLAIN, FINALIZE_JOINS, FINALIZE_WAITS };

struct crew {
  /* Set once. */
  int id;
  uint32_t threads;
  tsfn_wait wait;
  enum item_kind item_kind;
  bool sends_many; /* MANY items in a call */
  uint32_t limit;  /* items from each thread; 0: until it hears closing */
  bool probes;     /* threads try everything after TEARDOWN_GO */
  enum finalize_mode finalize_mode;
  napi_ref on_finalize; /* NULL: none */
  tsfn_function *fn;
  struct producer producers[CREW_THREADS_MAX];

  /* Loop thread. */
  uint32_t expected[CREW_THREADS_MAX + 1]; /* each producer's next item */
  uint32_t loop_sequence;                  /* of what the loop thread sends */
  int ended_at_finalize;
  bool with_env;

  /* Any thread. */
  _Atomic(uint64_t) accepted;
  _Atomic(uint64_t) completed[TSFN_COMPLETION_COUNT];
  _Atomic(uint64_t) shown;
  _Atomic(int) ended;
  _Atomic(int) closing;
  _Atomic(int) timed_out;
  _Atomic(int) unexpected;
  _Atomic(int) disorder;
  _Atomic(int) finalized;
  _Atomic(int) freed;
};

static _Thread_local bool is_producer;

/* What the functions of all crews have. */
static struct ledger crew_memory = LEDGER_INIT(crew_memory);

/* --- what the library calls ---------------------------------------------- */

static size_t
crew_item_size(const struct crew *self) {
  return self->item_kind == ITEM_RECORD_TEXT ? sizeof(item_text) : sizeof(item);
}

static void
crew_complete(void *context, const void *data, size_t size,
              tsfn_completion how) {
  struct crew *self = context;
  const item *one = data; /* an item_text starts as one */
  self->completed[how]++;
  if (size != crew_item_size(self)) abort();
  if (self->expected[one->producer] != one->sequence || self->finalized != 0)
    self->disorder++;
  self->expected[one->producer] = one->sequence + 1;
}

static void
crew_call_on_finalize(struct crew *self, napi_env env) {
  napi_value function, undefined;
  if (napi_get_reference_value(env, self->on_finalize, &function) == napi_ok &&
      napi_get_undefined(env, &undefined) == napi_ok)
    napi_call_function(env, undefined, function, 0, NULL, NULL);
}

static void
crew_finalize(napi_env env, void *data, void *context) {
  struct crew *self = context;
  (void)data;
  if (self->finalized++ != 0 || self->freed != 0) self->disorder++;
  self->ended_at_finalize = self->ended;
  self->with_env = env != NULL;
  if (self->finalize_mode == FINALIZE_JOINS)
    for (uint32_t i = 0; i < self->threads; i++)
      pthread_join(self->producers[i].thread, NULL);
  if (self->finalize_mode == FINALIZE_WAITS) {
    report("{\"event\":\"finalizing\",\"id\":%d}", self->id);
    wait_for_go();
  }
  if (env != NULL && self->on_finalize != NULL)
    crew_call_on_finalize(self, env);
}

static void
crew_free(void *context) {
  struct crew *self = context;
  unsigned long long by_reason[TSFN_COMPLETION_COUNT];
  if (self->freed++ != 0 || self->finalized != 1) self->disorder++;
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    by_reason[i] = self->completed[i];
  report("{\"event\":\"freed\",\"id\":%d,\"accepted\":%llu,"
         "\"completed\":{\"delivered\":%llu,\"threw\":%llu,\"dropped\":%llu,"
         "\"aborted\":%llu,\"env_gone\":%llu,\"cannot_run_js\":%llu},"
         "\"shown\":%llu,\"closing\":%d,\"timedOut\":%d,\"unexpected\":%d,"
         "\"disorder\":%d,\"finalized\":%d,\"withEnv\":%s,\"ended\":%d,"
         "\"by\":\"%s\"}",
         self->id, (unsigned long long)self->accepted, by_reason[0],
         by_reason[1], by_reason[2], by_reason[3], by_reason[4], by_reason[5],
         (unsigned long long)self->shown, self->closing, self->timed_out,
         self->unexpected, self->disorder, self->finalized,
         self->with_env ? "true" : "false", self->ended_at_finalize,
         is_producer ? "producer" : "loop");
}

/* --- producers ----------------------------------------------------------- */

/* From `first` on, as many as one call has. */
static tsfn_status
crew_send(const struct crew *self, tsfn_function *fn, item first,
          size_t *accepted) {
  size_t count = self->sends_many ? MANY : 1;
  item items[MANY];
  item_text texts[MANY];
  for (uint32_t i = 0; i < count; i++) {
    items[i].producer = texts[i].producer = first.producer;
    items[i].sequence = texts[i].sequence = first.sequence + i;
    texts[i].text = "each queued one has a copy of this";
  }
  switch (self->item_kind) {
  case ITEM_RECORD:
    return item_call_many(fn, items, count, self->wait, accepted);
  case ITEM_RECORD_TEXT:
    return item_text_call_many(fn, texts, count, self->wait, accepted);
  default:
    if (self->sends_many)
      return tsfn_call_many(fn, items, sizeof *items, count, self->wait,
                            accepted);
    tsfn_status status = tsfn_call(fn, items, sizeof *items, self->wait);
    *accepted = status == TSFN_OK;
    return status;
  }
}

static tsfn_status
crew_produce(struct crew *self, tsfn_function *fn, uint32_t index) {
  tsfn_status status = TSFN_OK;
  item next = {index, 0};
  is_producer = true;
  while (self->limit == 0 || next.sequence < self->limit) {
    size_t accepted = 0;
    status = crew_send(self, fn, next, &accepted);
    next.sequence += (uint32_t)accepted;
    if (status == TSFN_QUEUE_FULL && self->wait.milliseconds == 0)
      sched_yield();
    else if (status == TSFN_TIMED_OUT && self->wait.milliseconds != 0)
      self->timed_out++;
    else if (status != TSFN_OK)
      break;
  }
  self->accepted += next.sequence;
  if (status == TSFN_CLOSING)
    self->closing++;
  else if (status != TSFN_OK && status != TSFN_QUEUE_FULL &&
           status != TSFN_TIMED_OUT)
    self->unexpected++;
  self->ended++;
  return status;
}

static void
crew_never(napi_env env, napi_value callback, void *context, void *item) {
  struct crew *self = context;
  (void)env;
  (void)callback;
  (void)item;
  self->disorder++;
}

/* All that a thread with a use may do to a function of a dead environment. */
static void
crew_probe(struct crew *self, uint32_t index) {
  tsfn_function *fn = self->fn;
  item one = {index, 0};
  item items[3] = {one, one, one};
  size_t many = 7;
  tsfn_stats stats;
  uint64_t sum = 0;
#define ASK(name, call) name, tsfn_status_name(call)
  const char *answers[] = {
      ASK("call", tsfn_call(fn, &one, sizeof one, TSFN_NONBLOCKING)),
      ASK("callBlocking", tsfn_call(fn, &one, sizeof one, TSFN_BLOCKING)),
      ASK("callTimed", tsfn_call(fn, &one, sizeof one, tsfn_ms(60000))),
      ASK("callMany",
          tsfn_call_many(fn, items, sizeof one, 3, TSFN_BLOCKING, &many)),
      ASK("callPointer", tsfn_call_pointer(fn, self, TSFN_BLOCKING)),
      ASK("callWith",
          tsfn_call_with(fn, crew_never, &one, sizeof one, TSFN_BLOCKING)),
      ASK("callError", tsfn_call_error(fn, "E", "late", TSFN_BLOCKING)),
      ASK("acquire", tsfn_acquire(fn)),
      ASK("ref", tsfn_ref(fn)),
      ASK("unref", tsfn_unref(fn)),
      ASK("abort", tsfn_abort(fn)),
      ASK("abortAgain", tsfn_abort(fn)),
      ASK("spawn", tsfn_spawn(fn, NULL, NULL)),
      ASK("stats", tsfn_get_stats(fn, &stats)),
  };
#undef ASK
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    sum += stats.completed[i];
  bool is_sound = tsfn_is_closing(fn) && tsfn_context(fn) == self &&
                  many == 0 && stats.queued == 0 && stats.blocked == 0 &&
                  stats.accepted == sum && stats.uses >= 1;
  char line[900];
  int length = 0;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i += 2)
    length += snprintf(line + length, sizeof line - (size_t)length,
                       ",\"%s\":\"%s\"", answers[i], answers[i + 1]);
  report("{\"event\":\"probe\",\"id\":%d,\"isSound\":%s%s}", self->id,
         is_sound ? "true" : "false", line);
}

static void *
crew_thread_main(void *data) {
  struct producer *producer = data;
  struct crew *self = producer->crew;
  crew_produce(self, self->fn, producer->index);
  if (self->probes) {
    wait_for_go();
    crew_probe(self, producer->index);
  }
  if (tsfn_release(self->fn) != TSFN_OK) abort();
  return NULL;
}

/* As threads of the library: by tsfn_start, by tsfn_spawn. */
static tsfn_status
crew_run_started(tsfn_function *fn, size_t index, void *data) {
  return crew_produce(data, fn, (uint32_t)index);
}

static tsfn_status
crew_run_spawned(tsfn_function *fn, size_t index, void *data) {
  struct producer *producer = data;
  (void)index;
  return crew_produce(producer->crew, fn, producer->index);
}

static void
crew_start_threads(struct crew *self) {
  for (uint32_t i = 0; i < self->threads; i++) {
    pthread_t *thread = &self->producers[i].thread;
    if (pthread_create(thread, NULL, crew_thread_main, &self->producers[i]) !=
        0)
      abort();
    if (self->finalize_mode != FINALIZE_JOINS) pthread_detach(*thread);
  }
}

/* --- crews --------------------------------------------------------------- */

static struct crew *_Atomic crew_latest;

static struct crew *
crew_create(void) {
  static _Atomic(int) count;
  struct crew *self = calloc(1, sizeof *self);
  if (self == NULL) abort();
  self->id = ++count;
  crew_latest = self;
  for (uint32_t i = 0; i < CREW_THREADS_MAX; i++) {
    self->producers[i].crew = self;
    self->producers[i].index = i;
  }
  return self;
}

#endif
