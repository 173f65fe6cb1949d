/* SPDX-License-Identifier: MIT */
#include "driver.h"

#include <string.h>

#define LOG_MAX 20000u

/* --- the log ------------------------------------------------------------- */

void
driver_log(struct driver *self, const char *what, const numbered *item,
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
  books_init(&self->books);
  pthread_mutex_init(&self->lock, NULL);
  ledger_init(&self->ledger);
  self->ledger.tolerates = true; /* the test says what was wrong */
  driver_fail_at(self, js_u32(env, options, "failAt", 0));
  free(status);
  return self;
}

void
driver_fail_at(struct driver *self, uint32_t n) {
  ledger_fail(&self->ledger, n == 0 ? 0 : n - 1, n == 0 ? 0 : 1);
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
