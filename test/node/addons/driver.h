/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_H
#define DRIVER_H

/* The driver addon lets a test in JavaScript do with a function all that C can,
   and says afterwards what happened. This file: what it knows of one function,
   how it reads JavaScript's arguments. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsfn.h"

#define POINT(FIELD) FIELD(u32, producer) FIELD(u32, sequence)
TSFN_RECORD(point, POINT)

/* An item: a point, and behind it bytes that follow from its sequence. */
#define ITEM_MAX 4096u
#define PRODUCERS_MAX 256u
#define LOG_MAX 20000u
#define NEVER UINT32_MAX

/* What is known of one function, also after its end. Never freed. */
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

  /* Loop thread. */
  uint64_t completed[TSFN_COMPLETION_COUNT];
  uint64_t shown;      /* call_js with an env */
  uint64_t shown_null; /* and without */
  uint64_t converted;
  uint64_t corrupt; /* items that are not as they were sent */
  uint64_t disordered;
  uint64_t foreign; /* callbacks on another thread */
  uint64_t finalized;
  uint64_t finalized_wrongly; /* with other data, context or env */
  uint64_t queued_at_finalize;
  uint64_t exited_at_finalize; /* threads */
  bool has_env_at_finalize;
  int64_t last[PRODUCERS_MAX];

  /* Any thread. */
  _Atomic(uint64_t) freed_context;
  _Atomic(uint64_t) pointers_made;
  _Atomic(uint64_t) pointers_freed;
  _Atomic(uint64_t) exited; /* threads of tsfn_start and tsfn_spawn */
  _Atomic(uint64_t) runs[PRODUCERS_MAX];

  /* The allocator. */
  _Atomic(uint64_t) allocations;
  _Atomic(uint64_t) releases;
  _Atomic(uint64_t) bytes;
  _Atomic(uint64_t) bad_releases;
  _Atomic(uint64_t) refused;
  _Atomic(uint64_t) fail_at; /* 1: the next one; 0: none */
  tsfn_allocator allocator;

  pthread_mutex_t lock;
  bool logs;
  size_t log_count;
  char (*log)[40];
};

/* --- the log ------------------------------------------------------------- */

static void
driver_log(struct driver *self, const char *what, const point *item,
           const char *how) {
  if (!self->logs) return;
  pthread_mutex_lock(&self->lock);
  if (self->log == NULL) self->log = calloc(LOG_MAX, sizeof *self->log);
  if (self->log != NULL && self->log_count < LOG_MAX) {
    char *line = self->log[self->log_count++];
    if (item != NULL)
      snprintf(line, sizeof *self->log, "%s %u:%u%s%s", what, item->producer,
               item->sequence, *how != 0 ? " " : "", how);
    else
      snprintf(line, sizeof *self->log, "%s%s%s", what, *how != 0 ? " " : "",
               how);
  }
  pthread_mutex_unlock(&self->lock);
}

/* --- an allocator that counts, poisons, and fails when told -------------- */

struct block {
  uint64_t size;
  uint64_t magic;
};
#define ALIVE UINT64_C(0x616c697665616c69)

static void *
driver_allocate(void *hint, size_t size) {
  struct driver *self = hint;
  uint64_t left = atomic_load(&self->fail_at);
  while (left != 0)
    if (atomic_compare_exchange_weak(&self->fail_at, &left, left - 1)) break;
  struct block *block = left == 1 ? NULL : malloc(sizeof *block + size);
  if (block == NULL) {
    atomic_fetch_add(&self->refused, 1);
    return NULL;
  }
  block->size = size;
  block->magic = ALIVE;
  memset(block + 1, 0xa5, size);
  atomic_fetch_add(&self->allocations, 1);
  atomic_fetch_add(&self->bytes, size);
  return block + 1;
}

static void
driver_free(void *hint, void *memory, size_t size) {
  struct driver *self = hint;
  struct block *block = (struct block *)memory - 1;
  if (memory == NULL || block->magic != ALIVE || block->size != size) {
    atomic_fetch_add(&self->bad_releases, 1);
    return;
  }
  memset(block, 0xdd, sizeof *block + size);
  free(block);
  atomic_fetch_add(&self->releases, 1);
  atomic_fetch_sub(&self->bytes, size);
}

