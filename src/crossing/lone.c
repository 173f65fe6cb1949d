/* SPDX-License-Identifier: MIT */
#include "crossing/lone.h"

#include "crossing/give.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"

/* The script that makes the pieces. It is run once for each environment;
   `ended` is an Int32Array of one element, whose memory C reads and writes. */
static const char source[] =
    "(function (ended) {\n"
    "'use strict';\n"
    "return [\n"
    "(callback, ...values) => { callback(...values); ended[0] = 1; },\n"
    "(callback, a) => { callback(a); ended[0] = 1; },\n"
    "(callback, a, b) => { callback(a, b); ended[0] = 1; },\n"
    "];\n"
    "})";

/* --- the realm's part ---------------------------------------------------- */

static enum tsfn__crossing_end cross_alone(struct tsfn__outlet *outlet,
                                           const struct tsfn__run *run,
                                           struct tsfn__budget *budget);

/* Runs the script and keeps its functions. */
TSFN__OS_COLD static bool
open_lone(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct tsfn__lone *self = (struct tsfn__lone *)part;
  napi_env env = realm->env;
  napi_value ended, pieces, piece, ignored;
  bool is_made = tsfn__host_words(env, 1, &self->ended, &ended) &&
                 tsfn__host_call_source(env, source, 1, &ended, &pieces);
  for (uint32_t i = 0; is_made && i <= TSFN__LONE_FEW; i++)
    is_made = napi_get_element(env, pieces, i, &piece) == napi_ok &&
              tsfn__reference_make(env, piece, &self->pieces[i]);
  self->cross = cross_alone;
  if (!is_made) (void)tsfn__exception_take(env, &ignored);
  return is_made;
}

TSFN__OS_COLD static void
close_lone(struct tsfn__part *part, napi_env env) {
  struct tsfn__lone *self = (struct tsfn__lone *)part;
  for (unsigned i = 0; i <= TSFN__LONE_FEW; i++)
    tsfn__reference_drop(env, &self->pieces[i]);
}

static const struct tsfn__part_ops lone_ops = {sizeof(struct tsfn__lone),
                                               open_lone, close_lone};

TSFN__OS_COLD struct tsfn__lone *
tsfn__lone_get(const struct tsfn__outlet *outlet) {
  bool may_go_alone = outlet->realm->is_node && outlet->shape.is_plain &&
                      outlet->shape.codec != NULL && outlet->callback != NULL &&
                      outlet->microtasks == TSFN_MICROTASKS_PER_DRAIN;
  return may_go_alone
             ? (struct tsfn__lone *)tsfn__realm_part(outlet->realm, &lone_ops)
             : NULL;
}

/* --- one record ---------------------------------------------------------- */

/* Puts the callback and the record's arguments into `out`, as a piece wants
   them. */
static napi_status
fill_alone(struct tsfn__outlet *outlet, void *slot, tsfn_arguments *out) {
  struct tsfn__giving giving = {.env = outlet->realm->env, .outlet = outlet};
  napi_value callback;
  napi_status status =
      napi_get_reference_value(giving.env, outlet->callback, &callback);
  if (status == napi_ok && outlet->errors == TSFN_ERROR_FIRST)
    status = napi_get_null(giving.env, &giving.null);
  if (status != napi_ok) return status;
  tsfn_push(out, callback);
  return tsfn__give_fill_record(&giving, slot, out);
}

/* Calls the piece for this number of arguments, in the outlet's async context.
   False: nothing was called, and no exception is left; *status is not written.
   `ended` is cleared before, and put back: a callback, or a tick, may run the
   event loop, and this record is then inside of another one's call. */
static bool
call_piece(struct tsfn__outlet *outlet, void *slot, napi_status *status,
           bool *has_returned) {
  napi_env env = outlet->realm->env;
  const struct tsfn__lone *self = outlet->lone;
  napi_value global, piece, ignored;
  tsfn_arguments with;
  tsfn__arguments_init(&with, &outlet->shape.allocator);
  bool has_all = fill_alone(outlet, slot, &with) == napi_ok;
  size_t values = with.count - 1; /* without the callback */
  if (values > TSFN__LONE_FEW) values = 0;
  has_all =
      has_all &&
      napi_get_reference_value(env, self->pieces[values], &piece) == napi_ok &&
      napi_get_global(env, &global) == napi_ok;
  int32_t outer = *self->ended;
  *self->ended = 0;
  if (has_all)
    *status = napi_make_callback(env, outlet->entry.async_context, global,
                                 piece, with.count, with.values, &ignored);
  else
    (void)tsfn__exception_take(env, &ignored);
  *has_returned = *self->ended != 0;
  *self->ended = outer;
  tsfn__arguments_deinit(&with);
  return has_all;
}

/* The callback has not returned where it threw, or JavaScript was ended in it.
   An exception where it has is a tick's, and the record is delivered. The
   record ends before the exception is reported, as it would by the trampoline.
   */
static enum tsfn__crossing_end
cross_alone(struct tsfn__outlet *outlet, const struct tsfn__run *run,
            struct tsfn__budget *budget) {
  napi_env env = outlet->realm->env;
  enum tsfn__crossing_end end = TSFN__CROSSING_ENDED;
  tsfn_completion how = TSFN_COMPLETION_DELIVERED;
  napi_handle_scope scope;
  napi_status status;
  bool has_returned;
  if (napi_open_handle_scope(env, &scope) != napi_ok)
    return TSFN__CROSSING_NOT_ENTERED;
  if (!call_piece(outlet, run->slots, &status, &has_returned)) {
    napi_close_handle_scope(env, scope);
    return TSFN__CROSSING_NOT_ENTERED;
  }
  if (!has_returned) {
    bool has_thrown = tsfn__exception_is_pending(env);
    end =
        has_thrown ? TSFN__CROSSING_CALLBACK_THREW : TSFN__CROSSING_CANNOT_RUN;
    how = has_thrown ? TSFN_COMPLETION_THREW : TSFN_COMPLETION_CANNOT_RUN_JS;
  }
  tsfn__channel_complete(&outlet->channel, run, 1, how);
  tsfn__budget_spend(budget);
  end = tsfn__crossing_settle(outlet, end, status);
  napi_close_handle_scope(env, scope);
  return end;
}
