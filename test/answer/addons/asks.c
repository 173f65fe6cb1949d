/* SPDX-License-Identifier: MIT */

/* Threads that ask JavaScript (tsfn/ask.h).

     begin(callback, bound, signal)  a session: a function, asked as follows
       ask(kind, count, ms)          a thread asks `count` times, one after the
                                     other; a promise of what it has heard
       tickets(count, ms, how)       a thread has `count` tickets out, and waits
                                     for them FORWARD or BACKWARD, or drops HALF
                                     of them
       here(ms)                      statuses of asks on the loop thread
       start(), look(), drop()       one ticket, started and looked at there
       all(count, ms)                a thread asks `count` together
       relay()                       a promise of what a thread has asked for
       call(id)                      an item that is no ask
       abort(), release(), stats()
     asking(callback, threads)       tsfn_start: its threads ask until they hear
                                     no answer
     across(callback, order)         a thread of one function asks another
     counts()                        by status: what the threads of asking have
                                     heard last; in all environments */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/threads.h"
#include "tsfn.h"

#define QUESTION(FIELD) FIELD(u32, id) FIELD(string, text) FIELD(bytes, data)
TSFN_RECORD(question, QUESTION)

#define VERDICT(FIELD)                                                         \
  FIELD(i32, score)                                                            \
  FIELD(string, label)                                                         \
  FIELD(list(nonnull(string)), marks)                                          \
  FIELD(optional(bytes), data)
TSFN_RECORD(verdict, VERDICT)

TSFN_ASK(question, record(verdict))
TSFN_ASK_AS(digit, question, i32)
TSFN_ASK_AS(notice, question, void)

#define HEARD(FIELD)                                                           \
  FIELD(nonnull(string), status)                                               \
  FIELD(string, reply)                                                         \
  FIELD(string, name)                                                          \
  FIELD(string, code)                                                          \
  FIELD(string, message)
TSFN_RECORD(heard, HEARD)

#define KIND(VALUE) VALUE(verdict) VALUE(digit) VALUE(nothing)
TSFN_ENUM(kind, KIND)
#define HOW(VALUE) VALUE(forward) VALUE(backward) VALUE(half)
TSFN_ENUM(how, HOW)

/* --- one session --------------------------------------------------------- */

typedef struct session {
  tsfn_function *fn;
  atomic_int references;
  tsfn_ticket *ticket;
} session;

static question
question_of(uint32_t id) {
  static const char *const texts[] = {"zero", "one", "two"};
  static const char large[] = "more bytes than a slot has room for, so that "
                              "they are in memory of their own: it is freed "
                              "when the item has ended, whatever its end was";
  question item = {id, texts[id % 3], {large, sizeof large}};
  return item;
}

static void
drop_session(session *self) {
  if (atomic_fetch_sub(&self->references, 1) == 1) free(self);
}

/* --- what was heard ------------------------------------------------------ */

struct report {
  heard *items;
  size_t count;
};

static char *
copy_of(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  strcpy(copy, text);
  return copy;
}

static void
note_heard(struct report *self, tsfn_status status, const char *reply,
           const tsfn_error *error) {
  heard *item = &self->items[self->count++];
  item->status = tsfn_status_name(status);
  item->reply = copy_of(reply);
  item->name = copy_of(error->name);
  item->code = copy_of(error->code);
  item->message = copy_of(error->message);
}

static void
free_report(struct report *self) {
  for (size_t i = 0; i < self->count; i++) {
    free((void *)self->items[i].reply);
    free((void *)self->items[i].name);
    free((void *)self->items[i].code);
    free((void *)self->items[i].message);
  }
  free(self->items);
}

static void
describe_verdict(const verdict *reply, char *text, size_t room) {
  int at = snprintf(text, room, "%d %s", (int)reply->score,
                    reply->label != NULL ? reply->label : "null");
  for (size_t i = 0; i < reply->marks.count; i++)
    at += snprintf(text + at, room - (size_t)at, " %s", reply->marks.items[i]);
  if (reply->data.data != NULL)
    snprintf(text + at, room - (size_t)at, " %zu bytes", reply->data.size);
}

