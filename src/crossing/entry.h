/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ENTRY_H
#define TSFN__ENTRY_H

/* How one function's crossings enter JavaScript: in the async context of its
   creation, so that AsyncLocalStorage has the store it had then. On Node that
   is a napi_async_context; Bun and Deno get a snapshot of AsyncLocalStorage,
   see tsfn__host_snapshot. Loop thread. */

#include <node_api.h>
#include <stdbool.h>

#include "node/realm.h"

struct tsfn__entry {
  napi_async_context async_context; /* NULL: `snapshot` is in its place */
  napi_ref snapshot;
};

/* `resource` may be NULL: the host makes one. The async resource is called
   `name` or, where that is NULL, `text`. False: the host refused; drop gives
   back what was made. */
bool tsfn__entry_make(struct tsfn__entry *self, const struct tsfn__realm *realm,
                      napi_value resource, napi_value name, const char *text);

/* Inside a handle scope. Enters JavaScript: callback(argument), or callback()
   where `argument` is NULL. The status is the host's. */
napi_status tsfn__entry_call(const struct tsfn__entry *self, napi_env env,
                             napi_value callback, napi_value argument);

/* JavaScript need not be able to run. */
void tsfn__entry_drop(struct tsfn__entry *self, napi_env env);

#endif
