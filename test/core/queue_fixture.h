/* SPDX-License-Identifier: MIT */
#ifndef TEST_CORE_QUEUE_FIXTURE_H
#define TEST_CORE_QUEUE_FIXTURE_H

/* A queue whose memory is in a ledger: it must give all of it back. */

#include "../support/ledger.h"
#include "../support/test.h"
#include "core/queue.h"

static struct ledger ledger;

static void
setup(struct tsfn__queue *queue, size_t slot_size, uint64_t bound) {
  ledger_init(&ledger);
  CHECK(tsfn__queue_init(queue, &ledger.allocator, slot_size, bound));
}

static void
teardown(struct tsfn__queue *queue) {
  tsfn__queue_destroy(queue);
  CHECK_EQ(ledger.live, 0);
}

#endif
