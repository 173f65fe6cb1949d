/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RECIPE_H
#define TSFN__RECIPE_H

/* What a function is made of, checked and resolved. Whoever makes functions
   writes one: tsfn_create from its options, the drop-in layer from the host's
   arguments. */

#include <stdint.h>

#include "function/function.h"

/* The largest bound: more slots than any memory has. 2^48 on 64 bits, 2^24 on
   32. */
#define TSFN__BOUND_MAX ((SIZE_MAX >> 2 * sizeof(size_t)) + 1)

struct tsfn__recipe {
  const char *name;      /* in messages, and of the async resource; not NULL */
  napi_value resource;   /* object for async_hooks; NULL: a new one */
  napi_value async_name; /* of the async resource; NULL: `name` */

  struct tsfn__shape shape;
  size_t slot_size; /* a multiple of 8 */
  uint64_t bound;   /* items; 0: none */
  size_t uses;      /* the caller's, 1 to TSFN__LIFECYCLE_USES_MAX */

  tsfn_convert convert;
  tsfn_call_js call_js;
  const tsfn_delivery *mode; /* NULL: one by one */
  tsfn_errors errors;
  tsfn_microtasks microtasks;
  tsfn_passing passing;
  bool reuses_columns;
  uint32_t budget_items;
  uint64_t budget_nanoseconds;

  size_t stack_size; /* of the library's threads; 0: tsfn__os_thread_start's */

  bool is_weak;   /* does not keep the event loop alive */
  bool is_lazy;   /* the last release does not close it: see lifecycle.h */
  bool keeps_env; /* finalize gets env in every ending, as the host gives it */

  napi_value on_error;                            /* NULL: none */
  void (*report)(napi_env env, napi_value error); /* see outlet.h */
  void (*hand_back)(const struct tsfn__outlet *outlet, tsfn_call_js call_js,
                    void *data, tsfn_completion how); /* see outlet.h */

  void (*dispose)(tsfn_function *self); /* at the end; NULL: it is freed */

  void *context;
  tsfn_complete complete;
  void (*on_close)(void *context);
  napi_finalize finalize;
  void *finalize_data;
  void (*free_context)(void *context);
};

/* Loop thread. Makes a function that nobody knows yet: tsfn__function_open
   makes it known, tsfn__function_discard takes it back. On failure *why says
   what was wrong, and nothing is held. Throws nothing. */
tsfn_status tsfn__function_make(napi_env env, napi_value callback,
                                const struct tsfn__recipe *recipe,
                                tsfn_function **out, const char **why);

/* Loop thread. The function lives from now on: it ends with its environment,
   and the author's operations run at its end. Cannot fail. */
void tsfn__function_open(tsfn_function *self,
                         const struct tsfn__recipe *recipe);

/* Loop thread, for a function that was not opened. None of the author's
   operations runs. */
void tsfn__function_discard(tsfn_function *self);

#endif
