/* SPDX-License-Identifier: MIT */

/* An event loop that runs inside of a callback, as packages do that wait for a
   promise.

     create(callback, policy, onError)
                                a function with a record of a number; answers a
                                number that stands for it. policy: of
                                microtasks; onError: null, or a function
     call(f, number)            on the loop thread
     callElsewhere(f, number)   the same on a thread of its own, which is joined
     release(f)
     runLoop()                  one turn of the event loop */

#include <pthread.h>
#include <stdlib.h>

#include <tsfn.h>

#include "os/os.h"
#include "support/exports.h"

#define ITEM(FIELD) FIELD(i32, number)
TSFN_RECORD(item, ITEM)

struct uv_loop_s;

static tsfn_function *functions[8];
static int32_t made;

static int32_t
int_at(napi_env env, napi_callback_info info, size_t index) {
  napi_value arguments[2];
  size_t count = 2;
  int32_t number;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_int32(env, arguments[index], &number) != napi_ok)
    abort();
  return number;
}

static napi_value
create(napi_env env, napi_callback_info info) {
  napi_value arguments[3], number;
  napi_valuetype type;
  size_t count = 3;
  int32_t microtasks;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_int32(env, arguments[1], &microtasks) != napi_ok ||
      napi_typeof(env, arguments[2], &type) != napi_ok)
    abort();
  tsfn_options options = {.name = "inner",
                          .record = item_record(),
                          .on_error =
                              type == napi_function ? arguments[2] : NULL,
                          .microtasks = (tsfn_microtasks)microtasks};
  if (made == 8 ||
      tsfn_create(env, arguments[0], &options, &functions[made]) != TSFN_OK ||
      napi_create_int32(env, made++, &number) != napi_ok)
    abort();
  return number;
}

struct sent {
  tsfn_function *fn;
  item item;
};

static void *
send(void *data) {
  struct sent *self = data;
  if (item_call(self->fn, &self->item, TSFN_NONBLOCKING) != TSFN_OK) abort();
  return NULL;
}

static struct sent
sent_of(napi_env env, napi_callback_info info) {
  struct sent sent = {functions[int_at(env, info, 0)],
                      {.number = int_at(env, info, 1)}};
  return sent;
}

static napi_value
call(napi_env env, napi_callback_info info) {
  struct sent sent = sent_of(env, info);
  send(&sent);
  return NULL;
}

static napi_value
call_elsewhere(napi_env env, napi_callback_info info) {
  struct sent sent = sent_of(env, info);
  pthread_t thread;
  if (pthread_create(&thread, NULL, send, &sent) != 0) abort();
  pthread_join(thread, NULL);
  return NULL;
}

static napi_value
release(napi_env env, napi_callback_info info) {
  tsfn_release(functions[int_at(env, info, 0)]);
  return NULL;
}

static napi_value
run_loop(napi_env env, napi_callback_info info) {
  enum { RUN_NOWAIT = 2 };
  struct uv_loop_s *loop;
  int (*uv_run)(struct uv_loop_s *, int);
  (void)info;
  *(void **)&uv_run = tsfn__os_symbol("uv_run");
  if (uv_run != NULL && napi_get_uv_event_loop(env, &loop) == napi_ok)
    uv_run(loop, RUN_NOWAIT);
  return NULL;
}

EXPORTS(METHOD("create", create), METHOD("call", call),
        METHOD("callElsewhere", call_elsewhere), METHOD("release", release),
        METHOD("runLoop", run_loop))
