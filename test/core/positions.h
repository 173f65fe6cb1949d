/* SPDX-License-Identifier: MIT */
#ifndef TEST_CORE_POSITIONS_H
#define TEST_CORE_POSITIONS_H

/* One position of a queue at a time, in any order: what a channel never does.
   */

#include "../support/test.h"
#include "core/queue.h"

static inline void *
slot_at(struct tsfn__queue *queue, uint64_t position) {
  struct tsfn__reservation place = {position, 1};
  return tsfn__queue_slots(queue, &place).memory;
}

static inline void
publish_at(struct tsfn__queue *queue, uint64_t position, unsigned char kind) {
  struct tsfn__reservation place = {position, 1};
  tsfn__queue_publish(tsfn__queue_slots(queue, &place).kinds, kind);
}

/* Fills the short first block and begins the next, since adds and an owner need
   memory ahead. Answers how many items, all 0, that took. */
static inline uint64_t
fill_past_first(struct tsfn__queue *queue) {
  struct tsfn__reservation place;
  uint64_t count = 0;
  for (; !tsfn__blocks_is_ample(&queue->blocks); count++) {
    CHECK_EQ(tsfn__queue_reserve(queue, 1, &place), TSFN_OK);
    memset(slot_at(queue, place.position), 0, queue->blocks.slot_size);
    publish_at(queue, place.position, 1);
  }
  return count;
}

#endif
