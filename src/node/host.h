/* SPDX-License-Identifier: MIT */
#ifndef TSFN__HOST_H
#define TSFN__HOST_H

/* What the program that loaded us is and has, asked at run time. */

#include <node_api.h>
#include <stdbool.h>

/* Loop thread. Whether JavaScript can run: not once the environment goes down,
   when env is valid to the end and most calls fail. Needs no handle scope,
   since a cleanup hook has none. */
bool tsfn__host_can_run(napi_env env);

/* Loop thread. True where uv_async_t is known to work: Node. Bun before 1.4.5
   panics in uv_async_init and Deno before 2.8 lacks functions that are needed,
   while the doorbell works on all of both; so they get that. */
bool tsfn__host_has_uv(napi_env env);

/* Loop thread. Calls `callback` with `data` at each uncaught exception, before
   it is handled. A listener for 'uncaughtExceptionMonitor', which changes
   nothing in what the process does; a host without that event never calls. */
void tsfn__host_watch_uncaught(napi_env env, napi_callback callback,
                               void *data);

/* Loop thread. A function that calls its first argument in the async context of
   now: AsyncLocalStorage.snapshot(). For the hosts, Bun and Deno, whose
   napi_make_callback loses AsyncLocalStorage whatever napi_async_init got, and
   whose napi_async_destroy (Deno's) ends the process in a cleanup hook.
   False: an async context does it (Node), or this host has no snapshot. */
bool tsfn__host_snapshot(napi_env env, napi_value *out);

/* Loop thread. The function that runs process.nextTick and promise callbacks,
   and `process` as its receiver. False: this host has none, or it is hidden.
   Bun's function of that name does nothing. */
bool tsfn__host_tick(napi_env env, napi_value *process, napi_value *tick);

/* Loop thread. Not Bun or Deno. There, nextTick and promise callbacks run when
   the loop's turn is over, and not at the end of napi_make_callback; and what
   answers tsfn__host_can_run answers yes in a worker that is being ended. */
bool tsfn__host_is_node(napi_env env);

#endif
