/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_PLAN_H
#define DRIVER_PLAN_H

/* What a thread that calls a function does, and what it was answered. */

#include "latch.h"
#include "send.h"

struct plan {
  struct message message; /* of each call; sequence: of the first */
  size_t threads;
  uint32_t count;      /* items each */
  struct latch *latch; /* passed before item `latch_at`; NULL: none */
  uint32_t latch_at;
  bool persists; /* goes on with the next item, whatever the status */
  bool retries;  /* the same item, as long as the queue is full */
  bool computes; /* at the end: until tsfn_is_closing */
  tsfn_status answers[RUNS_MAX]; /* of runs, by index */
};

struct tally {
  uint64_t accepted;
  uint64_t statuses[TSFN_STATUS_COUNT];
};

/* From { threads, count, latch, latchAt, persists, retries, computes, answers,
   and all of a message's }. Never freed. Loop thread. */
struct plan *plan_from(napi_env env, napi_value options);

/* Any thread with a use: makes the plan's calls as that producer, counted from
   the message's; adds what they were answered to `out`. */
void plan_follow(const struct plan *plan, struct driver *driver,
                 uint32_t producer, struct tally *out);

#endif
