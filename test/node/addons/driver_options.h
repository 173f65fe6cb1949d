/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

/* From a JavaScript object to tsfn_options, and a driver behind them. */

#include "driver_callbacks.h"

/* How its callbacks behave. */
static struct driver *
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

/* kind: 'none' (or nothing), or any of convert, call_js, record in one text */
static void
read_kind(napi_env env, napi_value options, tsfn_options *out) {
  char *kind = js_string(env, options, "kind");
  if (kind == NULL) return;
  if (strstr(kind, "convert") != NULL) out->convert = on_convert;
  if (strstr(kind, "call_js") != NULL) out->call_js = on_call_js;
  if (strstr(kind, "record") != NULL) out->record = point_record();
  free(kind);
}

/* Numbers go through as they are: what is wrong, the library shall find. */
static tsfn_options
options_from(napi_env env, napi_value options, struct driver *driver) {
  tsfn_options out = {0};
  read_kind(env, options, &out);
  out.name = js_string(env, options, "name");
  out.resource = js_get(env, options, "resource");
  out.item_size = (size_t)js_number(env, options, "itemSize", 0);
  out.max_queue_size = (size_t)js_number(env, options, "bound", 0);
  out.threads = js_u32(env, options, "threads", 0);
  out.uses = js_u32(env, options, "uses", 0);
  out.errors = (tsfn_errors)js_u32(env, options, "errors", 0);
  out.delivery = (tsfn_delivery)js_u32(env, options, "delivery", 0);
  out.microtasks = (tsfn_microtasks)js_u32(env, options, "microtasks", 0);
  out.passing = (tsfn_passing)js_u32(env, options, "passing", 0);
  out.reuse_columns = js_bool(env, options, "reuseColumns");
  out.weak = js_bool(env, options, "weak");
  out.budget_items = js_u32(env, options, "budgetItems", 0);
  out.budget_microseconds = js_u32(env, options, "budgetMicroseconds", 0);
  out.signal = js_get(env, options, "signal");
  out.on_error = js_get(env, options, "onError");
  out.context = driver;
  out.complete = on_complete;
  out.finalize = on_finalize;
  out.finalize_data = &driver->finalized;
  out.free_context = on_free_context;
  out.allocator = &driver->allocator;
  return out;
}

#endif
