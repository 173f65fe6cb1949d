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

#define COMMAND(FIELD)                                                         \
  FIELD(string, name)                                                          \
  FIELD(u32, number)                                                           \
  FIELD(list(nonnull(string)), words)
TSFN_RECORD(command, COMMAND)
TSFN_MAILBOX(command)

#define OTHER(FIELD) FIELD(u32, number)
TSFN_RECORD(other, OTHER)
TSFN_MAILBOX(other)

static atomic_int live_handles;

/* --- a station: records -------------------------------------------------- */

typedef struct station {
  tsfn_function *fn;
  tsfn_mailbox *mailbox;
  atomic_int references; /* the object's and the function's */
  bool is_released;      /* loop thread */
} station;

static void
drop_station(station *self) {
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  tsfn_mailbox_drop(self->mailbox);
  free(self);
  atomic_fetch_sub(&live_handles, 1);
}

static void
release_station(station *self) {
  if (!self->is_released) tsfn_release(self->fn);
  self->is_released = true;
}

/* The object was collected, or its environment ends. */
static void
drop_object_of_station(station *self) {
  release_station(self);
  drop_station(self);
}

static void
free_station(void *context) {
  drop_station(context);
}

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
  while (command_receive_many(self.station->mailbox, items, self.most, &count,
                              TSFN_BLOCKING) == TSFN_OK)
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
  return command_post(env, self->mailbox, &args->command);
}

TSFN_METHOD(station, poster, NULL, TSFN_NONE, value)

static napi_value
station_poster(napi_env env, station *self, station_poster_arguments *args) {
  napi_value post;
  (void)args;
  tsfn_mailbox_function(env, self->mailbox, &post);
  return post;
}

TSFN_METHOD(station, postOther, NULL, TSFN_NONE, value)

static napi_value
station_postOther(napi_env env, station *self,
                  station_postOther_arguments *args) {
  other item = {1};
  (void)args;
  return other_post(env, self->mailbox, &item);
}

#define LISTEN(ARGUMENT) ARGUMENT(u32, most)
TSFN_METHOD(station, listen, NULL, LISTEN, void)

static tsfn_status
station_listen(napi_env env, station *self, station_listen_arguments *args) {
  struct listening *listening = malloc(sizeof *listening);
  (void)env;
  listening->station = self;
  listening->most = args->most;
  tsfn_status status = tsfn_spawn(self->fn, run_listening, listening);
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
  tsfn_status status = command_receive(self->mailbox, &item, tsfn_ms(args->ms));
  *result = tsfn_status_name(status);
  if (status == TSFN_OK) command_clear(&item);
  return TSFN_OK;
}

#define END(type, name, call)                                                  \
  TSFN_METHOD(type, name, NULL, TSFN_NONE, void)                               \
  static tsfn_status type##_##name(napi_env env, type *self,                   \
                                   type##_##name##_arguments *args) {          \
    (void)env, (void)args;                                                     \
    call;                                                                      \
    return TSFN_OK;                                                            \
  }

END(station, end, tsfn_mailbox_end(self->mailbox))
END(station, close, tsfn_mailbox_close(self->mailbox))
END(station, abort, tsfn_abort(self->fn))
END(station, release, release_station(self))

#define STATION(METHOD)                                                        \
  METHOD(station, post)                                                        \
  METHOD(station, poster)                                                      \
  METHOD(station, postOther)                                                   \
  METHOD(station, listen)                                                      \
  METHOD(station, receive)                                                     \
  METHOD(station, end)                                                         \
  METHOD(station, close)                                                       \
  METHOD(station, abort)                                                       \
  METHOD(station, release)
TSFN_OBJECT(station, NULL, STATION, drop_object_of_station)

#define BEGIN(ARGUMENT)                                                        \
  ARGUMENT(callback(command, values_only), said)                               \
  ARGUMENT(u32, max)                                                           \
  ARGUMENT(bool, waits)
TSFN_EXPORT(begin, NULL, BEGIN, object(station))