/* --- a thread ------------------------------------------------------------ */

struct work {
  session *session;
  tsfn_deferred *deferred;
  kind kind;
  how how;
  bool is_tickets;
  bool is_all;
  uint32_t count;
  tsfn_wait wait;
  const tsfn_record *result;
};

static tsfn_status
ask_one(struct work *self, uint32_t id, struct report *report) {
  tsfn_function *fn = self->session->fn;
  tsfn_error error;
  char text[256] = "";
  question item = question_of(id);
  verdict reply;
  int32_t number;
  tsfn_status status;
  if (self->kind == kind_verdict) {
    status = question_ask(fn, &item, &reply, &error, self->wait);
    if (status == TSFN_OK) describe_verdict(&reply, text, sizeof text);
    question_reply_clear(&reply);
  } else if (self->kind == kind_digit) {
    status = digit_ask(fn, &item, &number, &error, self->wait);
    if (status == TSFN_OK) snprintf(text, sizeof text, "%d", (int)number);
  } else {
    status = notice_ask(fn, &item, NULL, &error, self->wait);
  }
  note_heard(report, status, text, &error);
  return status;
}

static void
run_asks(struct work *self, struct report *report) {
  for (uint32_t i = 0; i < self->count; i++)
    ask_one(self, i, report);
}

static void
run_tickets(struct work *self, struct report *report) {
  tsfn_ticket **tickets = calloc(self->count, sizeof *tickets);
  question *items = calloc(self->count, sizeof *items);
  size_t accepted = 0;
  tsfn_error error;
  verdict reply;
  char text[256];
  for (uint32_t i = 0; i < self->count; i++)
    items[i] = question_of(i);
  memset(&error, 0, sizeof error);
  tsfn_status status = question_ask_many(self->session->fn, items, self->count,
                                         self->wait, tickets, &accepted);
  if (status != TSFN_OK) note_heard(report, status, "", &error);
  for (size_t n = 0; n < accepted; n++) {
    size_t i = self->how == how_backward ? accepted - 1 - n : n;
    bool is_dropped = self->how == how_half && i % 2 == 0;
    if (!is_dropped) {
      text[0] = '\0';
      status = question_ask_wait(tickets[i], &reply, &error, self->wait);
      if (status == TSFN_OK) describe_verdict(&reply, text, sizeof text);
      question_reply_clear(&reply);
      note_heard(report, status, text, &error);
    }
    tsfn_ask_drop(tickets[i]);
  }
  free(items);
  free(tickets);
}

static void
run_all(struct work *self, struct report *report) {
  question *items = calloc(self->count + 1, sizeof *items);
  verdict *replies = calloc(self->count + 1, sizeof *replies);
  tsfn_error error;
  char text[256];
  for (uint32_t i = 0; i < self->count; i++)
    items[i] = question_of(i);
  tsfn_status status = question_ask_all(self->session->fn, items, self->count,
                                        replies, &error, self->wait);
  for (uint32_t i = 0; i < self->count && status == TSFN_OK; i++) {
    text[0] = '\0';
    describe_verdict(&replies[i], text, sizeof text);
    question_reply_clear(&replies[i]);
    note_heard(report, status, text, &error);
  }
  if (status != TSFN_OK) note_heard(report, status, "", &error);
  free(replies);
  free(items);
}

static void *
run_work(void *data) {
  struct work *self = data;
  struct report report = {calloc(self->count + 1, sizeof(heard)), 0};
  if (self->is_tickets)
    run_tickets(self, &report);
  else if (self->is_all)
    run_all(self, &report);
  else
    run_asks(self, &report);
  struct {
    const heard *items;
    size_t count;
  } list = {report.items, report.count};
  tsfn_resolve(self->deferred, self->result, &list);
  tsfn_deferred_drop(self->deferred);
  free_report(&report);
  tsfn_release(self->session->fn);
  drop_session(self->session);
  free(self);
  return NULL;
}

/* Begins the work on a thread, which settles the promise; NULL: there is
   none. */
