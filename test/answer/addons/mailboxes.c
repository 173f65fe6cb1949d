/* SPDX-License-Identifier: MIT */

/* Threads that receive what JavaScript posts (tsfn/mailbox.h).

     begin(said, max, waits)    a station: a function, a mailbox of commands
       post(command)            x_post of an argument
       poster()                 the function that posts
       listen(most)             a thread receives until it hears of the end, and
                                says each command to the callback
       receive(ms)              the status of a receive here
       end(), close()           the mailbox
       abort(), release()       the function
     serve(max)                 a server: a function, a mailbox of calls
       add(a, b), join(words),  answered by a thread; later() keeps its promise
       fail(), forget(),        until the next call of add
       later()
       postOther()              refused: it takes calls
       start(threads)           threads that serve
       end(), close(), abort(), release()
     receiveAtEnd(order)        a thread of one function receives from a mailbox
                                of another, which was made before it, or after
     wrongThread(fn)            statuses on a thread that is not the loop's
     live()                     stations and servers that are not freed */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/threads.h"
#include "tsfn.h"

#include "support/owner.h"

#define COMMAND(FIELD)                                                         \
  FIELD(string, name)                                                          \
  FIELD(u32, number)                                                           \
  FIELD(list(nonnull(string)), words)
TSFN_RECORD(command, COMMAND)
TSFN_MAILBOX(command)

#define OTHER(FIELD) FIELD(u32, number)
TSFN_RECORD(other, OTHER)
TSFN_MAILBOX(other)

/* --- a station: records -------------------------------------------------- */

typedef struct station {
  struct owner owner;
} station;

struct listening {
  station *station;
  size_t most;
};

static tsfn_status
run_listening(tsfn_function *fn, size_t index, void *data) {
  struct listening self = *(struct listening *)data;
  command *items = calloc(self.most, sizeof *items);
  size_t count;
  (void)index;
  free(data);
  while (command_receive_many(self.station->owner.mailbox, items, self.most,
                              &count, TSFN_BLOCKING) == TSFN_OK)
    for (size_t i = 0; i < count; i++) {
      command_call(fn, &items[i], TSFN_BLOCKING);
      command_clear(&items[i]);
    }
  command end = {"the end", 0, {NULL, 0}};
  command_call(fn, &end, TSFN_BLOCKING);
  free(items);
  return TSFN_OK;
}

#define POST(ARGUMENT) ARGUMENT(record(command), command)
TSFN_METHOD(station, post, NULL, POST, value)

static napi_value
station_post(napi_env env, station *self, station_post_arguments *args) {
  return command_post(env, self->owner.mailbox, &args->command);
}

TSFN_METHOD(station, poster, NULL, TSFN_NONE, value)

static napi_value
station_poster(napi_env env, station *self, station_poster_arguments *args) {
  napi_value post;
  (void)args;
  tsfn_mailbox_function(env, self->owner.mailbox, &post);
  return post;
}

TSFN_METHOD(station, postOther, NULL, TSFN_NONE, value)

static napi_value
station_postOther(napi_env env, station *self,
                  station_postOther_arguments *args) {
  other item = {1};
  (void)args;
  return other_post(env, self->owner.mailbox, &item);
}

#define LISTEN(ARGUMENT) ARGUMENT(u32, most)
TSFN_METHOD(station, listen, NULL, LISTEN, void)

static tsfn_status
station_listen(napi_env env, station *self, station_listen_arguments *args) {
  struct listening *listening = malloc(sizeof *listening);
  (void)env;
  listening->station = self;
  listening->most = args->most;
  tsfn_status status = tsfn_spawn(self->owner.fn, run_listening, listening);
  if (status != TSFN_OK) free(listening);
  return status;
}

#define RECEIVE(ARGUMENT) ARGUMENT(number(u64), ms)
TSFN_METHOD(station, receive, NULL, RECEIVE, nonnull(string))

static tsfn_status
station_receive(napi_env env, station *self, station_receive_arguments *args,
                station_receive_result *result) {
  command item;
  (void)env;
  tsfn_status status =
      command_receive(self->owner.mailbox, &item, tsfn_ms(args->ms));
  *result = tsfn_status_name(status);
  if (status == TSFN_OK) command_clear(&item);
  return TSFN_OK;
}

OWNER_ENDS(station)

#define STATION(METHOD)                                                        \
  METHOD(station, post)                                                        \
  METHOD(station, poster)                                                      \
  METHOD(station, postOther)                                                   \
  METHOD(station, listen)                                                      \
  METHOD(station, receive)                                                     \
  OWNER_ENDS_OF(METHOD, station)
TSFN_OBJECT(station, NULL, STATION, station_drop)

