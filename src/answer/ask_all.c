/* SPDX-License-Identifier: MIT */

/* tsfn_ask_all: many asks, and one wait for all of them. */

#include <stdint.h>
#include <stdlib.h>

#include "answer/ticket.h"
#include "function/send.h"
#include "record/record.h"

/* Asks that are started before the thread looks at what has been answered: a
   failure keeps the others from being asked, once all before it are
   answered. */
#define STARTED_AT_ONCE 64u

/* Asks that are under way together. */
struct asking {
  const tsfn_record *reply_type;
  tsfn_ticket **tickets;
  char *replies;     /* NULL: they are not wanted */
  tsfn_error *error; /* NULL: it is not wanted */
  size_t started;
  size_t heard; /* tickets before this one were answered, and had a reply */
};

/* Hears answers in order, so that a failure is told although an answer behind
   it never comes. While the thread wakes for one, the loop thread answers the
   next ones. TSFN_TIMED_OUT: one has none by the deadline. */
static tsfn_status
hear(struct asking *self, uint64_t deadline) {
  tsfn_status status = TSFN_OK;
  for (; self->heard < self->started; self->heard++) {
    void *reply = self->replies != NULL
                      ? self->replies + self->heard * self->reply_type->size
                      : NULL;
    status = tsfn__ticket_wait(self->tickets[self->heard], reply, self->error,
                               deadline);
    if (status != TSFN_OK) break;
  }
  return status;
}

/* Starts all asks, and hears meanwhile what has been answered. */
static tsfn_status
start_all(struct asking *self, tsfn_function *fn, const tsfn_record *item_type,
          const char *items, size_t count, uint64_t deadline) {
  tsfn_status status = TSFN_OK;
  while (status == TSFN_OK && self->started < count) {
    size_t left = count - self->started, accepted;
    status =
        tsfn__ticket_start(fn, item_type, self->reply_type,
                           items + self->started * item_type->size,
                           left < STARTED_AT_ONCE ? left : STARTED_AT_ONCE,
                           deadline, self->tickets + self->started, &accepted);
    self->started += accepted;
    tsfn_status heard = hear(self, TSFN__NO_WAIT);
    /* What an earlier item has heard comes before why no more was started. */
    if (heard != TSFN_OK && heard != TSFN_TIMED_OUT) status = heard;
  }
  return status;
}

static tsfn_status
ask_all(tsfn_function *fn, const tsfn_record *item_type,
        const tsfn_record *reply_type, const void *items, size_t count,
        void *replies, tsfn_error *error, uint64_t deadline) {
  struct asking asking = {
      .reply_type = reply_type, .replies = replies, .error = error};
  if (count >= SIZE_MAX / sizeof(tsfn_ticket *)) return TSFN_NO_MEMORY;
  asking.tickets = malloc((count + 1) * sizeof *asking.tickets);
  if (asking.tickets == NULL) return TSFN_NO_MEMORY;
  tsfn_status status =
      start_all(&asking, fn, item_type, items, count, deadline);
  if (status == TSFN_OK) status = hear(&asking, deadline);
  for (size_t i = 0; i < asking.started; i++)
    tsfn_ask_drop(asking.tickets[i]);
  free(asking.tickets);
  return status;
}

tsfn_status
tsfn_ask_all(tsfn_function *fn, const tsfn_record *item_type,
             const tsfn_record *reply_type, const void *items, size_t count,
             void *replies, tsfn_error *error, tsfn_wait wait) {
  uint64_t deadline = tsfn__send_deadline(wait);
  if (item_type == NULL || reply_type == NULL) return TSFN_INVALID;
  tsfn__ticket_clear(replies, count * reply_type->size, error);
  if (fn == NULL || (items == NULL && count != 0)) return TSFN_INVALID;
  tsfn_status status = tsfn__ticket_may_wait(item_type, deadline);
  if (status == TSFN_OK)
    status = ask_all(fn, item_type, reply_type, items, count, replies, error,
                     deadline);
  /* Those before the one that failed have been moved already. */
  for (size_t i = 0; status != TSFN_OK && replies != NULL && i < count; i++)
    tsfn_record_clear(reply_type, (char *)replies + i * reply_type->size);
  return status;
}
