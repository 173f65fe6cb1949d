/* SPDX-License-Identifier: MIT */
#ifndef TSFN__WAKE_H
#define TSFN__WAKE_H

/* Chooses the bell of an environment: libuv's where it is known to work, the
   doorbell elsewhere. TSFN_WAKE=uv or TSFN_WAKE=doorbell in the process's
   environment forces one, for tests. loop.c calls it once for each
   environment. */

#include "node/bell.h"

/* Loop thread. Opens the bell. The caller has set `rung` and `closed`, all else
   is zero. False: no bell could be opened; nothing is held. */
bool tsfn__wake_open(struct tsfn__bell *self, napi_env env);

#endif