static napi_value
begin_work(session *self, napi_value promise, struct work work) {
  struct work *copy = malloc(sizeof *copy);
  pthread_t thread;
  *copy = work;
  copy->session = self;
  if (promise == NULL) {
    free(copy);
    return NULL;
  }
  atomic_fetch_add(&self->references, 1);
  tsfn_acquire(self->fn);
  if (pthread_create(&thread, NULL, run_work, copy) == 0)
    pthread_detach(thread);
  return promise;
}

/* --- the session's face -------------------------------------------------- */

#define ASK(ARGUMENT)                                                          \
  ARGUMENT(enum(kind), kind) ARGUMENT(u32, count) ARGUMENT(number(u64), ms)
TSFN_METHOD(session, ask, NULL, ASK, promise(list(record(heard))))

static napi_value
session_ask(napi_env env, session *self, session_ask_arguments *args) {
  struct work work = {.kind = args->kind,
                      .count = args->count,
                      .wait = tsfn_ms(args->ms),
                      .result = tsfn__result_of_session_ask()};
  napi_value promise = session_ask_promise(env, &work.deferred);
  return begin_work(self, promise, work);
}

#define TICKETS(ARGUMENT)                                                      \
  ARGUMENT(u32, count) ARGUMENT(number(u64), ms) ARGUMENT(enum(how), how)
TSFN_METHOD(session, tickets, NULL, TICKETS, promise(list(record(heard))))

static napi_value
session_tickets(napi_env env, session *self, session_tickets_arguments *args) {
  struct work work = {.is_tickets = true,
                      .how = args->how,
                      .count = args->count,
                      .wait = tsfn_ms(args->ms),
                      .result = tsfn__result_of_session_tickets()};
  napi_value promise = session_tickets_promise(env, &work.deferred);
  return begin_work(self, promise, work);
}

#define ALL(ARGUMENT) ARGUMENT(u32, count) ARGUMENT(number(u64), ms)
TSFN_METHOD(session, all, NULL, ALL, promise(list(record(heard))))

static napi_value
session_all(napi_env env, session *self, session_all_arguments *args) {
  struct work work = {.is_all = true,
                      .count = args->count,
                      .wait = tsfn_ms(args->ms),
                      .result = tsfn__result_of_session_all()};
  napi_value promise = session_all_promise(env, &work.deferred);
  return begin_work(self, promise, work);
}

struct relay {
  session *session;
  tsfn_deferred *deferred;
};

TSFN_METHOD(session, relay, NULL, TSFN_NONE, promise(i32))

static void *
run_relay(void *data) {
  struct relay *self = data;
  question item = question_of(0);
  tsfn_error error;
  int32_t number;
  tsfn_status status =
      digit_ask(self->session->fn, &item, &number, &error, TSFN_BLOCKING);
  if (status == TSFN_OK)
    session_relay_resolve(self->deferred, &number);
  else
    tsfn_reject_error(self->deferred, status, &error);
  tsfn_deferred_drop(self->deferred);
  tsfn_release(self->session->fn);
  drop_session(self->session);
  free(self);
  return NULL;
}

static napi_value
session_relay(napi_env env, session *self, session_relay_arguments *args) {
  struct relay *relay = malloc(sizeof *relay);
  napi_value promise = session_relay_promise(env, &relay->deferred);
  pthread_t thread;
  (void)args;
  relay->session = self;
  atomic_fetch_add(&self->references, 1);
  tsfn_acquire(self->fn);
  if (pthread_create(&thread, NULL, run_relay, relay) == 0)
    pthread_detach(thread);
  return promise;
}

#define HERE(ARGUMENT) ARGUMENT(number(u64), ms)
TSFN_METHOD(session, here, NULL, HERE, list(nonnull(string)))

