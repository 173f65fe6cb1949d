/* SPDX-License-Identifier: MIT */
#include "driver.h"

#include <string.h>

#define LOG_MAX 20000u

/* --- the log ------------------------------------------------------------- */

void
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

/* --- making one, finding it again ---------------------------------------- */

tsfn_status
status_of(const char *name) {
  for (int i = 0; i < TSFN_STATUS_COUNT; i++)
    if (strcmp(name, tsfn_status_name((tsfn_status)i)) == 0)
      return (tsfn_status)i;
  fprintf(stderr, "driver: there is no status %s\n", name);
  abort();
}

struct driver *
driver_from(napi_env env, napi_value options) {
  struct driver *self = calloc(1, sizeof *self);
  char *status = js_string(env, options, "convertStatus");
  napi_value on_finalize = js_get(env, options, "onFinalize");
  self->loop_thread = pthread_self();
  self->convert_fails_at = js_u32(env, options, "convertFailsAt", NEVER);
  self->convert_throws = js_bool(env, options, "convertThrows");
  self->convert_status = status != NULL ? status_of(status) : TSFN_OK;
  self->convert_arguments = js_u32(env, options, "convertArguments", 0);
  self->call_js_throws_at = js_u32(env, options, "callJsThrowsAt", NEVER);
  self->call_js_reports = js_bool(env, options, "callJsReports");
  self->finalize_throws = js_bool(env, options, "finalizeThrows");
  self->prints = js_bool(env, options, "prints");
  self->logs = js_bool(env, options, "logs");
  if (on_finalize != NULL)
    MUST(napi_create_reference(env, on_finalize, 1, &self->on_finalize));
  for (int i = 0; i < (int)PRODUCERS_MAX; i++)
    self->last[i] = -1;
  pthread_mutex_init(&self->lock, NULL);
  atomic_init(&self->fail_at, js_u32(env, options, "failAt", 0));
  self->allocator.allocate = driver_allocate;
  self->allocator.release = driver_free;
  self->allocator.hint = self;
  free(status);
  return self;
}

struct driver *
driver_at(napi_env env, napi_value handle) {
  struct driver *self = js_external(env, handle);
  if (self == NULL) {
    fprintf(stderr, "driver: that is no function's handle\n");
    abort();
  }
  return self;
}
