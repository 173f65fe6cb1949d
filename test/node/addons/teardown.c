/* SPDX-License-Identifier: MIT */

/* An addon for the tests of the end: of functions, of environments, of the
   process. Several environments of one process may load it.

     start(callback, options)  a crew (crew.h) for callback(producer, sequence,
                               id). Answers an external that stands for it, or
                               with options.promise what tsfn_start answers.
     act(crew, what)           one call on the loop thread: its status by name
     stats(crew)               tsfn_get_stats as an object
     memory()                  bytes that all functions of the process have (0
                               in a debug build, which keeps each handle)
     atEnd(where, what, crew)  does `what` (as act, or 'create') when the
                               environment ends: in a cleanup 'hook', in the
                               finalizer of an 'external' or of the 'instance'
                               data; reports the status. Without a crew: to the
                               one that was started last. */

#include "crew.h"
#include "support/delivery.h"

/* --- JavaScript values --------------------------------------------------- */

static double
get_number(napi_env env, napi_value object, const char *name, double fallback) {
  napi_value value;
  double number = fallback;
  if (napi_get_named_property(env, object, name, &value) == napi_ok)
    napi_get_value_double(env, value, &number);
  return number;
}

static bool
get_flag(napi_env env, napi_value object, const char *name) {
  napi_value value;
  bool flag = false;
  if (napi_get_named_property(env, object, name, &value) == napi_ok)
    napi_get_value_bool(env, value, &flag);
  return flag;
}

static void
set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static napi_value
get_function(napi_env env, napi_value object, const char *name) {
  napi_value value;
  napi_valuetype type;
  if (napi_get_named_property(env, object, name, &value) != napi_ok ||
      napi_typeof(env, value, &type) != napi_ok || type != napi_function)
    return NULL;
  return value;
}

static napi_value
get_arguments(napi_env env, napi_callback_info info, size_t count,
              napi_value *values) {
  napi_value undefined;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  napi_get_undefined(env, &undefined);
  return undefined;
}

static struct crew *
get_crew(napi_env env, napi_value value) {
  void *crew = NULL;
  napi_get_value_external(env, value, &crew);
  return crew;
}

