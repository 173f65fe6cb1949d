/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LIFE_H
#define TSFN__LIFE_H

/* A function's life as its channel tells it: wake, deliver, complete, closed,
   drained, finalize, destroy. */

#include "function/function.h"

/* Every function's channel has these. */
extern const struct tsfn__channel_ops tsfn__life_ops;

/* Loop thread. From now on the function is drained when it is woken, ended with
   its environment, and keeps the event loop alive if it wants to. */
void tsfn__life_begin(tsfn_function *self);

#endif
