/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENTRY_H
#define TSFN__ENTRY_H

/* How one function's crossings enter JavaScript: in the async context of its
   creation, so that AsyncLocalStorage has the store that it had then. On Node
   that is a napi_async_context; Bun and Deno get a snapshot of
   AsyncLocalStorage, for the reasons at tsfn__host_snapshot.

   A function makes its entry when it is created and drops it at its end;
   crossing.c enters by it. Loop thread, all of it. */

#include <node_api.h>
#include <stdbool.h>

#include "node/realm.h"

struct tsfn__entry {
  napi_async_context async_context; /* NULL: `snapshot` is in its place */
  napi_ref snapshot;
};

/* Makes the entry; `self` is all zero. `resource` is what async_hooks see,
   NULL: the host makes one. The async resource is called `name` or, where that
   is NULL, `text`. With a snapshot none of the three is used: those hosts have
   no async_hooks for native code. False: the host refused; tsfn__entry_drop
   gives back what was made. */
bool tsfn__entry_make(struct tsfn__entry *self, const struct tsfn__realm *realm,
                      napi_value resource, napi_value name, const char *text);

/* Enters JavaScript inside of an open handle scope: callback(argument), or
   callback() where `argument` is NULL. The host runs nextTick and promise
   callbacks before this returns, on Node and where no other callback scope is
   open. The status is the host's; an exception may be pending. */
napi_status tsfn__entry_call(const struct tsfn__entry *self, napi_env env,
                             napi_value callback, napi_value argument);

/* Gives the context or the snapshot back. JavaScript need not be able to
   run. */
void tsfn__entry_drop(struct tsfn__entry *self, napi_env env);

#endif
