/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DELIVER_H
#define TSFN__DELIVER_H

/* One drain: what is in the queue goes to JavaScript, in one crossing where
   nothing throws.

     a record alone        -> its own crossing (lone.h)
     else, in a crossing   -> the mode takes it: several items in one call
                              else: one item after another (give.h)

   A throw ends a crossing, and the rest crosses again. When JavaScript can run
   no longer, what is left completes as cannot_run_js, and the channel is
   orphaned. */

#include "core/channel.h"

/* tsfn__channel_ops.deliver. */
void tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget);

#endif
