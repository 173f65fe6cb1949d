/* SPDX-License-Identifier: MIT */

/* tsfn_create: from options to a function. Every failure takes back what was
   made before it, and says in an exception what was wrong. */

#include "core/memory.h"
#include "node/codec.h"
#include "node/exception.h"
#include "node/function.h"
#include "node/host.h"
#include "node/item.h"
#include "node/signal.h"

static const tsfn_options no_options;
static const struct tsfn__traits no_traits;

/* --- checks -------------------------------------------------------------- */

static bool
is_type(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == wanted;
}

static bool
is_object(napi_env env, napi_value value) {
  return is_type(env, value, napi_object) || is_type(env, value, napi_function);
}

/* NULL: sound. Else what is wrong; it may be in `buffer`. */
static const char *
check_items(const tsfn_options *options, char *buffer, size_t size) {
  int kinds = (options->record != NULL) + (options->convert != NULL) +
              (options->call_js != NULL);
  if (kinds > 1)
    return "options has more than one of record, convert and call_js";
  if (options->item_size != 0 && options->convert == NULL &&
      options->call_js == NULL)
    return "options.item_size goes with convert or call_js only";
  if (options->item_size > SIZE_MAX / 1024)
    return "options.item_size is too large";
  if (options->record == NULL) return NULL;
  return options->record->codec->check(options->record, buffer, size);
}

static const char *
check_choices(const tsfn_options *options) {
  if ((unsigned)options->errors > TSFN_VALUES_ONLY)
    return "options.errors is not one of tsfn_errors";
  if ((unsigned)options->delivery > TSFN_LATEST)
    return "options.delivery is not one of tsfn_delivery";
  if (options->record == NULL &&
      (options->delivery == TSFN_BATCH || options->delivery == TSFN_COLUMNS))
    return "options.delivery: TSFN_BATCH and TSFN_COLUMNS want options.record";
  if (options->reuse_columns && options->delivery != TSFN_COLUMNS)
    return "options.reuse_columns goes with TSFN_COLUMNS only";
  if ((unsigned)options->microtasks > TSFN_MICROTASKS_PER_CALL)
    return "options.microtasks is not one of tsfn_microtasks";
  if ((unsigned)options->passing > TSFN_AS_ARGUMENTS)
    return "options.passing is not one of tsfn_passing";
  if (options->max_queue_size > (size_t)1 << 48)
    return "options.max_queue_size is larger than any memory";
  if (options->uses > TSFN__LIFECYCLE_USES_MAX)
    return "options.uses is larger than 2^28 - 1";
  return NULL;
}

static const char *
check_values(napi_env env, napi_value callback, const tsfn_options *options) {
  if (callback == NULL && options->call_js == NULL)
    return "callback is NULL, which only options.call_js allows";
  if (callback != NULL && !is_type(env, callback, napi_function))
    return "callback is not a function";
  if (options->on_error != NULL &&
      !is_type(env, options->on_error, napi_function))
    return "options.on_error is not a function";
  if (options->resource != NULL && !is_object(env, options->resource))
    return "options.resource is not an object";
  return NULL;
}

/* --- construction -------------------------------------------------------- */

static size_t
slot_size_of(const tsfn_options *options) {
  size_t size = sizeof(uint64_t); /* a pointer, or an item without bytes */
  if (options->record != NULL) {
    size = options->record->codec->slot_size(options->record);
  } else if (options->convert != NULL || options->call_js != NULL) {
    size = options->item_size != 0 ? options->item_size
                                   : sizeof(struct tsfn__small);
  }
  if (size < sizeof(uint64_t)) size = sizeof(uint64_t);
  return (size + 7) / 8 * 8;
}

static void
copy_options(tsfn_function *self, const tsfn_options *options) {
  uint32_t microseconds = options->budget_microseconds != 0
                              ? options->budget_microseconds
                              : TSFN__BUDGET_MICROSECONDS;
  self->name = options->name != NULL ? options->name : "tsfn";
  self->record = options->record;
  self->item_size = options->item_size;
  self->is_plain = options->item_size != 0;
  if (self->record != NULL) {
    self->codec = self->record->codec;
    self->is_plain = self->codec->is_plain(self->record);
    self->item_size = self->record->size;
  }
  self->convert = options->convert;
  self->call_js = options->call_js;
  self->errors = options->errors;
  self->microtasks = options->microtasks;
  self->passing = options->passing;
  self->delivery = options->delivery;
  self->reuses_columns = options->reuse_columns;
  self->budget_items = options->budget_items;
  if (self->budget_items == 0)
    self->budget_items = options->delivery == TSFN_COLUMNS
                             ? TSFN__BUDGET_ITEMS_OF_COLUMNS
                             : TSFN__BUDGET_ITEMS;
  self->budget_nanoseconds = (uint64_t)microseconds * 1000u;
  self->context = options->context;
  self->complete = options->complete;
  atomic_init(&self->wants_hold, !options->weak);
}

