/* SPDX-License-Identifier: MIT */

/* Many asks that stand in the queue at once.

     poll(callback, kind, count, together)   a thread asks for replies of that
                                             kind, all together or one after the
                                             other; what it has heard, in words
     begin(callback, per_call)               a line of tickets, which the loop
                                             thread has:
       start(count), drop(index)
       heard()                               of each ticket that is left
       stats(), abort(), release() */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/threads.h"
#include "tsfn.h"

#define QUESTION(FIELD) FIELD(u32, id) FIELD(nonnull(string), text)
TSFN_RECORD(question, QUESTION)
#define PAIR(FIELD) FIELD(i32, x) FIELD(string, y)
TSFN_RECORD(pair, PAIR)
#define COLORS(VALUE) VALUE(red) VALUE(green)
TSFN_ENUM(color, COLORS)

TSFN_ASK_AS(i8, question, i8)
TSFN_ASK_AS(i16, question, i16)
TSFN_ASK_AS(i32, question, i32)
TSFN_ASK_AS(i64, question, i64)
TSFN_ASK_AS(u8, question, u8)
TSFN_ASK_AS(u16, question, u16)
TSFN_ASK_AS(u32, question, u32)
TSFN_ASK_AS(u64, question, u64)
TSFN_ASK_AS(number, question, number(i64))
TSFN_ASK_AS(f32, question, f32)
TSFN_ASK_AS(f64, question, f64)
TSFN_ASK_AS(truth, question, bool)
TSFN_ASK_AS(paint, question, enum(color))
TSFN_ASK_AS(maybe, question, optional(i32))
TSFN_ASK_AS(words, question, string)
TSFN_ASK_AS(pair, question, record(pair))
TSFN_ASK_AS(call, question, void)

#define TEXT_MAX 600u

static question
question_of(size_t id) {
  static const char *const texts[] = {"", "one", "a text of more than a word"};
  question item = {(uint32_t)id, texts[id % 3]};
  return item;
}

/* --- what is heard, by kind ---------------------------------------------- */

struct poll {
  tsfn_function *fn;
  tsfn_deferred *deferred;
  bool is_together;
  void (*run)(struct poll *self);
  size_t count;
  char **heard;
};

static void
note_failure(char *text, tsfn_status status, const tsfn_error *error) {
  snprintf(text, TEXT_MAX, "%s %s %s %s", tsfn_status_name(status), error->name,
           error->code, error->message);
}

#define POLL(name, ...)                                                        \
  static void print_##name(char *text, const name##_reply *reply) {            \
    snprintf(text, TEXT_MAX, __VA_ARGS__);                                     \
  }                                                                            \
  static void poll_##name(struct poll *self) {                                 \
    question *items = calloc(self->count, sizeof *items);                      \
    tsfn_ticket **tickets = calloc(self->count, sizeof(tsfn_ticket *));        \
    for (size_t i = 0; i < self->count; i++)                                   \
      items[i] = question_of(i);                                               \
    if (self->is_together)                                                     \
      name##_ask_many(self->fn, items, self->count, TSFN_BLOCKING, tickets,    \
                      NULL);                                                   \
    for (size_t i = 0; i < self->count; i++) {                                 \
      name##_reply reply;                                                      \
      tsfn_error error;                                                        \
      tsfn_status status =                                                     \
          self->is_together                                                    \
              ? name##_ask_wait(tickets[i], &reply, &error, TSFN_BLOCKING)     \
              : name##_ask(self->fn, &items[i], &reply, &error,                \
                           TSFN_BLOCKING);                                     \
      if (status == TSFN_OK)                                                   \
        print_##name(self->heard[i], &reply);                                  \
      else                                                                     \
        note_failure(self->heard[i], status, &error);                          \
      name##_reply_clear(&reply);                                              \
      tsfn_ask_drop(tickets[i]);                                               \
    }                                                                          \
    free(items);                                                               \
    free(tickets);                                                             \
  }

