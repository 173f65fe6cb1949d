/* SPDX-License-Identifier: MIT */

/* tsfn_create: checks tsfn_options and writes a recipe from them. Every failure
   throws an exception that says what was wrong. Loop thread.

   A new option needs a row in a check or a choice here, and a member of the
   recipe. A feature that is not for every function is no option but a function
   of its own, so that addons without it do not link it (ARCHITECTURE.md). */

#include "core/memory.h"
#include "function/recipe.h"
#include "function/signal.h"
#include "function/throws.h"
#include "node/exception.h"
#include "node/host.h"

/* What is read where the author gives no options: every default. */
static const tsfn_options no_options;

/* --- checks -------------------------------------------------------------- */

/* An async resource may be any object. For napi_typeof a function is not
   one. */
static bool
is_object(napi_env env, napi_value value) {
  return tsfn__host_is_type(env, value, napi_object) ||
         tsfn__host_is_type(env, value, napi_function);
}

/* The checks: each answers NULL, or what is wrong, as a static text or in
   `buffer`. They look at values only, and have no effect, so their order
   decides no more than which mistake is named. This one checks what an item is.
   Its largest size keeps a block of 8 slots from overflowing a size_t. */
static const char *
check_items(const tsfn_options *options, char *buffer, size_t size) {
  int ways = (options->record != NULL) + (options->convert != NULL) +
             (options->call_js != NULL);
  if (ways > 1)
    return "options has more than one of record, convert and call_js";
  if (options->item_size != 0 && options->convert == NULL &&
      options->call_js == NULL)
    return "options.item_size goes with convert or call_js only";
  if (options->item_size > SIZE_MAX / 1024)
    return "options.item_size is too large";
  if (options->record == NULL) return NULL;
  return options->record->codec->check(options->record, buffer, size);
}

/* Checks the enums, whose values a C caller may have made up, and the
   numbers. */
static const char *
check_choices(const tsfn_options *options) {
  const tsfn_delivery *mode = options->delivery;
  if ((unsigned)options->errors > TSFN_VALUES_ONLY)
    return "options.errors is not one of tsfn_errors";
  if (mode != NULL && mode->wants_record && options->record == NULL)
    return "options.delivery: TSFN_BATCH and TSFN_COLUMNS, packed or not, want "
           "options.record";
  if (options->reuse_columns && (mode == NULL || !mode->reuses_columns))
    return "options.reuse_columns goes with TSFN_COLUMNS only, packed or not";
  if ((unsigned)options->microtasks > TSFN_MICROTASKS_PER_CALL)
    return "options.microtasks is not one of tsfn_microtasks";
  if ((unsigned)options->passing > TSFN_AS_ARGUMENTS)
    return "options.passing is not one of tsfn_passing";
  if (options->throws != NULL && options->on_error != NULL)
    return "options.throws and options.on_error both say what a throw does";
  if (options->max_queue_size > TSFN__BOUND_MAX)
    return "options.max_queue_size is larger than any memory";
  if (options->stack_size > SIZE_MAX / 2)
    return "options.stack_size is larger than any memory";
  if (options->uses > TSFN__LIFECYCLE_USES_MAX)
    return "options.uses is larger than 2^28 - 1";
  return NULL;
}

/* Checks the values of JavaScript. options.signal is checked by signal.c, which
   must read it anyway. */
static const char *
check_javascript(napi_env env, napi_value callback,
                 const tsfn_options *options) {
  if (callback == NULL && options->call_js == NULL)
    return "callback is NULL, which only options.call_js allows";
  if (callback != NULL && !tsfn__host_is_type(env, callback, napi_function))
    return "callback is not a function";
  if (options->on_error != NULL &&
      !tsfn__host_is_type(env, options->on_error, napi_function))
    return "options.on_error is not a function";
  if (options->resource != NULL && !is_object(env, options->resource))
    return "options.resource is not an object";
  return NULL;
}

/* --- the recipe ---------------------------------------------------------- */

/* A slot holds the item, or the address of a box where the item is no value; so
   it has 8 bytes at least, and a multiple of 8, which keeps every slot
   aligned. */
static size_t
choose_slot_size(const tsfn_options *options) {
  size_t size = sizeof(uint64_t); /* a pointer, or an item without bytes */
  if (options->record != NULL)
    size = options->record->codec->slot_size(options->record);
  else if (options->convert != NULL || options->call_js != NULL)
    size = options->item_size != 0 ? options->item_size
                                   : sizeof(struct tsfn__small);
  if (size < sizeof(uint64_t)) size = sizeof(uint64_t);
  return (size + 7) / 8 * 8;
}

/* An item of a fixed size is copied as it is, and so is a plain record. An item
   of any size is not: its slot has the size in front. */
