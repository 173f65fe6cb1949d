/* SPDX-License-Identifier: MIT */

/* TSFN_LATEST: of the values that wait, JavaScript gets the newest, and the
   others complete as dropped. What is no value keeps its place in the order. To
   drop a value costs nothing, so the item budget counts the one that is given.
   */

#include "crossing/give.h"

static bool
latest_takes(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  (void)giving;
  return run->kinds[0] != TSFN__ITEM_SPECIAL;
}

/* The values that stand first in the queue, of whatever kinds. */
static size_t
count_values(struct tsfn__queue *queue) {
  size_t count = 0;
  for (;;) {
    struct tsfn__run run = tsfn__queue_peek_behind(queue, count);
    if (run.count == 0 || run.kinds[0] == TSFN__ITEM_SPECIAL) return count;
    count += run.count;
  }
}

static void
drop_values(struct tsfn__channel *channel, size_t count) {
  while (count != 0) {
    struct tsfn__run run = tsfn__queue_peek(&channel->queue);
    if (run.count > count) run.count = count;
    tsfn__channel_complete(channel, &run, run.count, TSFN_COMPLETION_DROPPED);
    count -= run.count;
  }
}

static enum tsfn__outcome
give_latest(struct tsfn__giving *giving) {
  struct tsfn__channel *channel = &giving->outlet->channel;
  drop_values(channel, count_values(&channel->queue) - 1);
  struct tsfn__run newest = tsfn__queue_peek(&channel->queue);
  return tsfn__give_some(giving, &newest, 1);
}

const tsfn_delivery tsfn_delivery_latest = {
    .name = "TSFN_LATEST",
    .takes = latest_takes,
    .give = give_latest,
};
