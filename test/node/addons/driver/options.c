/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <string.h>

#include "callbacks.h"
#include "support/enums.h"

/* kind: 'none' (or nothing), or any of convert, call_js, record in one text */
static void
read_kind(napi_env env, napi_value options, tsfn_options *out) {
  char *kind = js_string(env, options, "kind");
  if (kind == NULL) return;
  if (strstr(kind, "convert") != NULL) out->convert = on_convert;
  if (strstr(kind, "call_js") != NULL) out->call_js = on_call_js;
  if (strstr(kind, "record") != NULL) out->record = numbered_record();
  free(kind);
}

tsfn_options
options_from(napi_env env, napi_value options, struct driver *driver) {
  tsfn_options out = {0};
  read_kind(env, options, &out);
  out.name = js_string(env, options, "name");
  out.resource = js_get(env, options, "resource");
  out.item_size = (size_t)js_number(env, options, "itemSize", 0);
  out.stack_size = (size_t)js_number(env, options, "stackSize", 0);
  out.max_queue_size = (size_t)js_number(env, options, "bound", 0);
  out.threads = js_u32(env, options, "threads", 0);
  out.uses = js_u32(env, options, "uses", 0);
  out.errors = enums_errors(env, options);
  out.delivery = enums_delivery(env, options);
  out.microtasks = enums_microtasks(env, options);
  out.passing = enums_passing(env, options);
  out.reuse_columns = js_bool(env, options, "reuseColumns");
  out.weak = js_bool(env, options, "weak");
  out.budget_items = js_u32(env, options, "budgetItems", 0);
  out.budget_microseconds = js_u32(env, options, "budgetMicroseconds", 0);
  out.signal = js_get(env, options, "signal");
  out.on_error = js_get(env, options, "onError");
  out.context = driver;
  out.complete = on_complete;
  out.finalize = on_finalize;
  out.finalize_data = &driver->books;
  out.free_context = on_free_context;
  out.allocator = &driver->ledger.allocator;
  return out;
}
