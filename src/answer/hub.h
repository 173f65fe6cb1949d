/* SPDX-License-Identifier: MIT */
#ifndef TSFN__HUB_H
#define TSFN__HUB_H

/* The way of settled promises to their loop thread: one function for each
   environment, which all of its deferreds share, and a stack of nodes.

     any thread    push: node -> stack; whoever finds it empty calls the
                   function
     loop thread   take: all that is on the stack, by one exchange

   Each deferred has a use of the function. So the function lives as long as one
   of them is not settled, keeps the process alive so long, and ends with the
   last.

   Invariant: while the stack is not empty, somebody is bound to take it: the
   item of the function that was accepted, or the thread that found the stack
   empty and has not called yet. A call that is refused leaves that thread
   bound, and it takes the stack itself. So no node stays.

   Invariant: as many items are accepted and not run as there are of these two:
   nodes that were collected and not finished; nodes on the stack whose first
   pusher has called. An item that finds the former goes on with them, and sends
   another one if some are left; else it collects. So nodes are collected only
   behind the call of their first pusher, which has a use of its own until the
   call has returned. */

#include "core/ready.h"
#include "tsfn.h"

struct tsfn__hub;

/* What is pushed. `finish` is called once: on the loop thread, inside of a
   handle scope; or on any thread with a NULL env, where JavaScript cannot run
   any more. */
struct tsfn__hub_node {
  struct tsfn__ready_node link; /* first: it is cast back to this */
  void (*finish)(struct tsfn__hub_node *self, napi_env env);
};

/* Loop thread. Answers the environment's hub, with a use for the caller. On a
   failure an exception is pending, and nothing is held. */
tsfn_status tsfn__hub_get(napi_env env, struct tsfn__hub **out);

/* Any thread, with a use, which the node takes over: it is given back when the
   node has finished. Never blocks. */
void tsfn__hub_push(struct tsfn__hub *self, struct tsfn__hub_node *node);

/* Any thread, with a use. Whether the environment has ended, or its JavaScript
   cannot run: what is pushed will finish with a NULL env. */
bool tsfn__hub_is_closed(const struct tsfn__hub *self);

/* Gives a use back. */
void tsfn__hub_release(struct tsfn__hub *self);

#endif