/* --- reading JavaScript -------------------------------------------------- */

/* A driver that cannot drive has nothing to say: the test ends here. */
#define MUST(call)                                                             \
  do {                                                                         \
    if ((call) != napi_ok) {                                                   \
      fprintf(stderr, "driver: %s:%d: %s\n", __FILE__, __LINE__, #call);       \
      abort();                                                                 \
    }                                                                          \
  } while (0)

static bool
js_is(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return value != NULL && napi_typeof(env, value, &type) == napi_ok &&
         type == wanted;
}

/* NULL: undefined, or there are no options. */
static napi_value
js_get(napi_env env, napi_value object, const char *name) {
  napi_value value;
  if (!js_is(env, object, napi_object)) return NULL;
  MUST(napi_get_named_property(env, object, name, &value));
  return js_is(env, value, napi_undefined) ? NULL : value;
}

static double
js_number(napi_env env, napi_value object, const char *name, double otherwise) {
  napi_value value = js_get(env, object, name);
  double number = otherwise;
  if (value != NULL) MUST(napi_get_value_double(env, value, &number));
  return number;
}

static uint32_t
js_u32(napi_env env, napi_value object, const char *name, uint32_t otherwise) {
  return (uint32_t)js_number(env, object, name, otherwise);
}

static bool
js_bool(napi_env env, napi_value object, const char *name) {
  napi_value value = js_get(env, object, name);
  bool answer = false;
  if (value != NULL) MUST(napi_get_value_bool(env, value, &answer));
  return answer;
}

/* Never freed: names must outlive their functions. NULL: not there. */
static char *
js_string(napi_env env, napi_value object, const char *name) {
  napi_value value = js_get(env, object, name);
  size_t length;
  if (value == NULL || js_is(env, value, napi_null)) return NULL;
  MUST(napi_get_value_string_utf8(env, value, NULL, 0, &length));
  char *text = malloc(length + 1);
  MUST(napi_get_value_string_utf8(env, value, text, length + 1, &length));
  return text;
}

/* -1: for ever. */
static tsfn_wait
js_wait(napi_env env, napi_value object) {
  double wait = js_number(env, object, "wait", 0);
  return wait < 0 ? TSFN_BLOCKING : tsfn_ms((uint64_t)wait);
}

static void *
js_external(napi_env env, napi_value value) {
  void *data = NULL;
  if (js_is(env, value, napi_external))
    MUST(napi_get_value_external(env, value, &data));
  return data;
}

/* The arguments; those not given are undefined. */
static void
js_arguments(napi_env env, napi_callback_info info, size_t count,
             napi_value *out) {
  MUST(napi_get_cb_info(env, info, &count, out, NULL, NULL));
}

static struct driver *
js_driver(napi_env env, napi_value value) {
  struct driver *self = js_external(env, value);
  if (self == NULL) {
    fprintf(stderr, "driver: that is no function's handle\n");
    abort();
  }
  return self;
}

static tsfn_status
status_of(const char *name) {
  for (int i = 0; i < TSFN_STATUS_COUNT; i++)
    if (strcmp(name, tsfn_status_name((tsfn_status)i)) == 0)
      return (tsfn_status)i;
  fprintf(stderr, "driver: there is no status %s\n", name);
  abort();
}

/* --- writing JavaScript -------------------------------------------------- */

static napi_value
js_object(napi_env env) {
  napi_value object;
  MUST(napi_create_object(env, &object));
  return object;
}

static napi_value
js_text(napi_env env, const char *text) {
  napi_value value;
  MUST(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value));
  return value;
}

static napi_value
js_status(napi_env env, tsfn_status status) {
  return js_text(env, tsfn_status_name(status));
}

static napi_value
js_from(napi_env env, double number) {
  napi_value value;
  MUST(napi_create_double(env, number, &value));
  return value;
}

static void
js_set(napi_env env, napi_value object, const char *name, napi_value value) {
  MUST(napi_set_named_property(env, object, name, value));
}

static void
js_set_number(napi_env env, napi_value object, const char *name,
              uint64_t number) {
  js_set(env, object, name, js_from(env, (double)number));
}

#endif
