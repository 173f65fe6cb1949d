/* SPDX-License-Identifier: MIT */

/* tsfn_ask_all: many asks, and one wait for all of them. */

#include <stdint.h>
#include <stdlib.h>

#include "answer/ticket.h"
#include "function/send.h"
#include "record/record.h"

/* In order, so that a failure is told although an answer behind it never comes.
   While the thread wakes for one, the loop thread answers the next ones. */
static tsfn_status
wait_for_all(tsfn_ticket *const *tickets, size_t count,
             const tsfn_record *reply_type, char *replies, tsfn_error *error,
             uint64_t deadline) {
  tsfn_status status = TSFN_OK;
  for (size_t i = 0; i < count && status == TSFN_OK; i++) {
    void *reply = replies != NULL ? replies + i * reply_type->size : NULL;
    status = tsfn__ticket_wait(tickets[i], reply, error, deadline);
  }
  return status;
}

static tsfn_status
ask_all(tsfn_function *fn, const tsfn_record *item_type,
        const tsfn_record *reply_type, const void *items, size_t count,
        void *replies, tsfn_error *error, uint64_t deadline) {
  size_t accepted = 0;
  if (count >= SIZE_MAX / sizeof(tsfn_ticket *)) return TSFN_NO_MEMORY;
  tsfn_ticket **tickets = malloc((count + 1) * sizeof *tickets);
  if (tickets == NULL) return TSFN_NO_MEMORY;
  tsfn_status status = tsfn__ticket_start(fn, item_type, reply_type, items,
                                          count, deadline, tickets, &accepted);
  if (status == TSFN_OK)
    status = wait_for_all(tickets, count, reply_type, replies, error, deadline);
  for (size_t i = 0; i < accepted; i++)
    tsfn_ask_drop(tickets[i]);
  free(tickets);
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
