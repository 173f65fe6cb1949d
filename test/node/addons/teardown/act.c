/* SPDX-License-Identifier: MIT */
#include "act.h"

#include <stdlib.h>
#include <string.h>

#include "support/say.h"
#include "values.h"

static tsfn_status
act(struct workload *self, const char *what) {
  tsfn_stats stats;
  if (strcmp(what, "call") == 0) return workload_send(self, TSFN_NONBLOCKING);
  if (strcmp(what, "callBlocking") == 0)
    return workload_send(self, TSFN_BLOCKING);
  if (strcmp(what, "acquire") == 0) return tsfn_acquire(self->fn);
  if (strcmp(what, "release") == 0) return tsfn_release(self->fn);
  if (strcmp(what, "abort") == 0) return tsfn_abort(self->fn);
  if (strcmp(what, "ref") == 0) return tsfn_ref(self->fn);
  if (strcmp(what, "unref") == 0) return tsfn_unref(self->fn);
  if (strcmp(what, "stats") == 0) return tsfn_get_stats(self->fn, &stats);
  return TSFN_STATUS_COUNT;
}

/* act(workload, what) -> its status's name */
napi_value
js_act(napi_env env, napi_callback_info info) {
  char what[32] = "";
  napi_value arguments[2];
  get_arguments(env, info, 2, arguments);
  napi_get_value_string_utf8(env, arguments[1], what, sizeof what, NULL);
  tsfn_status status = act(get_pointer(env, arguments[0]), what);
  return to_string(env, tsfn_status_name(status));
}

/* --- the environment's end ----------------------------------------------- */

struct late {
  napi_env env;
  struct workload *workload; /* NULL: the one that was created last */
  char where[16];
  char what[16];
};

/* No callback: a cleanup hook has no JavaScript values. */
static tsfn_status
create_late(napi_env env) {
  struct workload *workload = workload_create();
  workload->item_kind = ITEM_CALL_JS;
  tsfn_options options = {
      .name = "late",
      .item_size = sizeof(numbered),
      .call_js = workload_call_js,
      .context = workload,
      .complete = workload_complete,
      .finalize = workload_finalize,
      .free_context = workload_free_context,
  };
  tsfn_status status = tsfn_create(env, NULL, &options, &workload->fn);
  if (status != TSFN_OK) return status;
  workload_send(workload, TSFN_BLOCKING);
  return tsfn_release(workload->fn);
}

static tsfn_status
act_late(const struct late *self) {
  if (strcmp(self->what, "create") == 0) return create_late(self->env);
  struct workload *workload =
      self->workload != NULL ? self->workload : workload_latest();
  return act(workload, self->what);
}

static void
run_late(void *data) {
  struct late *late = data;
  tsfn_status status = act_late(late);
  say("{\"event\":\"late\",\"where\":\"%s\",\"what\":\"%s\","
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

/* atEnd(where, what, workload): acts when the environment ends, or creates a
   function then: in a cleanup 'hook', in the finalizer of an 'external' or of
   the 'instance' data; says the status, as the event `late`. Where no workload
   is given it acts on the one that was created last. */
napi_value
js_at_end(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  napi_value result = get_arguments(env, info, 3, arguments);
  struct late *late = calloc(1, sizeof *late);
  late->env = env;
  late->workload = get_pointer(env, arguments[2]);
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