static tsfn_status
session_here(napi_env env, session *self, session_here_arguments *args,
             session_here_result *result) {
  static _Thread_local const char *names[4];
  tsfn_wait wait = tsfn_ms(args->ms);
  question item = question_of(1);
  verdict reply;
  tsfn_ticket *ticket;
  (void)env;
  names[0] =
      tsfn_status_name(question_ask(self->fn, &item, &reply, NULL, wait));
  tsfn_status status =
      question_ask_start(self->fn, &item, TSFN_NONBLOCKING, &ticket);
  names[1] = tsfn_status_name(status);
  names[2] = tsfn_status_name(question_ask_wait(ticket, &reply, NULL, wait));
  names[3] = tsfn_status_name(
      question_ask_wait(ticket, &reply, NULL, TSFN_NONBLOCKING));
  tsfn_ask_drop(ticket);
  result->items = names;
  result->count = 4;
  return TSFN_OK;
}

TSFN_METHOD(session, start, NULL, TSFN_NONE, void)

static tsfn_status
session_start(napi_env env, session *self, session_start_arguments *args) {
  question item = question_of(1);
  (void)env, (void)args;
  return question_ask_start(self->fn, &item, TSFN_NONBLOCKING, &self->ticket);
}

TSFN_METHOD(session, look, NULL, TSFN_NONE, nonnull(string))

static tsfn_status
session_look(napi_env env, session *self, session_look_arguments *args,
             session_look_result *result) {
  (void)env, (void)args;
  *result = tsfn_status_name(
      question_ask_wait(self->ticket, NULL, NULL, TSFN_NONBLOCKING));
  return TSFN_OK;
}

TSFN_METHOD(session, drop, NULL, TSFN_NONE, void)

static tsfn_status
session_drop(napi_env env, session *self, session_drop_arguments *args) {
  (void)env, (void)args;
  tsfn_ask_drop(self->ticket);
  self->ticket = NULL;
  return TSFN_OK;
}

#define CALL(ARGUMENT) ARGUMENT(u32, id)
TSFN_METHOD(session, call, NULL, CALL, void)

static tsfn_status
session_call(napi_env env, session *self, session_call_arguments *args) {
  question item = question_of(args->id);
  (void)env;
  return question_call(self->fn, &item, TSFN_NONBLOCKING);
}

TSFN_METHOD(session, abort, NULL, TSFN_NONE, void)

static tsfn_status
session_abort(napi_env env, session *self, session_abort_arguments *args) {
  (void)env, (void)args;
  return tsfn_abort(self->fn);
}

TSFN_METHOD(session, release, NULL, TSFN_NONE, void)

static tsfn_status
session_release(napi_env env, session *self, session_release_arguments *args) {
  (void)env, (void)args;
  return tsfn_release(self->fn);
}

#define STATS(FIELD)                                                           \
  FIELD(u32, accepted)                                                         \
  FIELD(u32, delivered)                                                        \
  FIELD(u32, aborted)                                                          \
  FIELD(u32, withdrawn)
TSFN_RECORD(stats, STATS)
TSFN_METHOD(session, stats, NULL, TSFN_NONE, record(stats))

static tsfn_status
session_stats(napi_env env, session *self, session_stats_arguments *args,
              stats *result) {
  tsfn_stats now;
  (void)env, (void)args;
  tsfn_status status = tsfn_get_stats(self->fn, &now);
  result->accepted = (uint32_t)now.accepted;
  result->delivered = (uint32_t)now.completed[TSFN_COMPLETION_DELIVERED];
  result->aborted = (uint32_t)now.completed[TSFN_COMPLETION_ABORTED];
  result->withdrawn = (uint32_t)now.completed[TSFN_COMPLETION_WITHDRAWN];
  return status;
}

#define SESSION(METHOD)                                                        \
  METHOD(session, ask)                                                         \
  METHOD(session, tickets)                                                     \
  METHOD(session, all)                                                         \
  METHOD(session, relay)                                                       \
  METHOD(session, here)                                                        \
  METHOD(session, start)                                                       \
  METHOD(session, look)                                                        \
  METHOD(session, drop)                                                        \
  METHOD(session, call)                                                        \
  METHOD(session, abort)                                                       \
  METHOD(session, release)                                                     \
  METHOD(session, stats)
