/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include "support/threads.h"

static void
read_answers(napi_env env, napi_value options, struct plan *plan) {
  napi_value list = js_get(env, options, "answers"), element;
  uint32_t length = 0;
  if (list != NULL) MUST(napi_get_array_length(env, list, &length));
  for (uint32_t i = 0; i < length && i < RUNS_MAX; i++) {
    MUST(napi_get_element(env, list, i, &element));
    char *name = js_string_of(env, element);
    plan->answers[i] = status_of(name);
    free(name);
  }
}

struct plan *
plan_from(napi_env env, napi_value options) {
  struct plan *self = calloc(1, sizeof *self);
  self->message = message_from(env, options);
  self->threads = js_u32(env, options, "threads", 1);
  self->count = js_u32(env, options, "count", 1);
  self->latch = js_external(env, js_get(env, options, "latch"));
  self->latch_at = js_u32(env, options, "latchAt", 0);
  self->persists = js_bool(env, options, "persists");
  self->retries = js_bool(env, options, "retries");
  self->computes = js_bool(env, options, "computes");
  read_answers(env, options, self);
  return self;
}

void
plan_follow(const struct plan *plan, struct driver *driver, uint32_t producer,
            struct tally *out) {
  struct message message = plan->message;
  message.producer += producer;
  uint32_t done = 0;
  bool has_passed = plan->latch == NULL;
  while (done < plan->count) {
    size_t accepted = 0;
    if (!has_passed && done >= plan->latch_at) {
      latch_pass(plan->latch);
      has_passed = true;
    }
    message.sequence = plan->message.sequence + done;
    message.many = plan->message.many;
    if (message.many > plan->count - done) message.many = plan->count - done;
    tsfn_status status = send_message(driver, &message, &accepted);
    out->statuses[status]++;
    out->accepted += accepted;
    done += (uint32_t)accepted;
    if (status == TSFN_OK) continue;
    if (status == TSFN_QUEUE_FULL && plan->retries)
      sched_yield();
    else if (plan->persists)
      done++;
    else
      break;
  }
  if (!has_passed) latch_pass(plan->latch);
  while (plan->computes && !tsfn_is_closing(driver->fn))
    sched_yield();
}
