/* SPDX-License-Identifier: MIT */
#ifndef TSFN__SLAB_H
#define TSFN__SLAB_H

/* The bytes of a column, handed to a script. An ArrayBuffer for each item costs
   more than all else that is done for it. So C copies the bytes of many items
   into one buffer, a slab, and the script makes a Uint8Array of it for each, or
   a Buffer.

     slots     | 3 bytes | NULL | 9,000 bytes | 10 bytes |
     buffers   [ the slab: aaa.....dddddddddd......, one of 9,000 bytes ]
     places    [ 0, 0, 3,   0, 0, -1,   1, 0, -2,   0, 8, 18 ]
                 which, from, to        -1: null, -2: the whole buffer

   Large bytes have a buffer of their own; with options.own_buffers all have. A
   slab of two items and more is marked as not to be transferred, where the host
   can. In a slab each item begins at a multiple of 8, so that any typed array
   can be laid over it, and what is between two items is zero. C does not write
   to a slab that JavaScript has seen.

   bytes.c has both functions in its operations. Loop thread, inside of a handle
   scope; never blocks. */

#include "crossing/outlet.h"
#include "record/column.h"

/* The operations of these names (views.h). */
size_t tsfn__slab_fit(const struct tsfn__column *column,
                      const struct tsfn__run *run, size_t slot_size,
                      size_t most);

napi_status tsfn__slab_fill(const struct tsfn__outlet *outlet,
                            const struct tsfn__column *column,
                            const struct tsfn__run *run, int32_t *places,
                            napi_value *buffers);

#endif
