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
   orphaned: it closes, and the next drain completes what was sent since.

   Loop thread. The channel calls it in each drain, after it has taken items off
   the queue; it blocks only as long as the author's JavaScript runs. It reads
   the queue through peek and knows no handle and no use. */

#include "core/channel.h"

/* The operation tsfn__channel_ops.deliver. Completes every item that it gives,
   or that JavaScript can no longer have; leaves the rest in the queue where the
   budget is spent or the function was aborted. */
void tsfn__deliver(struct tsfn__channel *channel, struct tsfn__budget *budget);

#endif