static napi_value
to_string(napi_env env, const char *text) {
  napi_value value = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

/* --- items --------------------------------------------------------------- */

static tsfn_status
convert(napi_env env, void *context, const void *item, tsfn_arguments *out) {
  const struct crew *crew = context;
  const struct item *one = item;
  double numbers[] = {one->producer, one->sequence, crew->id};
  for (int i = 0; i < 3; i++) {
    napi_value value;
    if (napi_create_double(env, numbers[i], &value) != napi_ok ||
        tsfn_push(out, value) != TSFN_OK)
      return TSFN_FAILURE;
  }
  return TSFN_OK;
}

/* It sees to what the callback throws, and hides from the library that the end
   of JavaScript cut the callback short. */
static void
call_js(napi_env env, napi_value callback, void *context, void *item) {
  struct crew *crew = context;
  const struct item *one = item;
  napi_value undefined, arguments[3];
  crew->shown++;
  if (env == NULL || callback == NULL) return;
  napi_get_undefined(env, &undefined);
  napi_create_double(env, one->producer, &arguments[0]);
  napi_create_double(env, one->sequence, &arguments[1]);
  napi_create_double(env, crew->id, &arguments[2]);
  if (napi_call_function(env, undefined, callback, 3, arguments, NULL) !=
      napi_ok)
    napi_get_and_clear_last_exception(env, &undefined);
}

/* --- start --------------------------------------------------------------- */

static void
read_crew(napi_env env, napi_value from, struct crew *crew) {
  double wait = get_number(env, from, "wait", -1);
  napi_value on_finalize = get_function(env, from, "onFinalize");
  crew->threads = (uint32_t)get_number(env, from, "threads", 4);
  crew->limit = (uint32_t)get_number(env, from, "limit", 0);
  crew->wait = wait < 0 ? TSFN_BLOCKING : tsfn_ms((uint64_t)wait);
  crew->item_kind = (enum item_kind)get_number(env, from, "itemKind", 0);
  crew->sends_many = get_flag(env, from, "many");
  crew->probes = get_flag(env, from, "probes");
  if (get_flag(env, from, "joins")) crew->finalize_mode = FINALIZE_JOINS;
  if (get_flag(env, from, "waits")) crew->finalize_mode = FINALIZE_WAITS;
  if (on_finalize != NULL)
    napi_create_reference(env, on_finalize, 1, &crew->on_finalize);
}

static tsfn_options
read_options(napi_env env, napi_value from, struct crew *crew) {
  tsfn_options options = {
      .name = "teardown",
      .errors = TSFN_VALUES_ONLY,
      .delivery = delivery_of((uint32_t)get_number(env, from, "delivery", 0)),
      .passing = TSFN_AS_ARGUMENTS,
      .max_queue_size = (size_t)get_number(env, from, "bound", 0),
      .threads = crew->threads,
      .weak = get_flag(env, from, "weak"),
      .on_error = get_function(env, from, "onError"),
      .context = crew,
      .complete = crew_complete,
      .finalize = crew_finalize,
      .free_context = crew_free,
      .allocator = &crew_memory.allocator,
  };
  if (crew->item_kind == ITEM_RECORD) options.record = item_record();
  if (crew->item_kind == ITEM_RECORD_TEXT) options.record = item_text_record();
  if (crew->item_kind == ITEM_CALL_JS) options.call_js = call_js;
  if (crew->item_kind == ITEM_CONVERT) options.convert = convert;
  if (options.record == NULL) options.item_size = sizeof(item);
  return options;
}

/* The creating use is the loop thread's: kept, or given back at once. */
static napi_value
start_crew(napi_env env, napi_value callback, napi_value from,
           struct crew *crew) {
  tsfn_options options = read_options(env, from, crew);
  bool spawns = get_flag(env, from, "spawns");
  napi_value handle;
  options.uses = spawns ? 1 : crew->threads + 1;
  if (tsfn_create(env, callback, &options, &crew->fn) != TSFN_OK) return NULL;
  for (uint32_t i = 0; spawns && i < crew->threads; i++)
    if (tsfn_spawn(crew->fn, crew_run_spawned, &crew->producers[i]) != TSFN_OK)
      return NULL;
  if (!spawns) crew_start_threads(crew);
  if (!get_flag(env, from, "keeps")) tsfn_release(crew->fn);
  napi_create_external(env, crew, NULL, NULL, &handle);
  return handle;
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  get_arguments(env, info, 2, arguments);
  struct crew *crew = crew_create();
  read_crew(env, arguments[1], crew);
  if (!get_flag(env, arguments[1], "promise"))
    return start_crew(env, arguments[0], arguments[1], crew);
  tsfn_options options = read_options(env, arguments[1], crew);
  return tsfn_start(env, arguments[0], &options, crew_run_started, crew);
}

/* --- calls on the loop thread -------------------------------------------- */

static tsfn_status
send(struct crew *crew, tsfn_wait wait) {
  item one = {LOOP_PRODUCER, crew->loop_sequence};
  tsfn_status status = tsfn_call(crew->fn, &one, sizeof one, wait);
  if (status == TSFN_OK) {
    crew->loop_sequence++;
    crew->accepted++;
  }
  return status;
}

static tsfn_status
run_act(struct crew *crew, const char *what) {
  tsfn_stats stats;
  if (strcmp(what, "call") == 0) return send(crew, TSFN_NONBLOCKING);
  if (strcmp(what, "callBlocking") == 0) return send(crew, TSFN_BLOCKING);
  if (strcmp(what, "acquire") == 0) return tsfn_acquire(crew->fn);
  if (strcmp(what, "release") == 0) return tsfn_release(crew->fn);
  if (strcmp(what, "abort") == 0) return tsfn_abort(crew->fn);
  if (strcmp(what, "ref") == 0) return tsfn_ref(crew->fn);
  if (strcmp(what, "unref") == 0) return tsfn_unref(crew->fn);
  if (strcmp(what, "stats") == 0) return tsfn_get_stats(crew->fn, &stats);
  return TSFN_STATUS_COUNT;
}

static napi_value
act(napi_env env, napi_callback_info info) {
  char what[32] = "";
  napi_value arguments[2];
  get_arguments(env, info, 2, arguments);
  napi_get_value_string_utf8(env, arguments[1], what, sizeof what, NULL);
  tsfn_status status = run_act(get_crew(env, arguments[0]), what);
  return to_string(env, tsfn_status_name(status));
}

static napi_value
stats(napi_env env, napi_callback_info info) {
  napi_value crew, object;
  tsfn_stats stats;
  get_arguments(env, info, 1, &crew);
  tsfn_get_stats(get_crew(env, crew)->fn, &stats);
  napi_create_object(env, &object);
  set_number(env, object, "accepted", (double)stats.accepted);
  set_number(env, object, "queued", (double)stats.queued);
  set_number(env, object, "blocked", (double)stats.blocked);
  set_number(env, object, "uses", (double)stats.uses);
  return object;
}

static napi_value
memory(napi_env env, napi_callback_info info) {
  napi_value number;
  int64_t bytes = (int64_t)atomic_load(&crew_memory.bytes);
  (void)info;
#if defined(TSFN_DEBUG)
  bytes = 0;
#endif
  napi_create_int64(env, bytes, &number);
  return number;
}

/* --- the environment's end ----------------------------------------------- */

struct late {
  napi_env env;
  struct crew *crew; /* NULL: the one that was created last */
  char where[16];
  char what[16];
};

/* No callback: a cleanup hook has no JavaScript values. */
static tsfn_status
create_late(napi_env env) {
  struct crew *crew = crew_create();
  crew->item_kind = ITEM_CALL_JS;
  tsfn_options options = {
      .name = "late",
      .item_size = sizeof(item),
      .call_js = call_js,
      .context = crew,
      .complete = crew_complete,
      .finalize = crew_finalize,
      .free_context = crew_free,
  };
  tsfn_status status = tsfn_create(env, NULL, &options, &crew->fn);
  if (status != TSFN_OK) return status;
  item one = {0, 0};
  if (tsfn_call(crew->fn, &one, sizeof one, TSFN_BLOCKING) == TSFN_OK)
    crew->accepted++;
  return tsfn_release(crew->fn);
}

static void
run_late(void *data) {
  struct late *late = data;
  tsfn_status status =
      strcmp(late->what, "create") == 0
          ? create_late(late->env)
          : run_act(late->crew != NULL ? late->crew : crew_latest, late->what);
  report("{\"event\":\"late\",\"where\":\"%s\",\"what\":\"%s\","
         "\"status\":\"%s\"}",
         late->where, late->what, tsfn_status_name(status));
  free(late);
}

static void
run_late_finalizer(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  run_late(data);
}

static napi_value
at_end(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  napi_value result = get_arguments(env, info, 3, arguments);
  struct late *late = calloc(1, sizeof *late);
  late->env = env;
  late->crew = get_crew(env, arguments[2]);
  napi_get_value_string_utf8(env, arguments[0], late->where, sizeof late->where,
                             NULL);
  napi_get_value_string_utf8(env, arguments[1], late->what, sizeof late->what,
                             NULL);
  if (strcmp(late->where, "hook") == 0)
    napi_add_env_cleanup_hook(env, run_late, late);
  else if (strcmp(late->where, "instance") == 0)
    napi_set_instance_data(env, late, run_late_finalizer, NULL);
  else
    napi_create_external(env, late, run_late_finalizer, NULL, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_property_descriptor methods[] = {
      {"start", 0, start, 0, 0, 0, napi_default, 0},
      {"act", 0, act, 0, 0, 0, napi_default, 0},
      {"stats", 0, stats, 0, 0, 0, napi_default, 0},
      {"memory", 0, memory, 0, 0, 0, napi_default, 0},
      {"atEnd", 0, at_end, 0, 0, 0, napi_default, 0},
  };
  napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                         methods);
  return exports;
}