static bool
make_reference(napi_env env, napi_value value, napi_ref *out) {
  return value == NULL || napi_create_reference(env, value, 1, out) == napi_ok;
}

/* What brings AsyncLocalStorage of now into each crossing. */
static bool
make_async_context(tsfn_function *self, napi_value resource, napi_value name) {
  napi_env env = self->environment->env;
  napi_value snapshot;
  if (tsfn__host_snapshot(env, &snapshot))
    return make_reference(env, snapshot, &self->snapshot);
  return (name != NULL ||
          napi_create_string_utf8(env, self->name, NAPI_AUTO_LENGTH, &name) ==
              napi_ok) &&
         napi_async_init(env, resource, name, &self->async_context) == napi_ok;
}

static bool
make_js(tsfn_function *self, napi_value callback, const tsfn_options *options,
        napi_value name) {
  napi_env env = self->environment->env;
  return make_reference(env, callback, &self->callback) &&
         make_reference(env, options->on_error, &self->on_error) &&
         make_reference(env, options->resource, &self->resource) &&
         make_async_context(self, options->resource, name);
}

/* What the function is told to run only once it is surely made. */
static void
arm(tsfn_function *self, const tsfn_options *options) {
  self->on_close = options->on_close;
  self->finalize = options->finalize;
  self->finalize_data = options->finalize_data;
  self->free_context = options->free_context;
  tsfn__environment_attach(self->environment, self);
  tsfn__function_apply_hold(self, false);
}

TSFN__OS_COLD static tsfn_status
make(struct tsfn__environment *environment, napi_value callback,
     const tsfn_options *options, const struct tsfn__traits *traits,
     tsfn_function **out, const char **why) {
  tsfn_allocator allocator =
      options->allocator != NULL ? *options->allocator : tsfn__memory_default;
  tsfn_function *self = tsfn__memory_allocate_zero(&allocator, sizeof *self);
  bool is_aborted = false;
  *why = "out of memory";
  if (self == NULL) return TSFN_NO_MEMORY;
  self->allocator = allocator;
  self->environment = environment;
  if (!tsfn__channel_init(&self->channel, &tsfn__function_ops, &self->allocator,
                          slot_size_of(options), options->max_queue_size,
                          options->uses != 0 ? options->uses : 1)) {
    tsfn__memory_release(&allocator, self, sizeof *self);
    return TSFN_NO_MEMORY;
  }
  if (traits->is_lazy) tsfn__channel_make_lazy(&self->channel);
  tsfn__environment_retain(environment);
  copy_options(self, options);
  self->report = traits->report;
  self->keeps_env = traits->keeps_env;
  tsfn_status status = TSFN_OK;
  if (!make_js(self, callback, options, traits->name)) {
    status = TSFN_FAILURE;
    *why = "the host refused a reference or an async context";
  } else if (options->signal != NULL) {
    status =
        tsfn__signal_add(self, options->signal, &self->signal, &is_aborted);
    *why = status == TSFN_INVALID ? "options.signal is not an AbortSignal"
                                  : tsfn_status_message(status);
  }
  if (status != TSFN_OK) {
    tsfn__function_release_js(self);
    tsfn__function_free(self);
    return status;
  }
  self->takes_lone = tsfn__lone_prepare(self);
  arm(self, options);
  if (is_aborted) tsfn_abort(self);
  *out = self;
  return TSFN_OK;
}

TSFN__OS_COLD tsfn_status
tsfn__function_create(napi_env env, napi_value callback,
                      const tsfn_options *options,
                      const struct tsfn__traits *traits, tsfn_function **out,
                      const char **why) {
  struct tsfn__environment *environment;
  if (traits == NULL) traits = &no_traits;
  tsfn_status status = tsfn__environment_get(env, &environment, why);
  return status != TSFN_OK
             ? status
             : make(environment, callback, options, traits, out, why);
}

TSFN__OS_COLD tsfn_status
tsfn_create(napi_env env, napi_value callback, const tsfn_options *options,
            tsfn_function **out) {
  char buffer[160];
  const char *why = NULL;
  if (out != NULL) *out = NULL;
  if (env == NULL) return TSFN_INVALID;
  if (tsfn__environment_is_foreign(env)) return TSFN_WRONG_THREAD;
  if (options == NULL) options = &no_options;
  bool is_pending;
  if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending)
    return TSFN_PENDING_EXCEPTION;
  if (out == NULL) why = "out is NULL";
  if (why == NULL) why = check_items(options, buffer, sizeof buffer);
  if (why == NULL) why = check_choices(options);
  if (why == NULL) why = check_values(env, callback, options);
  tsfn_status status = TSFN_INVALID;
  if (why == NULL)
    status = tsfn__function_create(env, callback, options, NULL, out, &why);
  if (status == TSFN_OK) return TSFN_OK;
  return tsfn__exception_throw(env, options->name, status, "%s", why);
}
