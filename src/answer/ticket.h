/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TICKET_H
#define TSFN__TICKET_H

/* Tickets below the public face, where a wait is a deadline, so that what is
   done in steps takes no longer than what is done at once. ask.c has them, and
   ask_all.c waits for many. */

#include "tsfn.h"

/* Any thread that holds a use. As tsfn_ask_start, of arguments that are not
   NULL; tickets that were not accepted are NULL. */
tsfn_status tsfn__ticket_start(tsfn_function *fn, const tsfn_record *item_type,
                               const tsfn_record *reply_type, const void *items,
                               size_t count, uint64_t deadline,
                               tsfn_ticket **tickets, size_t *accepted);

/* As tsfn_ask_wait, for a thread that may wait; *reply and *error are not
   written unless there is something to write. */
tsfn_status tsfn__ticket_wait(tsfn_ticket *self, void *reply, tsfn_error *error,
                              uint64_t deadline);

/* Makes what a wait writes all zero; each may be NULL. */
void tsfn__ticket_clear(void *replies, size_t size, tsfn_error *error);

/* Whether the item can be asked by a call that waits until the deadline: not
   where it owns memory, since no status could say whether that was taken, and
   not on a loop thread. */
tsfn_status tsfn__ticket_may_wait(const tsfn_record *item_type,
                                  uint64_t deadline);

#endif