#define BEGIN(ARGUMENT)                                                        \
  ARGUMENT(callback(command, values_only), said)                               \
  ARGUMENT(u32, max)                                                           \
  ARGUMENT(bool, waits)
TSFN_EXPORT(begin, NULL, BEGIN, object(station))

static tsfn_status
begin(napi_env env, begin_arguments *args, begin_result *result) {
  tsfn_mailbox_options of_mailbox = {.name = "station",
                                     .record = command_record(),
                                     .max_size = args->max,
                                     .full = args->waits ? TSFN_FULL_WAITS
                                                         : TSFN_FULL_THROWS};
  *result = calloc(1, sizeof **result);
  return owner_open(&(*result)->owner, env, args->said,
                    TSFN_OPTIONS(begin, said), &of_mailbox);
}

/* --- a server: calls ----------------------------------------------------- */

typedef struct server {
  struct owner owner;
  tsfn_deferred *_Atomic kept;
} server;

static void
drop_kept(struct owner *self) {
  tsfn_deferred_drop(atomic_load(&((server *)self)->kept));
}

TSFN_METHOD(server, later, NULL, TSFN_NONE, promise(i32))
TSFN_SERVE(server, server_later)

static napi_value
server_later(napi_env env, server *self, server_later_arguments *args) {
  return server_later_post(env, self->owner.mailbox, args);
}

static tsfn_status
server_later_serve(server *self, server_later_arguments *args,
                   tsfn_deferred **promise) {
  (void)args;
  tsfn_deferred_drop(atomic_exchange(&self->kept, *promise));
  *promise = NULL;
  return TSFN_OK;
}

#define ADD(ARGUMENT) ARGUMENT(i32, a) ARGUMENT(i32, b)
TSFN_METHOD(server, add, "Adds, on a thread.", ADD, promise(i32))
TSFN_SERVE(server, server_add)

static napi_value
server_add(napi_env env, server *self, server_add_arguments *args) {
  return server_add_post(env, self->owner.mailbox, args);
}

static tsfn_status
server_add_serve(server *self, server_add_arguments *args,
                 tsfn_deferred **promise) {
  int32_t sum = args->a + args->b;
  tsfn_deferred *kept = atomic_exchange(&self->kept, NULL);
  if (kept != NULL) {
    server_later_resolve(kept, &sum);
    tsfn_deferred_drop(kept);
  }
  return server_add_resolve(*promise, &sum);
}

#define JOIN(ARGUMENT) ARGUMENT(list(nonnull(string)), words)
TSFN_METHOD(server, join, NULL, JOIN, promise(string))
TSFN_SERVE(server, server_join)

static napi_value
server_join(napi_env env, server *self, server_join_arguments *args) {
  return server_join_post(env, self->owner.mailbox, args);
}

static tsfn_status
server_join_serve(server *self, server_join_arguments *args,
                  tsfn_deferred **promise) {
  char text[256] = "";
  const char *result = text;
  (void)self;
  for (size_t i = 0; i < args->words.count; i++)
    strncat(text, args->words.items[i], sizeof text - strlen(text) - 1);
  return server_join_resolve(*promise, &result);
}

TSFN_METHOD(server, fail, NULL, TSFN_NONE, promise(void))
TSFN_SERVE(server, server_fail)

static napi_value
server_fail(napi_env env, server *self, server_fail_arguments *args) {
  return server_fail_post(env, self->owner.mailbox, args);
}

static tsfn_status
server_fail_serve(server *self, server_fail_arguments *args,
                  tsfn_deferred **promise) {
  (void)self, (void)args, (void)promise;
  return TSFN_NO_MEMORY;
}

TSFN_METHOD(server, forget, NULL, TSFN_NONE, promise(void))
TSFN_SERVE(server, server_forget)

static napi_value
server_forget(napi_env env, server *self, server_forget_arguments *args) {
  return server_forget_post(env, self->owner.mailbox, args);
}

static tsfn_status
server_forget_serve(server *self, server_forget_arguments *args,
                    tsfn_deferred **promise) {
  (void)self, (void)args, (void)promise;
  return TSFN_OK;
}

TSFN_METHOD(server, postOther, NULL, TSFN_NONE, value)

static napi_value
server_postOther(napi_env env, server *self, server_postOther_arguments *args) {
  other item = {1};
  (void)args;
  return other_post(env, self->owner.mailbox, &item);
}

static tsfn_status
run_server(tsfn_function *fn, size_t index, void *data) {
  server *self = data;
  tsfn_status status;
  (void)fn, (void)index;
  do
    status = tsfn_mailbox_serve(self->owner.mailbox, self, TSFN_BLOCKING);
  while (status == TSFN_OK);
  return status;
}

