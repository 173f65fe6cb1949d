/* SPDX-License-Identifier: MIT */

/* Callbacks of calls that a thread serves (tsfn/mailbox.h). A callback belongs
   to JavaScript, so a function is made of it, which goes to the thread in its
   place:

     loop thread    prepare   makes the functions, when the call may be posted
                    stop      the mailbox's function has closed: closes those
                              that are still there
     any thread     release   the call has ended: gives its uses back

   The arguments' struct has a napi_value for each callback, and in a message
   the address of its function is there. A function that was made so depends on
   the mailbox's: that one has a list of its dependents, and whichever of the
   two ends first takes itself out. */

#include "answer/mailbox.h"
#include "core/memory.h"
#include "function/function.h"
#include "node/exception.h"

struct dependent;

/* The attachment of the mailbox's function. */
struct dependents {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;            /* the mailbox's */
  struct dependent *first;
};

/* The attachment of a function that was made of a callback. */
struct dependent {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;
  struct dependents *dependents; /* NULL: the mailbox's function has ended */
  struct dependent *previous;
  struct dependent *next;
};

/* --- dependents ---------------------------------------------------------- */

static void
remove_dependent(struct dependent *self) {
  if (self->dependents == NULL) return;
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    self->dependents->first = self->next;
  if (self->next != NULL) self->next->previous = self->previous;
  self->dependents = NULL;
}

static void
free_dependent(struct tsfn__attachment *attachment) {
  struct dependent *self = (struct dependent *)attachment;
  remove_dependent(self);
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

static const struct tsfn__attachment_ops dependent_ops = {.free =
                                                              free_dependent};

/* A thread that asks one of them, or waits for room, keeps the mailbox's
   function from its end, so it must hear of the close. What was called before
   is delivered. The author's on_close is called in here, and no dependent can
   end meanwhile: that takes another turn of the loop. */
static void
stop_dependents(struct tsfn__attachment *attachment) {
  struct dependents *self = (struct dependents *)attachment;
  for (struct dependent *dependent = self->first; dependent != NULL;
       dependent = dependent->next)
    tsfn__channel_shut(&dependent->function->outlet.channel);
}

static void
free_dependents(struct tsfn__attachment *attachment) {
  struct dependents *self = (struct dependents *)attachment;
  while (self->first != NULL)
    remove_dependent(self->first);
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

static const struct tsfn__attachment_ops dependents_ops = {
    .stop = stop_dependents, .free = free_dependents};

/* The first call makes it. NULL: out of memory. */
static struct dependents *
get_dependents(tsfn_function *owner) {
  struct tsfn__attachment *found =
      tsfn__attachments_find(&owner->attachments, &dependents_ops);
  if (found != NULL) return (struct dependents *)found;
  struct dependents *self =
      tsfn__function_attach(owner, &dependents_ops, sizeof *self);
  if (self != NULL) self->function = owner;
  return self;
}

/* False: out of memory. */
static bool
make_dependent(tsfn_function *owner, tsfn_function *function) {
  struct dependents *dependents = get_dependents(owner);
  if (dependents == NULL) return false;
  struct dependent *self =
      tsfn__function_attach(function, &dependent_ops, sizeof *self);
  if (self == NULL) return false;
  self->function = function;
  self->dependents = dependents;
  self->next = dependents->first;
  if (dependents->first != NULL) dependents->first->previous = self;
  dependents->first = self;
  return true;
}

/* --- the functions of one call ------------------------------------------- */

/* What is done with the callback at `offset` of the arguments. */
typedef void visit(void *data, const tsfn_field *field, size_t offset);

/* Visits all callbacks, those among named arguments too, in order. */
static void
visit_callbacks(const tsfn_record *type, size_t offset, visit *visitor,
                void *data) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    if (field->kind == TSFN_KIND_record)
      visit_callbacks(field->record(), offset + field->offset, visitor, data);
    else if (field->kind == TSFN_KIND_callback)
      visitor(data, field, offset + field->offset);
  }
}

static void **
place_of(void *arguments, size_t offset) {
  return (void **)(void *)((char *)arguments + offset);
}

static void
release_one(void *arguments, const tsfn_field *field, size_t offset) {
  void **place = place_of(arguments, offset);
  (void)field;
  if (*place != NULL) (void)tsfn_release(*place);
  *place = NULL;
}

/* The message's operation, and that of a call which was not posted. */
static void
release_functions(const tsfn_record *type, void *arguments) {
  visit_callbacks(type, 0, release_one, arguments);
}

/* The options of a callback: what its kind says, and the mailbox's. */
static tsfn_options
options_of(const tsfn_mailbox *mailbox, const tsfn_export *callee,
           size_t offset) {
  tsfn_options options = *tsfn__mailbox_callbacks(mailbox);
  tsfn_options said = tsfn_export_options(callee, offset);
  options.name = said.name;
  options.record = said.record;
  options.delivery = said.delivery;
  options.errors = said.errors;
  options.passing = said.passing;
  return options;
}

/* Makes the function of one callback. False: an exception is pending. */
static bool
make_served(napi_env env, const tsfn_mailbox *mailbox,
            const tsfn_export *callee, size_t offset, napi_value callback,
            tsfn_function **out) {
  tsfn_options options = options_of(mailbox, callee, offset);
  if (tsfn_create(env, callback, &options, out) != TSFN_OK) return false;
  /* Asked now: hooks of JavaScript's have run, which may have ended it. */
  tsfn_function *owner = tsfn__mailbox_owner(mailbox);
  if (owner == NULL || make_dependent(owner, *out)) return true;
  (void)tsfn__exception_throw(env, options.name, TSFN_NO_MEMORY,
                              "out of memory");
  return false;
}

struct preparing {
  napi_env env;
  const tsfn_mailbox *mailbox;
  const tsfn_export *callee;
  char *arguments;
  bool has_failed; /* what comes behind is given up */
};

static void
prepare_one(void *data, const tsfn_field *field, size_t offset) {
  struct preparing *self = data;
  void **place = place_of(self->arguments, offset);
  napi_value callback = *place;
  tsfn_function *function = NULL;
  (void)field;
  *place = NULL;
  if (callback == NULL || self->has_failed) return;
  self->has_failed = !make_served(self->env, self->mailbox, self->callee,
                                  offset, callback, &function);
  *place = function;
}

/* The message's operation: puts a function in the place of each callback, NULL
   where an optional one was not given. False: an exception is pending, and no
   place has anything. */
static bool
prepare_functions(napi_env env, const tsfn_mailbox *mailbox, const void *data,
                  void *arguments) {
  const tsfn_export *callee = data;
  struct preparing preparing = {env, mailbox, callee, arguments, false};
  visit_callbacks(callee->arguments(), 0, prepare_one, &preparing);
  if (preparing.has_failed) release_functions(callee->arguments(), arguments);
  return !preparing.has_failed;
}

static const struct tsfn__argument_ops function_ops = {prepare_functions,
                                                       release_functions};

napi_value
tsfn_mailbox_call_export(napi_env env, tsfn_mailbox *self,
                         const tsfn_export *callee, void *arguments,
                         tsfn_serve serve) {
  if (callee == NULL)
    return tsfn__mailbox_call(env, self, NULL, arguments, NULL, serve, NULL,
                              NULL);
  return tsfn__mailbox_call(env, self, callee->arguments(), arguments,
                            callee->result(), serve, &function_ops, callee);
}
