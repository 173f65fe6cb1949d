/* SPDX-License-Identifier: MIT */
#include "crossing/runs.h"

#include "node/exception.h"

size_t
tsfn__runs_count(const struct tsfn__giving *self) {
  struct tsfn__queue *queue = &self->outlet->channel.queue;
  size_t count = 0;
  for (;;) {
    struct tsfn__run run = tsfn__queue_peek_behind(queue, count);
    if (run.count == 0 || run.kinds[0] != TSFN__ITEM_VALUE) return count;
    size_t left = self->budget->items - count;
    if (run.count >= left) return count + left;
    count += run.count;
  }
}

struct tsfn__run
tsfn__runs_next(const struct tsfn__giving *self, size_t skip, size_t count) {
  return tsfn__queue_peek_again(&self->outlet->channel.queue, skip,
                                count - skip);
}

TSFN__OS_OUTLINE void
tsfn__runs_complete(const struct tsfn__giving *self, size_t count,
                    tsfn_completion how) {
  while (count != 0) {
    struct tsfn__run run = tsfn__runs_next(self, 0, count);
    tsfn__channel_complete(&self->outlet->channel, &run, run.count, how);
    count -= run.count;
  }
}

enum tsfn__outcome
tsfn__runs_give_first(struct tsfn__giving *self) {
  napi_value ignored;
  struct tsfn__run one = tsfn__queue_peek(&self->outlet->channel.queue);
  (void)tsfn__exception_take(self->env, &ignored);
  return tsfn__give_some(self, &one, 1);
}

enum tsfn__outcome
tsfn__runs_outcome(const struct tsfn__giving *self, napi_status status) {
  if (status == napi_ok) return TSFN__OUTCOME_DELIVERED;
  return tsfn__exception_is_pending(self->env) ? TSFN__OUTCOME_THREW
                                               : TSFN__OUTCOME_CANNOT_RUN;
}
