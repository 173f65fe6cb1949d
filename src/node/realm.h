/* SPDX-License-Identifier: MIT */
#ifndef TSFN__REALM_H
#define TSFN__REALM_H

/* The JavaScript of one environment: what the host can do, what interrupts it,
   and the parts that modules above keep once for each environment. A part is
   something that would be wasteful for each function: the trampoline, a script.

   environment.c opens and closes the realm; crossing/ and record/ read it; they
   and node/ticks.c add their parts. Loop thread, all of it. */

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

struct tsfn__realm;
struct tsfn__part;

/* What a part is, and what can be done with it: something that one module keeps
   once for each environment, as a JavaScript function that calls back into it.
   A part is found by the address of its operations, which belong to that module
   alone. */
struct tsfn__part_ops {
  size_t size; /* of the whole part, in bytes */

  /* Makes what the part keeps; all of it is zero but the head. False: the host
     refused, and an exception may be pending. */
  bool (*open)(struct tsfn__part *self, struct tsfn__realm *realm);

  /* Drops what open has made. The realm closes, or open has failed half way;
     JavaScript need not be able to run. */
  void (*close)(struct tsfn__part *self, napi_env env);
};

/* The head of a part; what follows it is known to its module only. */
struct tsfn__part {
  const struct tsfn__part_ops *ops;
  struct tsfn__part *next;
};

/* JavaScript that runs many items in one call. `stop` tells it to return after
   the item that it is at. */
struct tsfn__running {
  void (*stop)(struct tsfn__running *self);
  struct tsfn__running *outer; /* whose callback runs it; NULL: none */
};

struct tsfn__realm {
  /* Set once. */
  napi_env env;
  bool is_node; /* not Bun or Deno: see tsfn__host_is_node */

  /* Another thread may end this environment's JavaScript at any moment: it is a
     worker's, or the library cannot tell whose it is. */
  bool can_be_interrupted;

  bool has_context_frames; /* see tsfn__host_has_context_frames */
  bool ends_without_scope; /* on Deno, see tsfn__host_is_deno */

  /* Tasks run inside of a callback scope of the host's, so the end of a
     crossing runs no nextTick and promise callbacks. */
  bool is_in_scope;

  /* The host's function that runs nextTick and promise callbacks, and its
     receiver. Both NULL: this host has none. */
  napi_ref process;
  napi_ref tick;

  bool is_open;
  bool is_gone; /* the cleanup hook has begun: JavaScript cannot run */

  /* Uncaught exceptions so far, counted before they are handled. Each one
     empties the host's stack of async contexts, and stops `running` with all
     that it runs in. */
  uint64_t uncaught;
  struct tsfn__running *running; /* NULL: no such JavaScript is on the stack */
  napi_ref leave_uncaught;       /* see events.h */

  struct tsfn__part *parts; /* newest first */
};

/* Asks the host what it has, and has it tell of uncaught exceptions. `self` is
   all zero, or was closed. What a host lacks is no failure; no exception is
   left. */
void tsfn__realm_open(struct tsfn__realm *self, napi_env env);

/* Closes the parts, the newest first, and drops all that the realm keeps of
   JavaScript, whose values it may outlive; it can be opened again. Where
   is_gone says so, JavaScript is not run. */
void tsfn__realm_close(struct tsfn__realm *self);

/* Answers the part with these operations, which the realm owns. The first call
   makes it. NULL: out of memory, or its open has failed; nothing is held, and
   the next call tries again. */
struct tsfn__part *tsfn__realm_part(struct tsfn__realm *self,
                                    const struct tsfn__part_ops *ops);

/* Makes a JavaScript function that calls `callback` with `data`, and keeps it
   in *out. False: the host refused; *out is not changed. */
bool tsfn__realm_make_function(const struct tsfn__realm *self,
                               napi_callback callback, void *data,
                               napi_ref *out);

#endif