static tsfn_status
begin(napi_env env, begin_arguments *args, begin_result *result) {
  station *self = calloc(1, sizeof *self);
  tsfn_options options = TSFN_OPTIONS(begin, said);
  options.context = self;
  options.free_context = free_station;
  atomic_init(&self->references, 2);
  tsfn_status status = tsfn_create(env, args->said, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  atomic_fetch_add(&live_handles, 1);
  tsfn_mailbox_options of_mailbox = {.name = "station",
                                     .record = command_record(),
                                     .max_size = args->max,
                                     .full = args->waits ? TSFN_FULL_WAITS
                                                         : TSFN_FULL_THROWS};
  status = tsfn_mailbox_create(env, self->fn, &of_mailbox, &self->mailbox);
  if (status != TSFN_OK) {
    tsfn_release(self->fn);
    drop_station(self);
    return status;
  }
  *result = self;
  return TSFN_OK;
}

/* --- a server: calls ----------------------------------------------------- */

typedef struct server {
  tsfn_function *fn;
  tsfn_mailbox *mailbox;
  atomic_int references;
  bool is_released; /* loop thread */
  tsfn_deferred *_Atomic kept;
} server;

static void
drop_server(server *self) {
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  tsfn_deferred_drop(atomic_load(&self->kept));
  tsfn_mailbox_drop(self->mailbox);
  free(self);
  atomic_fetch_sub(&live_handles, 1);
}

static void
release_server(server *self) {
  if (!self->is_released) tsfn_release(self->fn);
  self->is_released = true;
}

/* The object was collected, or its environment ends. */
static void
drop_object_of_server(server *self) {
  release_server(self);
  drop_server(self);
}

static void
free_server(void *context) {
  drop_server(context);
}

TSFN_METHOD(server, later, NULL, TSFN_NONE, promise(i32))
TSFN_SERVE(server, server_later)

static napi_value
server_later(napi_env env, server *self, server_later_arguments *args) {
  return server_later_post(env, self->mailbox, args);
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
  return server_add_post(env, self->mailbox, args);
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
  return server_join_post(env, self->mailbox, args);
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
  return server_fail_post(env, self->mailbox, args);
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
  return server_forget_post(env, self->mailbox, args);
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
  return other_post(env, self->mailbox, &item);
}

static tsfn_status
run_server(tsfn_function *fn, size_t index, void *data) {
  server *self = data;
  tsfn_status status;
  (void)fn, (void)index;
  do
    status = tsfn_mailbox_serve(self->mailbox, self, TSFN_BLOCKING);
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
    status = tsfn_spawn(self->fn, run_server, self);
  return status;
}

END(server, end, tsfn_mailbox_end(self->mailbox))
END(server, close, tsfn_mailbox_close(self->mailbox))
END(server, abort, tsfn_abort(self->fn))
END(server, release, release_server(self))

#define SERVER(METHOD)                                                         \
  METHOD(server, add)                                                          \
  METHOD(server, join)                                                         \
  METHOD(server, fail)                                                         \
  METHOD(server, forget)                                                       \
  METHOD(server, later)                                                        \
  METHOD(server, postOther)                                                    \
  METHOD(server, start)                                                        \
  METHOD(server, end)                                                          \
  METHOD(server, close)                                                        \
  METHOD(server, abort)                                                        \
  METHOD(server, release)
TSFN_OBJECT(server, NULL, SERVER, drop_object_of_server)

static void
call_nothing(napi_env env, napi_value callback, void *context, void *item) {
  (void)env, (void)callback, (void)context, (void)item;
}

#define SERVER_OPTIONS(ARGUMENT) ARGUMENT(u32, max)
TSFN_EXPORT(serve, NULL, SERVER_OPTIONS, object(server))

static tsfn_status
serve(napi_env env, serve_arguments *args, serve_result *result) {
  server *self = calloc(1, sizeof *self);
  tsfn_options options = {.name = "server",
                          .call_js = call_nothing,
                          .context = self,
                          .free_context = free_server};
  tsfn_mailbox_options of_mailbox = {.max_size = args->max};
  atomic_init(&self->references, 2);
  tsfn_status status = tsfn_create(env, NULL, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  atomic_fetch_add(&live_handles, 1);
  status = tsfn_mailbox_create(env, self->fn, &of_mailbox, &self->mailbox);
  if (status != TSFN_OK) {
    tsfn_release(self->fn);
    drop_server(self);
    return status;
  }
  *result = self;
  return TSFN_OK;
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
  tsfn_options options = {.name = "across", .call_js = call_nothing};
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
      env, args->station->mailbox, args->station->fn, {0}};
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

/* --- all ----------------------------------------------------------------- */

TSFN_EXPORT(live, NULL, TSFN_NONE, i32)

static tsfn_status
live(napi_env env, live_arguments *args, int32_t *result) {
  (void)env, (void)args;
  *result = atomic_load(&live_handles);
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(begin)                                                                \
  EXPORT(serve)                                                                \
  EXPORT(receiveAtEnd)                                                         \
  EXPORT(wrongThread)                                                          \
  EXPORT(live)
TSFN_MODULE(EXPORTS)