TSFN_OBJECT(session, "A function that threads ask.", SESSION, drop_session)

#define BEGIN(ARGUMENT)                                                        \
  ARGUMENT(callback(question), answer)                                         \
  ARGUMENT(optional(u32), bound)                                               \
  ARGUMENT(optional(signal), signal)
TSFN_EXPORT(begin, NULL, BEGIN, object(session))

static tsfn_status
begin(napi_env env, begin_arguments *args, begin_result *result) {
  session *self = calloc(1, sizeof *self);
  tsfn_options options = TSFN_OPTIONS(begin, answer);
  options.max_queue_size = args->bound.value;
  options.signal = args->signal;
  atomic_init(&self->references, 1);
  tsfn_status status = tsfn_create(env, args->answer, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  *result = self;
  return TSFN_OK;
}

/* --- threads of the library's -------------------------------------------- */

static atomic_int heard_last[TSFN_STATUS_COUNT];

static tsfn_status
run_asking(tsfn_function *fn, size_t index, void *data) {
  tsfn_status status = TSFN_OK;
  int32_t number;
  (void)data;
  while (status == TSFN_OK) {
    question item = question_of((uint32_t)index);
    status = digit_ask(fn, &item, &number, NULL, TSFN_BLOCKING);
    if (status != TSFN_OK && status != TSFN_CLOSING) break;
  }
  atomic_fetch_add(&heard_last[status], 1);
  return status;
}

#define ASKING(ARGUMENT)                                                       \
  ARGUMENT(callback(question, asked(digit)), answer)                           \
  ARGUMENT(u32, threads)                                                       \
  ARGUMENT(optional(signal), signal)
TSFN_EXPORT(asking, NULL, ASKING, promise(void))

static napi_value
asking(napi_env env, asking_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(asking, answer);
  options.threads = args->threads;
  options.signal = args->signal;
  return tsfn_start(env, args->answer, &options, run_asking, NULL);
}

/* A thread of one function asks another, which was made before it, or after. */
static tsfn_status
run_across(tsfn_function *fn, size_t index, void *data) {
  question item = question_of(0);
  int32_t number;
  (void)fn, (void)index;
  tsfn_status status = digit_ask(data, &item, &number, NULL, TSFN_BLOCKING);
  atomic_fetch_add(&heard_last[status], 1);
  return status;
}

#define ACROSS(ARGUMENT)                                                       \
  ARGUMENT(callback(question, asked(digit)), answer)                           \
  ARGUMENT(bool, other_first)
TSFN_EXPORT(across, NULL, ACROSS, void)

static tsfn_status
across(napi_env env, across_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(across, answer);
  tsfn_options of_other = {.name = "other", .call_js = tsfn_call_nothing};
  tsfn_function *fn, *other;
  tsfn_status status = TSFN_OK;
  if (args->other_first) status = tsfn_create(env, NULL, &of_other, &other);
  if (status == TSFN_OK) status = tsfn_create(env, args->answer, &options, &fn);
  if (status == TSFN_OK && !args->other_first)
    status = tsfn_create(env, NULL, &of_other, &other);
  return status == TSFN_OK ? tsfn_spawn(other, run_across, fn) : status;
}

#define COUNT(FIELD) FIELD(nonnull(string), status) FIELD(i32, threads)
TSFN_RECORD(count, COUNT)
TSFN_EXPORT(counts, NULL, TSFN_NONE, list(record(count)))

static tsfn_status
counts(napi_env env, counts_arguments *args, counts_result *result) {
  static _Thread_local count list[TSFN_STATUS_COUNT];
  size_t filled = 0;
  (void)env, (void)args;
  for (int i = 0; i < TSFN_STATUS_COUNT; i++) {
    int threads = atomic_load(&heard_last[i]);
    if (threads == 0) continue;
    list[filled].status = tsfn_status_name((tsfn_status)i);
    list[filled++].threads = threads;
  }
  result->items = list;
  result->count = filled;
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(begin) EXPORT(asking) EXPORT(across) EXPORT(counts)
TSFN_MODULE(EXPORTS)