#define START(ARGUMENT) ARGUMENT(u32, threads)
TSFN_METHOD(server, start, NULL, START, void)

static tsfn_status
server_start(napi_env env, server *self, server_start_arguments *args) {
  tsfn_status status = TSFN_OK;
  (void)env;
  for (uint32_t i = 0; i < args->threads && status == TSFN_OK; i++)
    status = tsfn_spawn(self->owner.fn, run_server, self);
  return status;
}

OWNER_ENDS(server)

#define SERVER(METHOD)                                                         \
  METHOD(server, add)                                                          \
  METHOD(server, join)                                                         \
  METHOD(server, fail)                                                         \
  METHOD(server, forget)                                                       \
  METHOD(server, later)                                                        \
  METHOD(server, postOther)                                                    \
  METHOD(server, start)                                                        \
  OWNER_ENDS_OF(METHOD, server)
TSFN_OBJECT(server, NULL, SERVER, server_drop)

#define SERVER_OPTIONS(ARGUMENT) ARGUMENT(u32, max)
TSFN_EXPORT(serve, NULL, SERVER_OPTIONS, object(server))

static tsfn_status
serve(napi_env env, serve_arguments *args, serve_result *result) {
  tsfn_mailbox_options of_mailbox = {.max_size = args->max};
  *result = calloc(1, sizeof **result);
  (*result)->owner.clear = drop_kept;
  return owner_open(
      &(*result)->owner, env, NULL,
      (tsfn_options){.name = "server", .call_js = tsfn_call_nothing},
      &of_mailbox);
}

/* --- across functions, and threads --------------------------------------- */

static tsfn_status
run_receiver(tsfn_function *fn, size_t index, void *data) {
  command item;
  (void)fn, (void)index;
  return command_receive(data, &item, TSFN_BLOCKING);
}

static void
drop_mailbox(void *mailbox) {
  tsfn_mailbox_drop(mailbox);
}

#define RECEIVE_AT_END(ARGUMENT) ARGUMENT(bool, other_first)
TSFN_EXPORT(receiveAtEnd, NULL, RECEIVE_AT_END, void)

static tsfn_status
receiveAtEnd(napi_env env, receiveAtEnd_arguments *args) {
  tsfn_options options = {.name = "across", .call_js = tsfn_call_nothing};
  tsfn_mailbox_options of_mailbox = {.record = command_record()};
  tsfn_function *owner, *waiting;
  tsfn_mailbox *mailbox = NULL;
  tsfn_status status = TSFN_OK;
  if (args->other_first) status = tsfn_create(env, NULL, &options, &waiting);
  if (status == TSFN_OK) status = tsfn_create(env, NULL, &options, &owner);
  if (status == TSFN_OK)
    status = tsfn_mailbox_create(env, owner, &of_mailbox, &mailbox);
  options.context = mailbox;
  options.free_context = drop_mailbox;
  if (status == TSFN_OK && !args->other_first)
    status = tsfn_create(env, NULL, &options, &waiting);
  return status == TSFN_OK ? tsfn_spawn(waiting, run_receiver, mailbox)
                           : status;
}

struct attempt {
  napi_env env;
  tsfn_mailbox *mailbox;
  tsfn_function *fn;
  tsfn_status statuses[3];
};

static void *
run_attempt(void *data) {
  struct attempt *self = data;
  tsfn_mailbox *mailbox;
  tsfn_deferred *deferred;
  napi_value value;
  self->statuses[0] = tsfn_mailbox_create(self->env, self->fn, NULL, &mailbox);
  self->statuses[1] = tsfn_mailbox_function(self->env, self->mailbox, &value);
  self->statuses[2] = tsfn_deferred_create(self->env, NULL, &deferred, &value);
  return NULL;
}

#define WRONG_THREAD(ARGUMENT) ARGUMENT(object(station), station)
TSFN_EXPORT(wrongThread, NULL, WRONG_THREAD, list(nonnull(string)))

static tsfn_status
wrongThread(napi_env env, wrongThread_arguments *args,
            wrongThread_result *result) {
  static const char *names[3];
  struct attempt attempt = {
      env, args->station->owner.mailbox, args->station->owner.fn, {0}};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_attempt, &attempt) != 0)
    return TSFN_NO_MEMORY;
  pthread_join(thread, NULL);
  for (size_t i = 0; i < 3; i++)
    names[i] = tsfn_status_name(attempt.statuses[i]);
  result->items = names;
  result->count = 3;
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(begin)                                                                \
  EXPORT(serve)                                                                \
  EXPORT(receiveAtEnd)                                                         \
  EXPORT(wrongThread)                                                          \
  EXPORT(live)
TSFN_MODULE(EXPORTS)
