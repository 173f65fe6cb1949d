/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ARENA_H
#define TSFN__ARENA_H

/* An allocator in front of another, for memory that one thread allocates and
   another one frees soon after. malloc is slow at that: the two threads meet at
   the lock of the arena that the memory came from.

   Pieces are cut off a chunk one behind the other, and none is used again
   before the chunk is free as a whole:

     chunk   [ left | piece | piece | piece |            ]
                                            ^used

   `left` counts down. A chunk begins with PROMISED of it. Each piece that is
   released takes 1; when the chunk is full, what was promised and not given is
   taken too. So it reaches 0 once, when all pieces that were given have been
   released and none will be given any more, and whoever brings it there has the
   chunk to himself.

   Allocating never waits for another thread of ours. One thread at a time cuts.
   A thread that finds another one cutting asks the allocator behind. So do
   pieces above 8,448 bytes and the first 16: a function that is called a few
   times has no chunk.

   Any thread, several at a time, but for open and close. */

#include <stddef.h>

#include "tsfn/allocator.h"

/* Makes an arena, and answers its allocator. `base` outlives it. NULL: out of
   memory. */
const tsfn_allocator *tsfn__arena_open(const tsfn_allocator *base);

/* Frees the arena of this allocator. All pieces have been released. */
void tsfn__arena_close(const tsfn_allocator *allocator);

#endif
