/* SPDX-License-Identifier: MIT */
#ifndef TSFN__WAKE_H
#define TSFN__WAKE_H

/* Chooses the bell of an environment: libuv's where it is known to work, the
   doorbell elsewhere. TSFN_WAKE=uv or TSFN_WAKE=doorbell in the process's
   environment forces one, for tests. */

#include "node/bell.h"

/* Loop thread. The caller has set `rung` and `closed`. False: no bell could be
   opened; nothing is held. */
bool tsfn__wake_open(struct tsfn__bell *self, napi_env env);

#endif
