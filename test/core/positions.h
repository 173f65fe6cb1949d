/* SPDX-License-Identifier: MIT */
#ifndef TEST_CORE_POSITIONS_H
#define TEST_CORE_POSITIONS_H

/* One position of a queue at a time, in any order: what a channel never does.
   */

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

#endif
