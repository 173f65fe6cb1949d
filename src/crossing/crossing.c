/* SPDX-License-Identifier: MIT */
#include "crossing/crossing.h"

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "node/ticks.h"

/* A crossing on its way to the trampoline, on the stack of tsfn__crossing_run.
   `end` stays NOT_ENTERED until the body has returned. */
struct crossing {
  struct tsfn__outlet *outlet;
  tsfn__crossing_body body;
  void *data;
  enum tsfn__crossing_end end;
};

struct tsfn__crossings {
  /* First, so that the realm's part is cast back to this. */
  struct tsfn__part part;
  napi_ref trampoline;
  /* Set from just before napi_make_callback until the trampoline takes it.
     NULL: the trampoline was called by somebody else, and does nothing. */
  struct crossing *entering;
};

/* --- the realm's part ---------------------------------------------------- */

/* The JavaScript function that a crossing calls. It takes `entering` at once,
   so that a crossing which the body starts, where a callback runs the event
   loop, finds the place free. The body's exception is left pending:
   napi_make_callback passes it on to tsfn__crossing_settle. */
static napi_value
trampoline(napi_env env, napi_callback_info info) {
  struct tsfn__crossings *crossings = tsfn__host_data(env, info);
  struct crossing *crossing = crossings != NULL ? crossings->entering : NULL;
  if (crossing == NULL) return NULL;
  crossings->entering = NULL;
  bool can_run = crossing->body(env, crossing->outlet, crossing->data);
  crossing->end = tsfn__exception_is_pending(env)
                      ? TSFN__CROSSING_CALLBACK_THREW
                  : can_run ? TSFN__CROSSING_ENDED
                            : TSFN__CROSSING_CANNOT_RUN;
  return NULL;
}

TSFN__OS_COLD static bool
open_crossings(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct tsfn__crossings *self = (struct tsfn__crossings *)part;
  return tsfn__realm_make_function(realm, trampoline, self, &self->trampoline);
}

TSFN__OS_COLD static void
close_crossings(struct tsfn__part *part, napi_env env) {
  tsfn__reference_drop(env, &((struct tsfn__crossings *)part)->trampoline);
}

static const struct tsfn__part_ops crossings_ops = {
    sizeof(struct tsfn__crossings), open_crossings, close_crossings};

struct tsfn__crossings *
tsfn__crossings_get(struct tsfn__realm *realm) {
  return (struct tsfn__crossings *)tsfn__realm_part(realm, &crossings_ops);
}

/* --- one crossing -------------------------------------------------------- */

/* Gives the error to whoever wants it, outside of the crossing: to
   outlet->report, else to options->on_error in the outlet's async context, else
   to the host as an uncaughtException. What on_error throws is itself an
   uncaughtException. */
static void
report(struct tsfn__outlet *outlet, napi_value error) {
  napi_env env = outlet->realm->env;
  if (outlet->report != NULL) {
    outlet->report(outlet, error);
    return;
  }
  napi_value handler = tsfn__reference_get(env, outlet->on_error);
  if (handler != NULL) {
    (void)tsfn__entry_call(&outlet->entry, env, handler, error);
    if (!tsfn__exception_take(env, &error)) return;
  }
  tsfn__exception_hand_over(env, error);
}

/* Runs nextTick and promise callbacks after a throw, which kept the host from
   running them at the end of the crossing. A function with microtasks for each
   call promises them before its next call. A host without a tick function runs
   them at the end of the next crossing. */
static void
run_ticks(const struct tsfn__outlet *outlet) {
  struct tsfn__ticks ticks;
  if (outlet->microtasks == TSFN_MICROTASKS_PER_CALL &&
      tsfn__ticks_find(outlet->realm, &ticks))
    (void)tsfn__ticks_run(&ticks, outlet->realm->env);
}

enum tsfn__crossing_end
tsfn__crossing_settle(struct tsfn__outlet *outlet, enum tsfn__crossing_end end,
                      napi_status status) {
  napi_env env = outlet->realm->env;
  napi_value error;
  if (tsfn__exception_take(env, &error)) {
    /* Node leaves an exception where a worker is ended: nobody has thrown it.
       */
    if (!tsfn__host_can_run(env)) return TSFN__CROSSING_CANNOT_RUN;
    if (end == TSFN__CROSSING_CALLBACK_THREW) {
      report(outlet, error);
    } else {
      /* A tick's exception goes to the host even where there is an on_error:
         the host's stack of async ids still has the tick's, and only
         napi_fatal_exception takes it off. */
      tsfn__exception_hand_over(env, error);
      if (end == TSFN__CROSSING_ENDED) end = TSFN__CROSSING_TICK_THREW;
    }
    run_ticks(outlet);
    return end;
  }
  return status == napi_ok || end == TSFN__CROSSING_NOT_ENTERED
             ? end
             : TSFN__CROSSING_CANNOT_RUN;
}

/* Enters JavaScript for the crossing. `entering` is cleared afterwards as well:
   where the host refused, the trampoline has not taken it, and the address is
   one on a stack that is about to end. The status is the host's. */
static napi_status
enter_trampoline(struct crossing *crossing) {
  struct tsfn__outlet *outlet = crossing->outlet;
  napi_env env = outlet->realm->env;
  napi_value function;
  napi_status status =
      napi_get_reference_value(env, outlet->crossings->trampoline, &function);
  if (status != napi_ok) return status;
  outlet->crossings->entering = crossing;
  status = tsfn__entry_call(&outlet->entry, env, function, NULL);
  outlet->crossings->entering = NULL;
  return status;
}

enum tsfn__crossing_end
tsfn__crossing_run(struct tsfn__outlet *outlet, tsfn__crossing_body body,
                   void *data) {
  napi_env env = outlet->realm->env;
  napi_handle_scope scope;
  struct crossing crossing = {outlet, body, data, TSFN__CROSSING_NOT_ENTERED};
  if (outlet->realm->is_gone) return TSFN__CROSSING_NOT_ENTERED;
  if (napi_open_handle_scope(env, &scope) != napi_ok)
    return TSFN__CROSSING_NOT_ENTERED;
  napi_status status = enter_trampoline(&crossing);
  enum tsfn__crossing_end end =
      tsfn__crossing_settle(outlet, crossing.end, status);
  napi_close_handle_scope(env, scope);
  return end;
}
