/* SPDX-License-Identifier: MIT */

/* An addon for the tests of the end: of functions, of environments, of the
   process. Several environments of one process may load it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "support/enums.h"
#include "values.h"
#include "workload.h"

/* `itemKind`; a name that there is not aborts. */
static enum item_kind
get_item_kind(napi_env env, napi_value from) {
  static const char *const names[] = {"convert", "callJs", "record",
                                      "recordText"};
  char name[16] = "convert";
  napi_value value;
  if (napi_get_named_property(env, from, "itemKind", &value) == napi_ok)
    napi_get_value_string_utf8(env, value, name, sizeof name, NULL);
  for (int i = 0; i <= ITEM_RECORD_TEXT; i++)
    if (strcmp(names[i], name) == 0) return (enum item_kind)i;
  fprintf(stderr, "teardown: there is no kind of item '%s'\n", name);
  abort();
}

static void
read_workload(napi_env env, napi_value from, struct workload *workload) {
  double wait = get_number(env, from, "wait", -1);
  napi_value on_finalize = get_function(env, from, "onFinalize");
  workload->threads = (uint32_t)get_number(env, from, "threads", 4);
  workload->limit = (uint32_t)get_number(env, from, "limit", 0);
  workload->wait = wait < 0 ? TSFN_BLOCKING : tsfn_ms((uint64_t)wait);
  workload->item_kind = get_item_kind(env, from);
  workload->sends_many = get_flag(env, from, "many");
  workload->probes = get_flag(env, from, "probes");
  if (get_flag(env, from, "joins")) workload->finalize_mode = FINALIZE_JOINS;
  if (get_flag(env, from, "waits")) workload->finalize_mode = FINALIZE_WAITS;
  if (on_finalize != NULL)
    napi_create_reference(env, on_finalize, 1, &workload->on_finalize);
}

static tsfn_options
read_options(napi_env env, napi_value from, struct workload *workload) {
  tsfn_options options = {
      .name = "teardown",
      .errors = TSFN_VALUES_ONLY,
      .delivery = enums_delivery(env, from),
      .passing = TSFN_AS_ARGUMENTS,
      .max_queue_size = (size_t)get_number(env, from, "bound", 0),
      .threads = workload->threads,
      .weak = get_flag(env, from, "weak"),
      .on_error = get_function(env, from, "onError"),
      .context = workload,
      .complete = workload_complete,
      .finalize = workload_finalize,
      .free_context = workload_free_context,
      .allocator = &workload_memory.allocator,
  };
  if (workload->item_kind == ITEM_RECORD) options.record = numbered_record();
  if (workload->item_kind == ITEM_RECORD_TEXT)
    options.record = numbered_text_record();
  if (workload->item_kind == ITEM_CALL_JS) options.call_js = workload_call_js;
  if (workload->item_kind == ITEM_CONVERT) options.convert = workload_convert;
  if (options.record == NULL) options.item_size = sizeof(numbered);
  return options;
}

/* The creating use is the loop thread's: kept, or given back at once. */
static napi_value
start_workload(napi_env env, napi_value callback, napi_value from,
               struct workload *workload) {
  tsfn_options options = read_options(env, from, workload);
  bool spawns = get_flag(env, from, "spawns");
  napi_value handle;
  options.uses = spawns ? 1 : workload->threads + 1;
  if (tsfn_create(env, callback, &options, &workload->fn) != TSFN_OK)
    return NULL;
  for (uint32_t i = 0; spawns && i < workload->threads; i++)
    if (tsfn_spawn(workload->fn, workload_run_spawned,
                   &workload->producers[i]) != TSFN_OK)
      return NULL;
  if (!spawns) workload_start_threads(workload);
  if (!get_flag(env, from, "keeps")) tsfn_release(workload->fn);
  napi_create_external(env, workload, NULL, NULL, &handle);
  return handle;
}

/* start(callback, options) -> an external that stands for a workload whose
   function is callback(producer, sequence, id); with options.promise: what
   tsfn_start answers */
static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  get_arguments(env, info, 2, arguments);
  struct workload *workload = workload_create();
  read_workload(env, arguments[1], workload);
  if (!get_flag(env, arguments[1], "promise"))
    return start_workload(env, arguments[0], arguments[1], workload);
  tsfn_options options = read_options(env, arguments[1], workload);
  return tsfn_start(env, arguments[0], &options, workload_run_started,
                    workload);
}

/* stats(workload) -> tsfn_get_stats, as far as a test wants it */
static napi_value
stats(napi_env env, napi_callback_info info) {
  napi_value argument, object;
  tsfn_stats stats;
  get_arguments(env, info, 1, &argument);
  const struct workload *self = get_pointer(env, argument);
  tsfn_get_stats(self->fn, &stats);
  napi_create_object(env, &object);
  set_number(env, object, "accepted", (double)stats.accepted);
  set_number(env, object, "queued", (double)stats.queued);
  set_number(env, object, "blocked", (double)stats.blocked);
  set_number(env, object, "uses", (double)stats.uses);
  return object;
}

/* memory() -> bytes that all functions of the process have; 0 in a debug build,
   which keeps each handle */
static napi_value
memory(napi_env env, napi_callback_info info) {
  napi_value number;
  int64_t bytes = (int64_t)atomic_load(&workload_memory.bytes);
  (void)info;
#if defined(TSFN_DEBUG)
  bytes = 0;
#endif
  napi_create_int64(env, bytes, &number);
  return number;
}

NAPI_MODULE_INIT() {
  napi_property_descriptor methods[] = {
      {"start", 0, start, 0, 0, 0, napi_default, 0},
      {"act", 0, js_act, 0, 0, 0, napi_default, 0},
      {"stats", 0, stats, 0, 0, 0, napi_default, 0},
      {"memory", 0, memory, 0, 0, 0, napi_default, 0},
      {"atEnd", 0, js_at_end, 0, 0, 0, napi_default, 0},
  };
  napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                         methods);
  return exports;
}
