/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LIFE_H
#define TSFN__LIFE_H

/* A function's life as its channel tells it: wake, deliver, complete, closed,
   drained, finalize, destroy. core/channel.h says which thread calls each of
   these operations, and when; what the function does then is here.

   create.c begins a life. Nothing above knows this module: a life is moved by
   calls, releases and aborts, which go through the channel. */

#include "function/function.h"

/* The operations of every function's channel. */
extern const struct tsfn__channel_ops tsfn__life_ops;

/* Loop thread, once. From now on the function is drained when it is woken, is
   ended with its environment, and keeps the event loop alive if it wants to. */
void tsfn__life_begin(tsfn_function *self);

#endif
