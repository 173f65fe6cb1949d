/* SPDX-License-Identifier: MIT */

/* A thread that serves calls with callbacks (tsfn/mailbox.h).

     serve(max, isWeak)         a server: a function, a mailbox of calls
       each(count, call)        calls call(number) so often, asks for the last
                                one, and answers the count
       plain(count, call)       the same without an ask: how many were accepted
       elsewhere(call)          posts to the server that was made first
       ask(call)                answers what call(1) has answered; without one
                                -1
       both(first, second)      the same of two callbacks: their sum
       named(options)           the same of two that have names, in
                                options.first and options.more.second
       keep(call)               the thread keeps the function
       tell(count)              calls the kept one so often
       forget()                 the thread releases it
       start()                  the thread
       end(), close(), abort(), release()
     live()                     servers that are not freed
     ended()                    functions of callbacks that are freed, of the
                                newest server */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tsfn.h"

#include "support/owner.h"

#define NUMBERED(FIELD) FIELD(u32, number)
TSFN_RECORD(numbered, NUMBERED)
TSFN_ASK(numbered, i32)
TSFN_ASK_AS(silent, numbered, void)

typedef struct server {
  struct owner owner;
  tsfn_function *kept; /* the thread's */
} server;

#define EACH(ARGUMENT)                                                         \
  ARGUMENT(u32, count)                                                         \
  ARGUMENT(callback(numbered, values_only, as_arguments), call)
TSFN_METHOD(server, each, NULL, EACH, promise(u32))
TSFN_SERVE_METHOD(server, each, owner.mailbox)

static tsfn_status
server_each_serve(server *self, server_each_arguments *args,
                  tsfn_deferred **promise) {
  tsfn_function *call = tsfn_served_function(args->call);
  tsfn_status status = TSFN_OK;
  tsfn_error error = {.name = ""};
  (void)self;
  for (uint32_t i = 1; i < args->count && status == TSFN_OK; i++)
    status = numbered_call(call, &(numbered){i}, TSFN_BLOCKING);
  if (status == TSFN_OK)
    status =
        silent_ask(call, &(numbered){args->count}, NULL, &error, TSFN_BLOCKING);
  return status == TSFN_OK ? server_each_resolve(*promise, &args->count)
                           : tsfn_reject_error(*promise, status, &error);
}

TSFN_METHOD(server, plain, NULL, EACH, promise(u32))
TSFN_SERVE_METHOD(server, plain, owner.mailbox)

static tsfn_status
server_plain_serve(server *self, server_plain_arguments *args,
                   tsfn_deferred **promise) {
  uint32_t accepted = 0;
  (void)self;
  while (accepted < args->count &&
         numbered_call(tsfn_served_function(args->call), &(numbered){accepted},
                       TSFN_BLOCKING) == TSFN_OK)
    accepted++;
  return server_plain_resolve(*promise, &accepted);
}

static tsfn_mailbox *first_mailbox;

TSFN_METHOD(server, elsewhere, NULL, EACH, promise(u32))
TSFN_SERVE(server, server_elsewhere)

static napi_value
server_elsewhere(napi_env env, server *self, server_elsewhere_arguments *args) {
  (void)self;
  return server_elsewhere_post(env, first_mailbox, args);
}

static tsfn_status
server_elsewhere_serve(server *self, server_elsewhere_arguments *args,
                       tsfn_deferred **promise) {
  (void)self, (void)args, (void)promise;
  return TSFN_OK;
}

#define ASK(ARGUMENT)                                                          \
  ARGUMENT(optional(callback(numbered, asked(numbered), values_only)), call)
TSFN_METHOD(server, ask, NULL, ASK, promise(i32))
TSFN_SERVE_METHOD(server, ask, owner.mailbox)

static tsfn_status
server_ask_serve(server *self, server_ask_arguments *args,
                 tsfn_deferred **promise) {
  tsfn_function *call = tsfn_served_function(args->call);
  tsfn_error error = {.name = ""};
  int32_t reply = -1;
  (void)self;
  tsfn_status status = call == NULL ? TSFN_OK
                                    : numbered_ask(call, &(numbered){1}, &reply,
                                                   &error, TSFN_BLOCKING);
  return status == TSFN_OK ? server_ask_resolve(*promise, &reply)
                           : tsfn_reject_error(*promise, status, &error);
}

#define BOTH(ARGUMENT)                                                         \
  ARGUMENT(callback(numbered, asked(numbered), values_only), first)            \
  ARGUMENT(callback(numbered, asked(numbered), values_only), second)
TSFN_METHOD(server, both, NULL, BOTH, promise(i32))
TSFN_SERVE_METHOD(server, both, owner.mailbox)

/* What the callback answers to that number; 0 where there is none. */
static int32_t
ask_for(napi_value callback, uint32_t number) {
  tsfn_function *call = tsfn_served_function(callback);
  int32_t reply = 0;
  if (call != NULL)
    numbered_ask(call, &(numbered){number}, &reply, NULL, TSFN_BLOCKING);
  return reply;
}

static tsfn_status
server_both_serve(server *self, server_both_arguments *args,
                  tsfn_deferred **promise) {
  int32_t sum = ask_for(args->first, 1);
  (void)self;
  sum += ask_for(args->second, 2);
  return server_both_resolve(*promise, &sum);
}

#define MORE(ARGUMENT)                                                         \
  ARGUMENT(optional(callback(numbered, asked(numbered), values_only)), second)
TSFN_ARGUMENTS(more_options, MORE)
#define NAMED(ARGUMENT)                                                        \
  ARGUMENT(optional(u32), times)                                               \
  ARGUMENT(callback(numbered, asked(numbered), values_only), first)            \
  ARGUMENT(nonnull(string), name)                                              \
  ARGUMENT(named(more_options), more)
