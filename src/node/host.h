/* SPDX-License-Identifier: MIT */
#ifndef TSFN__HOST_H
#define TSFN__HOST_H

/* What the program that loaded us is and has, asked at run time: one build of
   an addon runs on every version of Node, on Bun and on Deno. Nothing else in
   the library looks at versions or names of hosts, but for the words of a
   warning in dropin/report.c and the timer of bell_doorbell.c. Loop thread;
   never blocks, but for getters and methods of JavaScript that the author may
   have replaced. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The data of the JavaScript function that is being called; NULL where the host
   refuses. */
static inline void *
tsfn__host_data(napi_env env, napi_callback_info info) {
  void *data;
  return napi_get_cb_info(env, info, NULL, NULL, NULL, &data) == napi_ok ? data
                                                                         : NULL;
}

/* Whether `value` is of this type. */
bool tsfn__host_is_type(napi_env env, napi_value value, napi_valuetype wanted);

/* Answers globalThis.process. False: it is hidden, or no object; no exception
   is left. */
bool tsfn__host_process(napi_env env, napi_value *out);

/* Whether JavaScript can run. It cannot once the environment goes down: env
   stays valid to the end then, and most calls fail. False also while an
   exception is pending. Needs no handle scope, since a cleanup hook has
   none. */
bool tsfn__host_can_run(napi_env env);

/* Whether uv_async_t is known to work: on Node. Bun before 1.4.5 panics in
   uv_async_init, and Deno before 2.8 lacks functions that are needed. The
   doorbell works on every version of both. */
bool tsfn__host_has_uv(napi_env env);

/* Makes an Int32Array of `count` words, all 0, that JavaScript and C share:
   *words is its memory, for as long as the array lives. False: the host
   refused, and an exception may be pending. */
bool tsfn__host_words(napi_env env, size_t count, int32_t **words,
                      napi_value *out);

/* Evaluates `source`, a function expression, and calls that function. `result`
   NULL: it is not wanted. False: the host refused, or something threw; no
   exception is left. */
bool tsfn__host_call_source(napi_env env, const char *source, size_t count,
                            const napi_value *arguments, napi_value *result);

/* Whether the host is Deno. There a call of the host's own thread-safe function
   may be lost until the next one, no handle can be made once the environment
   ends (V8 aborts the process), and ArrayBuffer.prototype.transfer crashes for
   an external buffer. */
bool tsfn__host_is_deno(napi_env env);

/* Answers a function that calls its first argument in the async context of now:
   AsyncLocalStorage.snapshot(). Bun and Deno need it: their napi_make_callback
   loses AsyncLocalStorage whatever napi_async_init got, and Deno's
   napi_async_destroy ends the process in a cleanup hook. On Node an async
   context serves. False: this host has no snapshot. */
bool tsfn__host_snapshot(napi_env env, napi_value *out);

/* Answers the function that runs nextTick and promise callbacks,
   process._tickCallback, and `process` as its receiver. False: this host has
   none (Bun's function of that name does nothing), or the program
   hides or replaces it, or a call would print a deprecation (Node under
   --pending-deprecation). Each item then has a crossing of its own, at whose
   end the host runs them. */
bool tsfn__host_tick(napi_env env, napi_value *process, napi_value *tick);

/* Answers ArrayBuffer.prototype.transfer. False: this host has none (Node
   before 22), or it crashes in the call of it for an external buffer (Deno). */
bool tsfn__host_transfer(napi_env env, napi_value *out);

/* Whether the host is Node. On Bun and Deno nextTick and promise callbacks run
   when the loop's turn is over, not at the end of napi_make_callback, and
   tsfn__host_can_run answers true in a worker that is being ended. */
bool tsfn__host_is_node(napi_env env);

/* Answers the class AsyncResource. False: this host has none that can be asked
   for; no exception is left. */
bool tsfn__host_async_resource(napi_env env, napi_value *out);

/* Whether the host is Node from version 24 on. There a callback that calls
   AsyncLocalStorage.enterWith changes the context of the crossing itself: the
   next call in that crossing starts with its store. Older versions keep the
   store in the function's async resource, so that it stays whatever the
   crossings are. --no-async-context-frame brings that back, and is not asked
   for. */
bool tsfn__host_has_context_frames(napi_env env);

#endif
