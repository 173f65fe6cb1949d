/* SPDX-License-Identifier: MIT */
#ifndef TSFN__REALM_H
#define TSFN__REALM_H

/* The JavaScript of one environment: what the host can do, what interrupts it,
   and what modules above keep once for each environment. Loop thread, all of
   it. */

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

struct tsfn__realm;
struct tsfn__part;

/* What one module keeps once for each environment: a function of JavaScript
   that calls back into it, a script. A part is found by the address of its
   operations, which belong to that module alone. */
struct tsfn__part_ops {
  /* The environment ends, and JavaScript cannot run: gives back all, the part's
     memory too. */
  void (*close)(struct tsfn__part *self, napi_env env);
};

struct tsfn__part {
  const struct tsfn__part_ops *ops;
  struct tsfn__part *next;
};

/* JavaScript that runs many items in one call, and how it is told to end. */
struct tsfn__running {
  void (*stop)(struct tsfn__running *self);
};

struct tsfn__realm {
  /* Set once. */
  napi_env env;
  bool is_node;            /* not Bun or Deno: see tsfn__host_is_node */
  bool can_be_interrupted; /* another thread may end its JavaScript at any
                              moment: a worker's, or it is unknown whose */
  bool has_context_frames; /* see tsfn__host_has_context_frames */
  bool is_in_scope; /* tasks run inside of a callback scope of the host's,
                              so that the end of a crossing runs no nextTick and
                              promise callbacks */
  napi_ref process; /* with `tick`: the host's function that runs nextTick
                              and promise callbacks; or both none */
  napi_ref tick;

  bool is_gone;                  /* the cleanup hook has run */
  uint64_t uncaught;             /* uncaught exceptions so far */
  struct tsfn__running *running; /* NULL: none; see above */
  struct tsfn__part *parts;
};

/* `self` is all zero. Asks the host what it has; no exception is left. */
void tsfn__realm_open(struct tsfn__realm *self, napi_env env);

/* Has the host tell of uncaught exceptions. It keeps `self` until the process
   ends, so nothing that can fail may follow. */
void tsfn__realm_watch(struct tsfn__realm *self);

/* Closes the parts, and drops what the realm keeps. */
void tsfn__realm_close(struct tsfn__realm *self);

/* NULL: this module has no part in it yet. */
struct tsfn__part *tsfn__realm_find(const struct tsfn__realm *self,
                                    const struct tsfn__part_ops *ops);

/* The part is the realm's until it closes it. */
void tsfn__realm_add(struct tsfn__realm *self, struct tsfn__part *part);

/* A JavaScript function that calls `callback` with `data`, kept in *out. False:
   the host refused. */
bool tsfn__realm_make_function(const struct tsfn__realm *self,
                               napi_callback callback, void *data,
                               napi_ref *out);

#endif