TSFN_ARGUMENTS(named_options, NAMED)
#define ARGUMENTS_OF_NAMED(ARGUMENT) ARGUMENT(named(named_options), options)
TSFN_METHOD(server, named, NULL, ARGUMENTS_OF_NAMED, promise(i32))
TSFN_SERVE_METHOD(server, named, owner.mailbox)

static tsfn_status
server_named_serve(server *self, server_named_arguments *args,
                   tsfn_deferred **promise) {
  const named_options *options = &args->options;
  int32_t sum = ask_for(options->first, options->times.value);
  (void)self;
  sum += ask_for(options->more.second, (uint32_t)strlen(options->name));
  return server_named_resolve(*promise, &sum);
}

static void
forget(server *self) {
  if (self->kept != NULL) tsfn_release(self->kept);
  self->kept = NULL;
}

#define KEEP(ARGUMENT)                                                         \
  ARGUMENT(callback(numbered, values_only, as_arguments), call)
TSFN_METHOD(server, keep, NULL, KEEP, promise(void))
TSFN_SERVE_METHOD(server, keep, owner.mailbox)

static tsfn_status
server_keep_serve(server *self, server_keep_arguments *args,
                  tsfn_deferred **promise) {
  forget(self);
  self->kept = tsfn_served_take(&args->call);
  return server_keep_resolve(*promise, NULL);
}

#define TELL(ARGUMENT) ARGUMENT(u32, count)
TSFN_METHOD(server, tell, NULL, TELL, promise(void))
TSFN_SERVE_METHOD(server, tell, owner.mailbox)

static tsfn_status
server_tell_serve(server *self, server_tell_arguments *args,
                  tsfn_deferred **promise) {
  tsfn_status status = TSFN_OK;
  for (uint32_t i = 1; i <= args->count && status == TSFN_OK; i++)
    status = numbered_call(self->kept, &(numbered){i}, TSFN_BLOCKING);
  return status == TSFN_OK ? server_tell_resolve(*promise, NULL) : status;
}

TSFN_METHOD(server, forget, NULL, TSFN_NONE, promise(void))
TSFN_SERVE_METHOD(server, forget, owner.mailbox)

static tsfn_status
server_forget_serve(server *self, server_forget_arguments *args,
                    tsfn_deferred **promise) {
  (void)args;
  forget(self);
  return server_forget_resolve(*promise, NULL);
}

static tsfn_status
run_server(tsfn_function *fn, size_t index, void *data) {
  server *self = data;
  (void)fn, (void)index;
  while (tsfn_mailbox_serve(self->owner.mailbox, self, TSFN_BLOCKING) ==
         TSFN_OK)
    continue;
  forget(self);
  return TSFN_OK;
}

TSFN_METHOD(server, start, NULL, TSFN_NONE, void)

static tsfn_status
server_start(napi_env env, server *self, server_start_arguments *args) {
  (void)env, (void)args;
  return tsfn_spawn(self->owner.fn, run_server, self);
}

OWNER_ENDS(server)

#define SERVER(METHOD)                                                         \
  METHOD(server, each)                                                         \
  METHOD(server, plain)                                                        \
  METHOD(server, elsewhere)                                                    \
  METHOD(server, ask)                                                          \
  METHOD(server, both)                                                         \
  METHOD(server, named)                                                        \
  METHOD(server, keep)                                                         \
  METHOD(server, tell)                                                         \
  METHOD(server, forget)                                                       \
  METHOD(server, start)                                                        \
  OWNER_ENDS_OF(METHOD, server)
TSFN_OBJECT(server, NULL, SERVER, server_drop)

static atomic_uintptr_t newest; /* the number of the newest server */
static atomic_int ended_functions;

/* The free_context of each function that is made of a callback; the context is
   its server's number. Those of an earlier server may end at any time. */
static void
count_ended(void *number) {
  if ((uintptr_t)number == atomic_load(&newest))
    atomic_fetch_add(&ended_functions, 1);
}

#define SERVER_OPTIONS(ARGUMENT) ARGUMENT(u32, max) ARGUMENT(bool, weak)
TSFN_EXPORT(serve, NULL, SERVER_OPTIONS, object(server))

static tsfn_status
serve(napi_env env, serve_arguments *args, serve_result *result) {
  tsfn_options options = {
      .name = "server", .call_js = tsfn_call_nothing, .weak = true};
  uintptr_t number = atomic_fetch_add(&newest, 1) + 1;
  tsfn_options callbacks = {.weak = args->weak,
                            .max_queue_size = 2,
                            .context = (void *)number,
                            .free_context = count_ended};
  tsfn_mailbox_options of_mailbox = {.max_size = args->max,
                                     .callbacks = &callbacks};
  atomic_store(&ended_functions, 0);
  *result = calloc(1, sizeof **result);
  tsfn_status status =
      owner_open(&(*result)->owner, env, NULL, options, &of_mailbox);
  if (status == TSFN_OK && first_mailbox == NULL)
    first_mailbox = (*result)->owner.mailbox;
  return status;
}

TSFN_EXPORT(ended, NULL, TSFN_NONE, i32)

static tsfn_status
ended(napi_env env, ended_arguments *args, int32_t *result) {
  (void)env, (void)args;
  *result = atomic_load(&ended_functions);
  return TSFN_OK;
}

#define EXPORTS(EXPORT) EXPORT(serve) EXPORT(live) EXPORT(ended)
TSFN_MODULE(EXPORTS)