POLL(i8, "%d", (int)*reply)
POLL(i16, "%d", (int)*reply)
POLL(i32, "%d", (int)*reply)
POLL(i64, "%" PRId64, *reply)
POLL(u8, "%u", (unsigned)*reply)
POLL(u16, "%u", (unsigned)*reply)
POLL(u32, "%u", (unsigned)*reply)
POLL(u64, "%" PRIu64, *reply)
POLL(number, "%" PRId64, *reply)
POLL(f32, "%.9g", (double)*reply)
POLL(f64, "%.17g", *reply)
POLL(truth, "%s", *reply ? "true" : "false")
POLL(paint, "%d", (int)*reply)
POLL(maybe, "%s %d", reply->has ? "some" : "none", (int)reply->value)
POLL(words, "%s", *reply != NULL ? *reply : "NULL")
POLL(pair, "%d %s", (int)reply->x, reply->y != NULL ? reply->y : "NULL")

/* There is no reply to print. */
static void
poll_call(struct poll *self) {
  question *items = calloc(self->count, sizeof *items);
  tsfn_ticket **tickets = calloc(self->count, sizeof(tsfn_ticket *));
  for (size_t i = 0; i < self->count; i++)
    items[i] = question_of(i);
  if (self->is_together)
    call_ask_many(self->fn, items, self->count, TSFN_BLOCKING, tickets, NULL);
  for (size_t i = 0; i < self->count; i++) {
    tsfn_error error;
    tsfn_status status =
        self->is_together
            ? call_ask_wait(tickets[i], NULL, &error, TSFN_BLOCKING)
            : call_ask(self->fn, &items[i], NULL, &error, TSFN_BLOCKING);
    note_failure(self->heard[i], status, &error);
    tsfn_ask_drop(tickets[i]);
  }
  free(items);
  free(tickets);
}

/* --- poll ---------------------------------------------------------------- */

#define KIND(VALUE)                                                            \
  VALUE(i8)                                                                    \
  VALUE(i16)                                                                   \
  VALUE(i32)                                                                   \
  VALUE(i64)                                                                   \
  VALUE(u8)                                                                    \
  VALUE(u16)                                                                   \
  VALUE(u32)                                                                   \
  VALUE(u64)                                                                   \
  VALUE(number)                                                                \
  VALUE(f32)                                                                   \
  VALUE(f64)                                                                   \
  VALUE(truth)                                                                 \
  VALUE(paint)                                                                 \
  VALUE(maybe)                                                                 \
  VALUE(words)                                                                 \
  VALUE(pair)                                                                  \
  VALUE(call)
TSFN_ENUM(kind, KIND)

#define RUN(kind) poll_##kind,
static void (*const runs[])(struct poll *) = {KIND(RUN)};

#define ARGUMENTS(ARGUMENT)                                                    \
  ARGUMENT(callback(question), answer)                                         \
  ARGUMENT(enum(kind), kind)                                                   \
  ARGUMENT(u32, count)                                                         \
  ARGUMENT(bool, together)
TSFN_EXPORT(poll, NULL, ARGUMENTS, promise(list(nonnull(string))))

static void *
run_poll(void *data) {
  struct poll *self = data;
  poll_result result = {(const char **)self->heard, self->count};
  self->run(self);
  poll_resolve(self->deferred, &result);
  tsfn_deferred_drop(self->deferred);
  tsfn_release(self->fn);
  for (size_t i = 0; i < self->count; i++)
    free(self->heard[i]);
  free(self->heard);
  free(self);
  return NULL;
}

static napi_value
poll(napi_env env, poll_arguments *args) {
  tsfn_options options = TSFN_OPTIONS(poll, answer);
  pthread_t thread;
  struct poll *self = calloc(1, sizeof *self);
  self->is_together = args->together;
  self->run = runs[args->kind];
  self->count = args->count;
  self->heard = calloc(self->count + 1, sizeof *self->heard);
  for (size_t i = 0; i < self->count; i++)
    self->heard[i] = calloc(1, TEXT_MAX);
  napi_value promise = poll_promise(env, &self->deferred);
  if (tsfn_create(env, args->answer, &options, &self->fn) == TSFN_OK &&
      pthread_create(&thread, NULL, run_poll, self) == 0)
    pthread_detach(thread);
  return promise;
}

/* --- a line of tickets --------------------------------------------------- */

#define LINE_MAX 1024u

typedef struct line {
  tsfn_function *fn;
  uint32_t count;
  tsfn_ticket *tickets[LINE_MAX];
  char words[LINE_MAX][40];
  const char *heard[LINE_MAX];
} line;

#define START(ARGUMENT) ARGUMENT(u32, count)
TSFN_METHOD(line, start, NULL, START, void)

