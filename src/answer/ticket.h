/* SPDX-License-Identifier: MIT */
#ifndef TSFN__TICKET_H
#define TSFN__TICKET_H

/* One ask that is under way (tsfn/ask.h): a box of the queue (crossing/item.h)
   with a future in it, which the loop thread answers.

     any thread    start    gather; the item into the ticket; the box into the
                            queue                                      ask.c
     loop thread   give     claim, call, and answer by the value; or await it
                   settled  answer by what a promise has become
                   end      whatever became of the item: answer, if nobody has
                                                                       ticket.c
                   several tickets in one call of JavaScript           replies.c
     any thread    wait, drop                                          ask.c

   So each item ends once, by the queue's own books, and each ticket that was
   accepted is answered once: by give, by settled, or by end where neither will.
   It has a reference of the asker's, one of the queue's until `end`, and one of
   the awaiter's while it waits for a promise. The memory is malloc's, since a
   ticket may outlive its function and the author's allocator. */

#include "answer/await.h"
#include "answer/future.h"
#include "crossing/give.h"
#include "tsfn.h"

/* One allocation for tickets that were started together. */
struct tsfn__batch {
  atomic_uint left; /* tickets: the last one frees the batch */
  uint64_t words[]; /* the tickets, one behind the other */
};

/* What each ask reads comes first: a ticket goes from one processor to another
   and back. */
struct tsfn_ticket {
  struct tsfn__box box; /* first: it is cast back to this */
  struct tsfn__future future;
  const tsfn_record *item_type;
  const tsfn_record *reply_type;
  void *reply;     /* all zero until it was converted */
  bool is_claimed; /* loop thread: the asker cannot withdraw it any more */
  bool is_in_hand; /* loop thread: it is answered, or a promise will */
  bool is_taken;   /* the asker's: the reply was moved */
  struct tsfn__awaiter awaiter;
  struct tsfn__batch *batch;
  void *copies;      /* what gather has made, until it was accepted */
  tsfn_error *error; /* what was thrown; NULL: nothing, or no memory for it */
  uint64_t words[];  /* the item's slot, then the reply */
};

static inline void *
tsfn__ticket_slot(tsfn_ticket *self) {
  return self->words;
}

/* A reply of kind void is read from nothing. */
static inline bool
tsfn__ticket_has_reply(const tsfn_ticket *self) {
  return self->reply_type->fields[0].kind != TSFN_KIND_void;
}

/* Gives a reference back; the last one frees the ticket, with a reply that
   nobody has taken. Any thread. */
void tsfn__ticket_unreference(tsfn_ticket *self);

/* Frees the memory of a ticket that nobody refers to, with the last one of its
   batch. Any thread. */
void tsfn__ticket_free(tsfn_ticket *self);

/* --- ticket.c: the loop thread ------------------------------------------- */

/* Takes the right to withdraw from the asker, some time before the call; a
   second claim changes nothing. False: the asker has withdrawn the item, and
   JavaScript is not called. */
bool tsfn__ticket_claim(tsfn_ticket *self);

/* Answers, when the reply is written, or there is none. */
void tsfn__ticket_settle(tsfn_ticket *self, tsfn_status status);

/* Answers by a value that is no thenable, which it converts. False: JavaScript
   cannot run, and nothing was answered. This function and the next two leave no
   exception pending. */
bool tsfn__ticket_answer_plain(tsfn_ticket *self, napi_env env,
                               napi_value value);

/* Answers by what the callback has returned, or awaits it. JavaScript may run.
   False: it cannot. */
bool tsfn__ticket_answer(tsfn_ticket *self, struct tsfn__outlet *outlet,
                         napi_value value);

/* Answers by what was thrown. NULL: it is the pending exception, or none is
   pending and `status` is all that there is to say. False: JavaScript cannot
   run, and nothing was answered. */
bool tsfn__ticket_answer_thrown(tsfn_ticket *self, napi_env env,
                                napi_value thrown, tsfn_status status);

/* The box's operations of these names. */
enum tsfn__outcome tsfn__ticket_give(const struct tsfn__giving *giving,
                                     struct tsfn__box *box);
void tsfn__ticket_end(const struct tsfn__outlet *outlet, struct tsfn__box *box,
                      tsfn_completion how, bool is_shown);

/* --- ask.c: the thread that asks ----------------------------------------- */

/* These are below the public face: a wait is a deadline, so that what is done
   in steps takes no longer than what is done at once.

   Any thread that holds a use. As tsfn_ask_start, of arguments that are not
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
