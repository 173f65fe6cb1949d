/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MARK_H
#define TSFN__MARK_H

/* Marks a buffer that several items share, so that postMessage and
   structuredClone refuse to transfer it. slab.c calls it. Loop thread, inside
   of a handle scope; never blocks. */

#include "node/realm.h"

/* Does nothing where the host cannot. No exception is left. */
void tsfn__mark_shared(struct tsfn__realm *realm, napi_value buffer);

#endif
