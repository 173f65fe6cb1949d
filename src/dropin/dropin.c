/* SPDX-License-Identifier: MIT */

/* napi_*_threadsafe_function, served by function/: an addon that uses the
   host's functions runs on ours once it links this file. It only maps arguments
   and statuses; each function's contract is the host's, and docs/dropin.md says
   where ours differs. A handle of the host's type is the address of a
   tsfn_function.

   The definitions must be hidden. A reference to a visible name is bound by the
   loader, which looks into the host program first and finds the host's own; a
   reference to a hidden one is bound by the linker, here. Node-API's headers
   make these names visible through NAPI_EXTERN, whatever the compiler's flags
   are; so NAPI_EXTERN is empty in this file, and the definitions are hidden one
   by one. */

#undef NAPI_EXTERN
#define NAPI_EXTERN

#include "dropin/behind.h"

#include <node_api.h>

#include "core/memory.h"
#include "dropin/graves.h"
#include "dropin/own.h"
#include "dropin/report.h"
#include "function/recipe.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"
#include "tsfn/dropin.h"

/* Items of a drain: as many as the host takes in one turn of the loop, however
   long they take. So the budget has no time. */
#define ITEMS_IN_TURN 999u

/* Bytes of an item, a pointer, in a slot of the queue: 8 on 32 bits, too. */
#define ITEM_SIZE sizeof(uint64_t)

/* The function behind a handle; NULL for a NULL handle. */
static tsfn_function *
function_of(napi_threadsafe_function func) {
  return (tsfn_function *)(void *)func;
}

/* The host's status for one of ours. The default stands for out of memory, and
   for what the host itself has refused. */
static napi_status
status_of(tsfn_status status) {
  switch (status) {
  case TSFN_OK:
    return napi_ok;
  case TSFN_QUEUE_FULL:
    return napi_queue_full;
  case TSFN_CLOSING:
    return napi_closing;
  case TSFN_WOULD_DEADLOCK:
    return napi_would_deadlock;
  case TSFN_INVALID:
    return napi_invalid_arg;
  default:
    return napi_generic_failure;
  }
}

/* Whether the environment of the function has ended, or is about to. */
static bool
is_orphaned(const tsfn_function *function) {
  const struct tsfn__lifecycle *life = &function->outlet.channel.lifecycle;
  return tsfn__lifecycle_is_stopped(life) && !tsfn__lifecycle_is_aborted(life);
}

/* --- creation ------------------------------------------------------------ */

/* Refuses arguments as the host would. The host remembers the last status of
   each env, and node-addon-api asks it for the message. So the host is made to
   refuse something as well, in the same words: a reference to nothing is an
   invalid argument. */
static napi_status
refuse_arguments(napi_env env) {
  napi_ref ignored;
  if (env != NULL) (void)napi_create_reference(env, NULL, 1, &ignored);
  return napi_invalid_arg;
}

/* Serves as call_js for an author who gives none, as the host does: calls the
   callback without arguments. */
static void
call_without_arguments(napi_env env, napi_value callback, void *context,
                       void *data) {
  napi_value undefined;
  (void)context;
  (void)data;
  if (env == NULL || callback == NULL) return;
  if (napi_get_undefined(env, &undefined) == napi_ok)
    (void)napi_call_function(env, undefined, callback, 0, NULL, NULL);
}

/* Hands an item back that cannot be delivered any more, as the host does:
   call_js gets a live env and the callback, inside of a handle scope, and each
   call of Node-API is refused. Code that was written against the host looks at
   statuses there, not at a NULL env. After an abort the host gives neither, and
   where the end has no scope neither can be given. */
static void
hand_back(const struct tsfn__outlet *outlet, tsfn_call_js call_js, void *data,
          tsfn_completion how) {
  napi_env env = outlet->realm->env;
  napi_handle_scope scope;
  napi_value ignored;
  if (how == TSFN_COMPLETION_ABORTED || outlet->realm->ends_without_scope ||
      napi_open_handle_scope(env, &scope) != napi_ok) {
    call_js(NULL, NULL, outlet->context, data);
    return;
  }
  call_js(env, tsfn__reference_get(env, outlet->callback), outlet->context,
          data);
  (void)tsfn__exception_take(env, &ignored);
  napi_close_handle_scope(env, scope);
}

/* The status for a name, or a resource, that has no string or object: a symbol,
   for one. Node says what it had expected; Deno says that JavaScript threw. */
static napi_status
status_of_coercion(napi_status status, napi_status expected) {
  return status == napi_pending_exception ? expected : status;
}

/* Makes and opens the function. On a failure *result is not written, and
   nothing is held: the host calls no finalizer either. */
static napi_status
create_from(napi_env env, napi_value callback,
            const struct tsfn__recipe *recipe,
            napi_threadsafe_function *result) {
  tsfn_function *function;
  const char *why;
  tsfn_status status =
      tsfn__function_make(env, callback, recipe, &function, &why);
  if (status != TSFN_OK) return status_of(status);
  tsfn__function_open(function, recipe);
  *result = (napi_threadsafe_function)(void *)function;
  return napi_ok;
}

