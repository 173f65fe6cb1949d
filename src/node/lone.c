/* SPDX-License-Identifier: MIT */
#include "node/lone.h"

#include "node/arguments.h"
#include "node/exception.h"
#include "node/function.h"
#include "node/item.h"
#include "node/turn.h"

static const char source[] =
    "(function (ended) {\n"
    "'use strict';\n"
    "return [\n"
    "(callback, ...values) => { callback(...values); ended[0] = 1; },\n"
    "(callback, a) => { callback(a); ended[0] = 1; },\n"
    "(callback, a, b) => { callback(a, b); ended[0] = 1; },\n"
    "];\n"
    "})";

static bool
make_ended(napi_env env, void **memory, napi_value *out) {
  napi_value buffer;
  return napi_create_arraybuffer(env, sizeof(uint32_t), memory, &buffer) ==
             napi_ok &&
         napi_create_typedarray(env, napi_uint32_array, 1, buffer, 0, out) ==
             napi_ok;
}

static bool
make_pieces(struct tsfn__lone *self, napi_env env, napi_value ended) {
  napi_value text, factory, pieces, piece;
  bool is_made =
      napi_create_string_utf8(env, source, sizeof source - 1, &text) ==
          napi_ok &&
      napi_run_script(env, text, &factory) == napi_ok &&
      napi_call_function(env, factory, factory, 1, &ended, &pieces) == napi_ok;
  for (uint32_t i = 0; is_made && i <= TSFN__LONE_FEW; i++)
    is_made = napi_get_element(env, pieces, i, &piece) == napi_ok &&
              napi_create_reference(env, piece, 1, &self->pieces[i]) == napi_ok;
  return is_made;
}

static void
open_lone(struct tsfn__lone *self, napi_env env) {
  void *memory;
  napi_value ended, ignored;
  if (make_ended(env, &memory, &ended) && make_pieces(self, env, ended)) {
    self->ended = memory;
  } else {
    (void)tsfn__exception_take(env, &ignored);
    tsfn__lone_close(self, env);
  }
}

TSFN__OS_COLD bool
tsfn__lone_prepare(const tsfn_function *function) {
  struct tsfn__environment *environment = function->environment;
  if (!environment->is_node || !function->is_plain || function->codec == NULL ||
      function->callback == NULL || function->delivery != TSFN_EACH ||
      function->microtasks != TSFN_MICROTASKS_PER_DRAIN)
    return false;
  if (environment->lone.ended == NULL)
    open_lone(&environment->lone, environment->env);
  return environment->lone.ended != NULL;
}

void
tsfn__lone_close(struct tsfn__lone *self, napi_env env) {
  self->ended = NULL;
  for (unsigned i = 0; i <= TSFN__LONE_FEW; i++) {
    if (self->pieces[i] != NULL) napi_delete_reference(env, self->pieces[i]);
    self->pieces[i] = NULL;
  }
}

/* Of a drain of several, one run may show a single item: at the end of a block,
   before another kind. */
bool
tsfn__lone_takes(tsfn_function *function, const struct tsfn__run *run) {
  struct tsfn__queue *queue = &function->channel.queue;
  return function->takes_lone && run->count == 1 &&
         run->kinds[0] == TSFN__ITEM_VALUE &&
         tsfn__queue_taken(queue) - tsfn__queue_consumed(queue) == 1;
}

/* The callback and its arguments. */
static napi_status
fill(tsfn_function *function, void *slot, tsfn_arguments *out) {
  struct tsfn__turns turns = {.env = function->environment->env,
                              .function = function};
  napi_status status =
      napi_get_reference_value(turns.env, function->callback, &turns.callback);
  if (status == napi_ok && function->errors == TSFN_ERROR_FIRST)
    status = napi_get_null(turns.env, &turns.null);
  if (status != napi_ok) return status;
  tsfn_push(out, turns.callback);
  return tsfn__turn_fill_record(&turns, slot, out);
}

static napi_status
enter(const tsfn_function *function, const tsfn_arguments *with,
      napi_value piece, napi_value global) {
  napi_value ignored;
  return napi_make_callback(function->environment->env, function->async_context,
                            global, piece, with->count, with->values, &ignored);
}

enum tsfn__lone_result
tsfn__lone_enter(tsfn_function *function, void *slot, napi_status *status) {
  napi_env env = function->environment->env;
  const struct tsfn__lone *self = &function->environment->lone;
  napi_value global, piece, ignored;
  tsfn_arguments arguments;
  tsfn__arguments_init(&arguments, &function->allocator);
  bool has_begun = fill(function, slot, &arguments) == napi_ok;
  size_t values = arguments.count - 1;
  if (values > TSFN__LONE_FEW) values = 0;
  has_begun =
      has_begun &&
      napi_get_reference_value(env, self->pieces[values], &piece) == napi_ok &&
      napi_get_global(env, &global) == napi_ok;
  *self->ended = 0;
  if (has_begun)
    *status = enter(function, &arguments, piece, global);
  else
    (void)tsfn__exception_take(env, &ignored);
  tsfn__arguments_deinit(&arguments);
  if (!has_begun) return TSFN__LONE_NOT_BEGUN;
  return *self->ended ? TSFN__LONE_ENDED : TSFN__LONE_IN_CALLBACK;
}
