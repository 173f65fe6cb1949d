/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RECIPE_H
#define TSFN__RECIPE_H

/* What a function is made of, checked and resolved. Whoever makes functions
   writes a recipe: tsfn_create from its options (options.c), the drop-in layer
   from the host's arguments. So neither create.c nor anything below knows
   tsfn_options, and a module with another way to make functions needs no
   option.

   A recipe is read while the function is made and opened, and may then be gone;
   `name`, the record and the allocator's hint must outlive the function. Loop
   thread, all of it; nothing blocks. */

#include <stdint.h>

#include "function/function.h"

/* The largest bound: more slots than any memory has, and far from where
   positions would overflow. 2^48 where size_t has 64 bits, 2^24 where it has
   32. */
#define TSFN__BOUND_MAX ((SIZE_MAX >> 2 * sizeof(size_t)) + 1)

struct tsfn__recipe {
  const char *name;      /* in messages, and of the async resource; not NULL */
  napi_value resource;   /* object for async_hooks; NULL: a new one */
  napi_value async_name; /* of the async resource; NULL: `name` */

  struct tsfn__shape shape;
  size_t slot_size; /* bytes; a multiple of 8, at least 8 */
  uint64_t bound;   /* items accepted and not taken; 0: no bound */
  size_t uses;      /* the caller's: 1 to TSFN__LIFECYCLE_USES_MAX */

  /* What the outlet keeps: outlet.h says what they do. convert and call_js are
     never both set, nor either of them with a record. */
  tsfn_convert convert;
  tsfn_call_js call_js;
  const tsfn_delivery *mode; /* NULL: one by one */
  tsfn_errors errors;
  tsfn_microtasks microtasks;
  tsfn_passing passing;
  bool reuses_columns;
  bool has_own_buffers;
  uint32_t budget_items;       /* of a drain; not 0 */
  uint64_t budget_nanoseconds; /* of a drain; not 0 */

  size_t stack_size; /* of the library's threads; 0: tsfn__os_thread_start's */

  bool is_weak;   /* it does not keep the event loop alive */
  bool is_lazy;   /* the last release does not close it: see lifecycle.h */
  bool keeps_env; /* finalize gets env in every ending, also where JavaScript
                     cannot run, as the host's own functions do */

  napi_value on_error; /* NULL: none */
  void (*report)(struct tsfn__outlet *outlet,
                 napi_value error); /* see outlet.h */
  void (*hand_back)(const struct tsfn__outlet *outlet, tsfn_call_js call_js,
                    void *data, tsfn_completion how); /* see outlet.h */

  /* Any thread, after the last use and after finalize: frees the handle, or
     empties it and keeps its memory. NULL: tsfn__function_free. */
  void (*dispose)(tsfn_function *self);

  /* The author's operations; each may be NULL. tsfn.h says when they run. */
  void *context;
  tsfn_complete complete;
  void (*on_close)(void *context);
  napi_finalize finalize;
  void *finalize_data;
  void (*free_context)(void *context);
};

/* Makes a function that nobody else knows yet, for `callback` (NULL: none).
   tsfn__function_open makes it known, tsfn__function_discard takes it back.
   TSFN_CANNOT_RUN_JS, TSFN_NO_MEMORY, TSFN_FAILURE: *why says what was wrong, a
   static text, and nothing is held. Throws nothing. */
tsfn_status tsfn__function_make(napi_env env, napi_value callback,
                                const struct tsfn__recipe *recipe,
                                tsfn_function **out, const char **why);

/* The function lives from now on: the loop drains it, it ends with its
   environment, and the author's operations run at its end. The recipe is the
   one that it was made from. Cannot fail. */
void tsfn__function_open(tsfn_function *self,
                         const struct tsfn__recipe *recipe);

/* Takes back a function that was not opened. None of the author's operations
   runs. */
void tsfn__function_discard(tsfn_function *self);

#endif