static tsfn_status
line_start(napi_env env, line *self, line_start_arguments *args) {
  static question items[LINE_MAX];
  (void)env;
  if (args->count > LINE_MAX - self->count) return TSFN_INVALID;
  for (uint32_t i = 0; i < args->count; i++)
    items[i] = question_of(self->count + i);
  tsfn_status status =
      i32_ask_many(self->fn, items, args->count, TSFN_NONBLOCKING,
                   self->tickets + self->count, NULL);
  self->count += args->count;
  return status;
}

#define DROP(ARGUMENT) ARGUMENT(u32, index)
TSFN_METHOD(line, drop, NULL, DROP, void)

static tsfn_status
line_drop(napi_env env, line *self, line_drop_arguments *args) {
  (void)env;
  tsfn_ask_drop(self->tickets[args->index]);
  self->tickets[args->index] = NULL;
  return TSFN_OK;
}

TSFN_METHOD(line, heard, NULL, TSFN_NONE, list(nonnull(string)))

static tsfn_status
line_heard(napi_env env, line *self, line_heard_arguments *args,
           line_heard_result *result) {
  size_t count = 0;
  (void)env, (void)args;
  for (uint32_t i = 0; i < self->count; i++) {
    if (self->tickets[i] == NULL) continue;
    int32_t reply;
    tsfn_status status =
        i32_ask_wait(self->tickets[i], &reply, NULL, TSFN_NONBLOCKING);
    if (status == TSFN_OK)
      snprintf(self->words[i], sizeof self->words[i], "%d", (int)reply);
    else if (status != TSFN_INVALID) /* it was not heard before */
      snprintf(self->words[i], sizeof self->words[i], "%s",
               tsfn_status_name(status));
    self->heard[count++] = self->words[i];
  }
  result->items = self->heard;
  result->count = count;
  return TSFN_OK;
}

TSFN_METHOD(line, abort, NULL, TSFN_NONE, void)

static tsfn_status
line_abort(napi_env env, line *self, line_abort_arguments *args) {
  (void)env, (void)args;
  return tsfn_abort(self->fn);
}

TSFN_METHOD(line, release, NULL, TSFN_NONE, void)

static tsfn_status
line_release(napi_env env, line *self, line_release_arguments *args) {
  (void)env, (void)args;
  return tsfn_release(self->fn);
}

#define STATS(FIELD)                                                           \
  FIELD(u32, delivered) FIELD(u32, aborted) FIELD(u32, withdrawn)
TSFN_RECORD(stats, STATS)
TSFN_METHOD(line, stats, NULL, TSFN_NONE, record(stats))

static tsfn_status
line_stats(napi_env env, line *self, line_stats_arguments *args,
           stats *result) {
  tsfn_stats now;
  (void)env, (void)args;
  tsfn_status status = tsfn_get_stats(self->fn, &now);
  result->delivered = (uint32_t)now.completed[TSFN_COMPLETION_DELIVERED];
  result->aborted = (uint32_t)now.completed[TSFN_COMPLETION_ABORTED];
  result->withdrawn = (uint32_t)now.completed[TSFN_COMPLETION_WITHDRAWN];
  return status;
}

static void
drop_line(line *self) {
  for (uint32_t i = 0; i < self->count; i++)
    tsfn_ask_drop(self->tickets[i]);
  free(self);
}

#define LINE(METHOD)                                                           \
  METHOD(line, start)                                                          \
  METHOD(line, drop)                                                           \
  METHOD(line, heard)                                                          \
  METHOD(line, abort)                                                          \
  METHOD(line, release)                                                        \
  METHOD(line, stats)
TSFN_OBJECT(line, "Tickets of the loop thread.", LINE, drop_line)

#define BEGIN(ARGUMENT)                                                        \
  ARGUMENT(callback(question, asked(i32)), answer)                             \
  ARGUMENT(optional(bool), per_call)
TSFN_EXPORT(begin, NULL, BEGIN, object(line))

static tsfn_status
begin(napi_env env, begin_arguments *args, begin_result *result) {
  tsfn_options options = TSFN_OPTIONS(begin, answer);
  line *self = calloc(1, sizeof *self);
  if (args->per_call.value) options.microtasks = TSFN_MICROTASKS_PER_CALL;
  tsfn_status status = tsfn_create(env, args->answer, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  *result = self;
  return TSFN_OK;
}

#define EXPORTS(EXPORT) EXPORT(poll) EXPORT(begin)
TSFN_MODULE(EXPORTS)
