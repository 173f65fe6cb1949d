/* SPDX-License-Identifier: MIT */

/* A weak function, and what other threads do to its hold.

     create(callback)   a weak function; the addon keeps its one use
     elsewhere(what)    'ref', 'unref', 'call' or 'release', on a thread of its
                        own that is joined; answers the status's name
     release()          the same on the loop thread

     start()            a thread with that use: refs, and waits. When it has,
                        start returns what tsfn_ref answered
     go()               lets it call and release; nobody waits for that */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <tsfn.h>

#include "support/exports.h"
#include "support/threads.h"

static tsfn_function *fn;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static tsfn_status ref_answer; /* these, under the lock */
static bool has_ref, may_go;

static napi_value
from_status(napi_env env, tsfn_status status) {
  napi_value name;
  if (napi_create_string_utf8(env, tsfn_status_name(status), NAPI_AUTO_LENGTH,
                              &name) != napi_ok)
    return NULL;
  return name;
}

static napi_value
create(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value callback;
  tsfn_options options = {.name = "hold", .weak = true};
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) == napi_ok)
    (void)tsfn_create(env, callback, &options, &fn);
  return NULL;
}

/* --- one operation ------------------------------------------------------- */

struct operation {
  char name[8];
  tsfn_status status;
};

static void *
operate(void *data) {
  struct operation *self = data;
  if (strcmp(self->name, "ref") == 0)
    self->status = tsfn_ref(fn);
  else if (strcmp(self->name, "unref") == 0)
    self->status = tsfn_unref(fn);
  else if (strcmp(self->name, "call") == 0)
    self->status = tsfn_call(fn, NULL, 0, TSFN_NONBLOCKING);
  else
    self->status = tsfn_release(fn);
  return NULL;
}

static napi_value
elsewhere(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value name;
  pthread_t thread;
  struct operation operation = {.status = TSFN_INVALID};
  if (napi_get_cb_info(env, info, &count, &name, NULL, NULL) != napi_ok ||
      napi_get_value_string_utf8(env, name, operation.name,
                                 sizeof operation.name, NULL) != napi_ok)
    return NULL;
  if (pthread_create(&thread, NULL, operate, &operation) != 0) abort();
  pthread_join(thread, NULL);
  return from_status(env, operation.status);
}

static napi_value
release(napi_env env, napi_callback_info info) {
  (void)info;
  return from_status(env, tsfn_release(fn));
}

/* --- a thread that refs, and calls later --------------------------------- */

static void *
ref_and_call(void *data) {
  (void)data;
  tsfn_status status = tsfn_ref(fn);
  pthread_mutex_lock(&lock);
  ref_answer = status;
  has_ref = true;
  pthread_cond_broadcast(&changed);
  while (!may_go)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  (void)tsfn_call(fn, NULL, 0, TSFN_BLOCKING);
  (void)tsfn_release(fn);
  return NULL;
}

static napi_value
start(napi_env env, napi_callback_info info) {
  pthread_t thread;
  (void)info;
  if (pthread_create(&thread, NULL, ref_and_call, NULL) != 0) abort();
  pthread_detach(thread);
  pthread_mutex_lock(&lock);
  while (!has_ref)
    pthread_cond_wait(&changed, &lock);
  tsfn_status status = ref_answer;
  pthread_mutex_unlock(&lock);
  return from_status(env, status);
}

static napi_value
go(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  pthread_mutex_lock(&lock);
  may_go = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return NULL;
}

EXPORTS(METHOD("create", create), METHOD("elsewhere", elsewhere),
        METHOD("release", release), METHOD("start", start), METHOD("go", go))
