/* SPDX-License-Identifier: MIT */

/* From a recipe to a function (recipe.h). Each failure takes back what was made
   before it, so that a function is made or nothing is held. The author's
   operations are set when it is opened, not before: a discarded function must
   not call them. */

#include "core/memory.h"
#include "crossing/crossing.h"
#include "function/life.h"
#include "function/recipe.h"
#include "node/reference.h"

/* Copies into the outlet what it keeps of the recipe, but for the references,
   which can fail (make_references). */
static void
set_outlet(struct tsfn__outlet *self, const struct tsfn__recipe *recipe) {
  self->shape = recipe->shape;
  self->call_js = recipe->call_js;
  self->convert = recipe->convert;
  self->complete = recipe->complete;
  self->context = recipe->context;
  self->mode = recipe->mode;
  self->errors = recipe->errors;
  self->microtasks = recipe->microtasks;
  self->passing = recipe->passing;
  self->reuses_columns = recipe->reuses_columns;
  self->has_own_buffers = recipe->has_own_buffers;
  self->budget_items = recipe->budget_items;
  self->budget_nanoseconds = recipe->budget_nanoseconds;
  self->report = recipe->report;
  self->hand_back = recipe->hand_back;
}

/* Allocates the handle and its channel; from here on it has a reference to its
   environment. NULL: out of memory, or the system had no lock left; nothing is
   held. */
TSFN__OS_COLD static tsfn_function *
allocate_function(struct tsfn__environment *environment,
                  const struct tsfn__recipe *recipe) {
  const tsfn_allocator *allocator = &recipe->shape.allocator;
  tsfn_function *self = tsfn__memory_allocate_zero(allocator, sizeof *self);
  if (self == NULL) return NULL;
  set_outlet(&self->outlet, recipe);
  self->outlet.realm = &environment->realm;
  self->environment = environment;
  self->name = recipe->name;
  self->keeps_env = recipe->keeps_env;
  self->dispose = recipe->dispose;
  atomic_init(&self->wants_hold, !recipe->is_weak);
  struct tsfn__channel *channel = &self->outlet.channel;
  if (!tsfn__channel_init(channel, &tsfn__life_ops,
                          &self->outlet.shape.allocator, recipe->slot_size,
                          recipe->bound, recipe->uses)) {
    tsfn__memory_release(allocator, self, sizeof *self);
    return NULL;
  }
  tsfn__shape_open(&self->outlet.shape);
  if (recipe->is_lazy) tsfn__channel_make_lazy(channel);
  tsfn__environment_retain(environment);
  tsfn__environment_begin_making(environment);
  return self;
}

/* Makes all that keeps something of JavaScript alive. False: the host refused;
   what was made is given back by tsfn__function_discard, since each part may be
   absent. */
static bool
make_references(tsfn_function *self, napi_value callback,
                const struct tsfn__recipe *recipe) {
  napi_env env = self->environment->realm.env;
  struct tsfn__outlet *outlet = &self->outlet;
  outlet->crossings = tsfn__crossings_get(outlet->realm);
  return outlet->crossings != NULL &&
         tsfn__reference_make(env, callback, &outlet->callback) &&
         tsfn__reference_make(env, recipe->on_error, &outlet->on_error) &&
         tsfn__reference_make(env, recipe->resource, &self->resource) &&
         tsfn__entry_make(&outlet->entry, outlet->realm, recipe->resource,
                          recipe->async_name, recipe->name);
}

/* Refuses a function of an environment that is going down, before anything is
   allocated: its cleanup hook may have run already, and nothing would end the
   function. */
TSFN__OS_COLD tsfn_status
tsfn__function_make(napi_env env, napi_value callback,
                    const struct tsfn__recipe *recipe, tsfn_function **out,
                    const char **why) {
  struct tsfn__environment *environment;
  tsfn_status status = tsfn__environment_get(env, &environment, why);
  if (status != TSFN_OK) return status;
  tsfn_function *self = allocate_function(environment, recipe);
  *why = "out of memory";
  if (self == NULL) return TSFN_NO_MEMORY;
  *why = "the host refused a reference or an async context";
  if (!make_references(self, callback, recipe)) {
    tsfn__function_discard(self);
    return TSFN_FAILURE;
  }
  *out = self;
  return TSFN_OK;
}

/* The author's operations are set first, since from tsfn__life_begin on the end
   may come. Nothing was sent yet, so the mode may prepare what its drains
   need. */
TSFN__OS_COLD void
tsfn__function_open(tsfn_function *self, const struct tsfn__recipe *recipe) {
  const tsfn_delivery *mode = recipe->mode;
  self->on_close = recipe->on_close;
  self->finalize = recipe->finalize;
  self->finalize_data = recipe->finalize_data;
  self->free_context = recipe->free_context;
  self->stack_size = recipe->stack_size;
  if (mode != NULL && mode->open != NULL) mode->open(&self->outlet);
  tsfn__life_begin(self);
  tsfn__environment_end_making(self->environment);
}

/* The channel is not closed, for nobody has seen it: there is nothing to
   complete and nobody to tell. */
TSFN__OS_COLD void
tsfn__function_discard(tsfn_function *self) {
  tsfn__function_release_js(self);
  tsfn__environment_end_making(self->environment);
  tsfn__function_free(self);
}