static struct tsfn__shape
choose_shape(const tsfn_options *options) {
  struct tsfn__shape shape = {.record = options->record,
                              .item_size = options->item_size,
                              .is_plain = options->item_size != 0,
                              .allocator = tsfn__memory_default};
  if (options->allocator != NULL) shape.allocator = *options->allocator;
  if (options->record == NULL) return shape;
  shape.codec = options->record->codec;
  shape.is_plain = shape.codec->is_plain(options->record);
  shape.item_size = options->record->size;
  return shape;
}

/* Without a mode of the author's, records go the way that their codec names. */
static const tsfn_delivery *
choose_mode(const tsfn_options *options) {
  if (options->delivery != TSFN_EACH) return options->delivery;
  return options->record != NULL ? options->record->codec->each : NULL;
}

/* Only a mode that the author names has a default of its own. */
static uint32_t
choose_budget_items(const tsfn_options *options) {
  const tsfn_delivery *mode = options->delivery;
  if (options->budget_items != 0) return options->budget_items;
  return mode != NULL && mode->budget_items != 0 ? mode->budget_items
                                                 : TSFN__BUDGET_ITEMS;
}

/* Resolves every option that was left 0 to its default. */
static void
write_recipe(const tsfn_options *options, struct tsfn__recipe *out) {
  uint32_t microseconds = options->budget_microseconds;
  if (microseconds == 0) microseconds = TSFN__BUDGET_MICROSECONDS;
  *out = (struct tsfn__recipe){
      .name = options->name != NULL ? options->name : "tsfn",
      .resource = options->resource,
      .shape = choose_shape(options),
      .slot_size = choose_slot_size(options),
      .bound = options->max_queue_size,
      .uses = options->uses != 0 ? options->uses : 1,
      .convert = options->convert,
      .call_js = options->call_js,
      .mode = choose_mode(options),
      .errors = options->errors,
      .microtasks = options->microtasks,
      .passing = options->passing,
      .reuses_columns = options->reuse_columns,
      .has_own_buffers = options->own_buffers,
      .budget_items = choose_budget_items(options),
      .budget_nanoseconds = (uint64_t)microseconds * 1000u,
      .is_weak = options->weak,
      .on_error = options->on_error,
      .report = options->throws != NULL ? options->throws->report : NULL,
      .context = options->context,
      .complete = options->complete,
      .on_close = options->on_close,
      .finalize = options->finalize,
      .finalize_data = options->finalize_data,
      .free_context = options->free_context,
      .stack_size = options->stack_size,
  };
}

/* --- the function -------------------------------------------------------- */

/* Makes the function from options that are sound. The signal is attached before
   the function is opened, while it can still be discarded without a trace. A
   signal that was aborted before makes a function that is closing: it is
   aborted after it was opened, so that on_close and finalize run. */
TSFN__OS_COLD static tsfn_status
create_function(napi_env env, napi_value callback, const tsfn_options *options,
                tsfn_function **out, const char **why) {
  struct tsfn__recipe recipe;
  tsfn_function *self;
  bool is_aborted = false;
  write_recipe(options, &recipe);
  tsfn_status status = tsfn__function_make(env, callback, &recipe, &self, why);
  if (status != TSFN_OK) return status;
  if (options->signal != NULL)
    status = tsfn__signal_attach(self, options->signal, &is_aborted);
  if (status != TSFN_OK) {
    *why = status == TSFN_INVALID ? "options.signal is not an AbortSignal"
                                  : tsfn_status_message(status);
    tsfn__function_discard(self);
    return status;
  }
  tsfn__function_open(self, &recipe);
  if (is_aborted) tsfn_abort(self);
  *out = self;
  return TSFN_OK;
}

/* The order of the first checks matters: an env of another thread must not be
   touched at all, not even for an exception, and a pending exception is the
   caller's, which stays. */
TSFN__OS_COLD tsfn_status
tsfn_create(napi_env env, napi_value callback, const tsfn_options *options,
            tsfn_function **out) {
  char buffer[160]; /* for the message of a record's check */
  const char *why = NULL;
  if (out != NULL) *out = NULL;
  if (env == NULL) return TSFN_INVALID;
  if (tsfn__environment_is_foreign(env)) return TSFN_WRONG_THREAD;
  if (options == NULL) options = &no_options;
  if (tsfn__exception_is_pending(env)) return TSFN_PENDING_EXCEPTION;
  if (out == NULL) why = "out is NULL";
  if (why == NULL) why = check_items(options, buffer, sizeof buffer);
  if (why == NULL) why = check_choices(options);
  if (why == NULL) why = check_javascript(env, callback, options);
  tsfn_status status = TSFN_INVALID;
  if (why == NULL) status = create_function(env, callback, options, out, &why);
  if (status == TSFN_OK) return TSFN_OK;
  return tsfn__exception_throw(env, options->name, status, "%s", why);
}