TSFN__OS_HIDDEN napi_status
napi_create_threadsafe_function(napi_env env, napi_value func,
                                napi_value async_resource,
                                napi_value async_resource_name,
                                size_t max_queue_size,
                                size_t initial_thread_count,
                                void *thread_finalize_data,
                                napi_finalize thread_finalize_cb, void *context,
                                napi_threadsafe_function_call_js call_js_cb,
                                napi_threadsafe_function *result) {
  napi_value name, resource = NULL, pending;
  /* Asked first: `env` of another thread must not be touched. */
  if (env != NULL && tsfn__environment_is_foreign(env)) return napi_invalid_arg;
  if (env == NULL || async_resource_name == NULL || result == NULL ||
      initial_thread_count == 0 ||
      initial_thread_count > TSFN__LIFECYCLE_USES_MAX)
    return refuse_arguments(env);
  if (func == NULL ? call_js_cb == NULL
                   : !tsfn__host_is_type(env, func, napi_function))
    return refuse_arguments(env);
  /* An exception that is pending already is the caller's. It is taken, because
     the calls below refuse to work beside it, and thrown again at the end. */
  bool is_pending = tsfn__exception_take(env, &pending);
  napi_status status =
      status_of_coercion(napi_coerce_to_string(env, async_resource_name, &name),
                         napi_string_expected);
  if (status == napi_ok && async_resource != NULL)
    status = status_of_coercion(
        napi_coerce_to_object(env, async_resource, &resource),
        napi_object_expected);
  if (status == napi_ok) {
    /* A function as the host has them: pointers; ticks after each item; closed
       by the loop, not by the last release; a finalizer that always gets env;
       what call_js throws is reported by the addon's version of Node-API. */
    struct tsfn__recipe recipe = {
        .name = "tsfn",
        .resource = resource,
        .async_name = name,
        .shape = {.item_size = ITEM_SIZE,
                  .is_plain = true,
                  .allocator = tsfn__memory_default},
        .slot_size = ITEM_SIZE,
        /* A bound that no memory can reach is none. */
        .bound = max_queue_size < TSFN__BOUND_MAX ? max_queue_size : 0,
        .uses = initial_thread_count,
        .call_js = call_js_cb != NULL ? call_js_cb : call_without_arguments,
        .microtasks = TSFN_MICROTASKS_PER_CALL,
        .budget_items = ITEMS_IN_TURN,
        .budget_nanoseconds = UINT64_MAX,
        .is_lazy = true,
        .keeps_env = true,
        .report = tsfn__dropin_report(),
        .hand_back = hand_back,
        .dispose = tsfn__dropin_bury,
        .context = context,
        .finalize = thread_finalize_cb,
        .finalize_data = thread_finalize_data,
    };
    status = create_from(env, func, &recipe, result);
  } else {
    napi_value ignored; /* a name that is a symbol, for one, throws */
    (void)tsfn__exception_take(env, &ignored);
  }
  if (is_pending) (void)napi_throw(env, pending);
  return status;
}

/* --- any thread ---------------------------------------------------------- */

TSFN__OS_HIDDEN napi_status
napi_get_threadsafe_function_context(napi_threadsafe_function func,
                                     void **result) {
  if (func == NULL || result == NULL) return napi_invalid_arg;
  *result = tsfn_context(function_of(func));
  return napi_ok;
}

TSFN__OS_HIDDEN napi_status
napi_call_threadsafe_function(napi_threadsafe_function func, void *data,
                              napi_threadsafe_function_call_mode is_blocking) {
  tsfn_wait wait =
      is_blocking == napi_tsfn_blocking ? TSFN_BLOCKING : TSFN_NONBLOCKING;
  tsfn_status status = tsfn_call_pointer(function_of(func), data, wait);
  if (status == TSFN_OK) return napi_ok;
  /* The host's contract: a caller that hears of the close has lost its use by
     that, and one that had none is told so. One that calls once more after its
     environment's end hears of the close again; the host aborts there. */
  if (status == TSFN_CLOSING && tsfn_release(function_of(func)) != TSFN_OK)
    return is_orphaned(function_of(func)) ? napi_closing : napi_invalid_arg;
  return status_of(status);
}

TSFN__OS_HIDDEN napi_status
napi_acquire_threadsafe_function(napi_threadsafe_function func) {
  return status_of(tsfn_acquire(function_of(func)));
}

/* An abort needs a use, as any release does; without one the host refuses it,
   and so does tsfn_release here. */
TSFN__OS_HIDDEN napi_status
napi_release_threadsafe_function(napi_threadsafe_function func,
                                 napi_threadsafe_function_release_mode mode) {
  tsfn_function *function = function_of(func);
  if (function == NULL) return napi_invalid_arg;
  if (mode == napi_tsfn_abort &&
      tsfn__lifecycle_uses(&function->outlet.channel.lifecycle) != 0)
    tsfn_abort(function);
  return status_of(tsfn_release(function));
}

/* --- loop thread --------------------------------------------------------- */

/* `env` is not needed, because the function has its own. As with the host's,
   ref and unref do not count; unlike there, they may be called on any
   thread. */
TSFN__OS_HIDDEN napi_status
napi_ref_threadsafe_function(napi_env env, napi_threadsafe_function func) {
  (void)env;
  return status_of(tsfn_ref(function_of(func)));
}

TSFN__OS_HIDDEN napi_status
napi_unref_threadsafe_function(napi_env env, napi_threadsafe_function func) {
  (void)env;
  return status_of(tsfn_unref(function_of(func)));
}

/* --- who serves ---------------------------------------------------------- */

const tsfn__dropin_address tsfn__dropin_own[] = TSFN__DROPIN_OWN;
