/* SPDX-License-Identifier: MIT */

/* TSFN_LATEST: of the values that wait, JavaScript gets the newest, and the
   others complete as dropped. An item that is no value keeps its place in the
   order. The item budget counts only the value that is given, because dropping
   is free. */

#include "crossing/give.h"

/* A pointer and a boxed value are values too: only errors and per-call
   callbacks are given one by one. */
static bool
latest_takes(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  (void)giving;
  return run->kinds[0] != TSFN__ITEM_SPECIAL;
}

/* How many values stand first in the queue, of whatever kinds, over all runs
   that the drain has taken. */
static size_t
count_values(struct tsfn__queue *queue) {
  size_t count = 0;
  for (;;) {
    struct tsfn__run run = tsfn__queue_peek_behind(queue, count);
    if (run.count == 0 || run.kinds[0] == TSFN__ITEM_SPECIAL) return count;
    count += run.count;
  }
}

/* Completes the first `count` values as dropped. A run may be longer than what
   is to be dropped of it: the newest value can be its last. */
static void
drop_values(struct tsfn__channel *channel, size_t count) {
  while (count != 0) {
    struct tsfn__run run = tsfn__queue_peek(&channel->queue);
    if (run.count > count) run.count = count;
    tsfn__channel_complete(channel, &run, run.count, TSFN_COMPLETION_DROPPED);
    count -= run.count;
  }
}

/* At least one value stands first, since latest_takes has seen it. */
static enum tsfn__outcome
give_latest(struct tsfn__giving *giving) {
  struct tsfn__channel *channel = &giving->outlet->channel;
  drop_values(channel, count_values(&channel->queue) - 1);
  struct tsfn__run newest = tsfn__queue_peek(&channel->queue);
  return tsfn__give_some(giving, &newest, 1);
}

/* It leaves what comes during a drain to the next drain (takes_more is false):
   a value that is given now was the newest when the drain began. */
const tsfn_delivery tsfn_delivery_latest = {
    .name = "TSFN_LATEST",
    .takes = latest_takes,
    .give = give_latest,
};
