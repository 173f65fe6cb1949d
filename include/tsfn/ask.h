/* SPDX-License-Identifier: MIT */
#ifndef TSFN_ASK_H
#define TSFN_ASK_H

/* JavaScript's answer, on the thread that has asked.

     #define PAIR(FIELD) FIELD(string, left) FIELD(string, right)
     TSFN_RECORD(pair, PAIR)
     TSFN_ASK(pair, i32)

   declares, for functions whose record is pair_record():

     typedef int32_t pair_reply;
     void        pair_reply_clear(pair_reply *);
     tsfn_status pair_ask(tsfn_function *, const pair *, pair_reply *reply,
                          tsfn_error *, tsfn_wait);
     tsfn_status pair_ask_all(tsfn_function *, const pair *, size_t count,
                              pair_reply *replies, tsfn_error *, tsfn_wait);
     tsfn_status pair_ask_start(tsfn_function *, const pair *, tsfn_wait room,
                                tsfn_ticket **);
     tsfn_status pair_ask_many(tsfn_function *, const pair *, size_t count,
                               tsfn_wait room, tsfn_ticket **,
                               size_t *accepted);
     tsfn_status pair_ask_wait(tsfn_ticket *, pair_reply *reply, tsfn_error *,
                               tsfn_wait);
     void        tsfn_ask_drop(tsfn_ticket *);

   pair_ask calls the function with the item, as pair_call does, and waits for
   what the callback returns:

     pair_reply order;
     status = pair_ask(fn, &item, &order, &error, tsfn_ms(1000));

   An answer takes a wake of the loop and one of the thread. A thread that has
   many questions asks them together, which takes these two for all of them:
   pair_ask_all returns when all are answered.

   pair_ask_start does not wait. It answers a ticket, which pair_ask_wait waits
   for, and which the thread drops in the end, whatever it has heard: so it may
   have any number of answers under way, and give up any of them. pair_ask_many
   does the same for many items, which go into the queue in runs:

     status = pair_ask_many(fn, items, 3, TSFN_BLOCKING, tickets, NULL);
     for (size_t i = 0; i < 3; i++) {
       if (status == TSFN_OK)
         status = pair_ask_wait(tickets[i], &orders[i], &error, TSFN_BLOCKING);
       tsfn_ask_drop(tickets[i]);         NULL where the item was not accepted
     }

   `room` is how long it waits for room in the queue, `wait` how long for the
   answer, and for both in pair_ask and pair_ask_all.

   TSFN_ASK_AS(NAME, pair, KIND) declares the same by another name, NAME_ask and
   so on: for a record that is asked for replies of several kinds.

   The reply is of any kind that a record's field can have (record.h), or void:
   then the ask waits until the callback has returned, and what it returned has
   settled if that is a promise; there is no reply to read (NULL). It is
   converted as by x_from, strictly. Where it is a thenable (it has a method
   `then`), the reply is what that is fulfilled with. What the reply points to,
   and memory of kind owned, is copied, and the thread's until pair_reply_clear,
   which needs no use.

   A callback that is an argument of an exported function (export.h) says by the
   word asked(pair), with the name of the TSFN_ASK, that it will be asked, so
   that its TypeScript type has the reply.

   Asks and calls share one queue, and keep one order. The callback's arguments
   are those of a call of one record; an error of an ask is the thread's, so the
   place for it is null, and a function that is only asked is better made
   values-only. Asks of a function with TSFN_BATCH, TSFN_COLUMNS or
   TSFN_PACKED_COLUMNS are refused, since its callback takes many. An ask that
   was answered has been delivered (tsfn_completion), also where the callback
   threw: the thread that asked hears of that, and so it is no
   uncaughtException. What was thrown arrives as three texts, and by
   tsfn_reject_error (deferred.h) it rejects a promise.

   An ask ends once, and nobody waits for ever:

     TSFN_OK         the reply is there
     TSFN_THREW      the callback threw, its promise was rejected, its reply is
                     not of its kind, or the arguments could not be made:
                     tsfn_error says which
     TSFN_CLOSING    the function was aborted, its environment has ended, or its
                     JavaScript cannot run any more; or it was closed by the
                     last release while a promise was pending
     TSFN_TIMED_OUT  there is no reply within `wait`, or no room within `room`

   and TSFN_QUEUE_FULL, TSFN_WRONG_TYPE, TSFN_INVALID and TSFN_NO_MEMORY, where
   nothing was asked, as for a call; TSFN_INVALID also for a delivery that is
   refused, TSFN_NO_MEMORY also of a wait where the system has no condition
   variable left.

   A promise that never settles is waited for as long as `wait` says, and by
   TSFN_BLOCKING until the function is closed. What a thread hears is its own:
   options.throws says nothing of it, and an Error that it rejects a promise
   with is a new one, of those three texts.

   x_ask_all hears answers in the order of the items. A failure keeps what was
   not started from being asked, once the items before it are answered; up to 64
   are started at once, and what stands in the queue may still be asked.

   Where many asks stand in the queue, JavaScript is entered once for up to 256
   of them. The answer to one may then come up to 7 calls of the callback later
   than its own, however long these take, which counts for `wait`, too; and one
   that is dropped up to 7 calls before its turn may still be called for, also
   where an uncaught exception comes in between. So a callback must not wait,
   without returning, for a thread that waits for an answer.

   The end of another function is not heard: a thread that belongs to that one
   has its options.on_close abort this one (docs/pitfalls.md, "A job with two
   functions").

   A thread of JavaScript must not wait for JavaScript: on the loop thread of
   any environment that this copy of the library knows, pair_ask, and
   pair_ask_wait of a ticket without an answer, answer TSFN_WOULD_DEADLOCK at
   once, unless `wait` is zero. Tickets may be started there by
   TSFN_NONBLOCKING, and looked at so. */

#include "error.h"
#include "record.h"
#include "wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One ask that is under way. */
typedef struct tsfn_ticket tsfn_ticket;

/* What a TSFN_ASK declares. Static and constant: any thread may read it. */
typedef struct tsfn_ask_type {
  const tsfn_record *(*reply)(void); /* of one field, `reply` */
} tsfn_ask_type;

/* The functions below are what those of TSFN_ASK call. */

/* Any thread that holds a use. Starts one ask for each of `count` items.
   tickets[i] is the ticket of item i, NULL where it was not accepted;
   *accepted (may be NULL) is how many were, a prefix, on every status. Blocks
   only for room, as long as `room` says; TSFN_OK: all were accepted. The items
   are copied as by x_call. A ticket needs no use of the function. Up to 32
   tickets share an allocation, of 16 KiB at the most or one ticket, which is
   freed when the last of them was dropped and has ended. */
tsfn_status tsfn_ask_start(tsfn_function *fn, const tsfn_record *item_type,
                           const tsfn_record *reply_type, const void *items,
                           size_t count, tsfn_wait room, tsfn_ticket **tickets,
                           size_t *accepted);

/* Any thread, one at a time for a ticket. Waits for the answer, and moves the
   reply to *reply, which is all zero on any status but TSFN_OK. `reply` NULL:
   the reply stays with the ticket, and is freed with it. `error` NULL: it is
   not wanted; on any status but TSFN_THREW its texts are empty. After
   TSFN_TIMED_OUT the thread may wait again. After TSFN_OK that has moved a
   reply another wait for it answers TSFN_INVALID. */
tsfn_status tsfn_ask_wait(tsfn_ticket *ticket, const tsfn_record *reply_type,
                          void *reply, tsfn_error *error, tsfn_wait wait);

/* Any thread, once for each ticket; never blocks. Lets the ticket go, answered
   or not; NULL is fine. An item whose turn has not come is withdrawn:
   JavaScript is not called for it, and it completes as withdrawn. A later
   answer is freed. */
void tsfn_ask_drop(tsfn_ticket *ticket);

/* The three in one, with one deadline for room and answer. TSFN_INVALID also
   for a record that owns memory, since no status could say whether it was
   taken: tsfn_ask_start tells. */
tsfn_status tsfn_ask(tsfn_function *fn, const tsfn_record *item_type,
                     const tsfn_record *reply_type, const void *item,
                     void *reply, tsfn_error *error, tsfn_wait wait);

/* The same for `count` items, and for that many replies. Any status but TSFN_OK
   is that of the first item without a reply, and *error belongs to that one;
   then all replies are zero, and the asks that are left are dropped. */
tsfn_status tsfn_ask_all(tsfn_function *fn, const tsfn_record *item_type,
                         const tsfn_record *reply_type, const void *items,
                         size_t count, void *replies, tsfn_error *error,
                         tsfn_wait wait);

#ifdef __cplusplus
}
#endif

#define TSFN_ASK(type, kind) TSFN_ASK_AS(type, type, kind)
#define TSFN_ASK_AS(name, type, kind)                                          \
  TSFN__ASSERT(TSFN__IS_DECLARED(struct tsfn__declared_record_##type),         \
               "ask " #name ": the record is not declared above")              \
  TSFN__CHECK_VALUE("ask " #name, reply, kind, TSFN__EXPORTED)                 \
  TSFN__VALUE_RECORD(name, #name, reply, reply, kind)                          \
                                                                               \
  struct tsfn__ask_##name##__of__##type {                                      \
    char unused;                                                               \
  };                                                                           \
  TSFN__MAYBE_UNUSED static const tsfn_ask_type tsfn__ask_of_##name = {        \
      tsfn__reply_of_##name};                                                  \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_ask(                     \
      tsfn_function *tsfn__fn, const struct type *tsfn__item,                  \
      name##_reply *tsfn__reply, tsfn_error *tsfn__error,                      \
      tsfn_wait tsfn__wait) {                                                  \
    return tsfn_ask(tsfn__fn, type##_record(), tsfn__reply_of_##name(),        \
                    tsfn__item, tsfn__reply, tsfn__error, tsfn__wait);         \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_ask_all(                 \
      tsfn_function *tsfn__fn, const struct type *tsfn__items,                 \
      size_t tsfn__count, name##_reply *tsfn__replies,                         \
      tsfn_error *tsfn__error, tsfn_wait tsfn__wait) {                         \
    return tsfn_ask_all(tsfn__fn, type##_record(), tsfn__reply_of_##name(),    \
                        tsfn__items, tsfn__count, tsfn__replies, tsfn__error,  \
                        tsfn__wait);                                           \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_ask_start(               \
      tsfn_function *tsfn__fn, const struct type *tsfn__item,                  \
      tsfn_wait tsfn__room, tsfn_ticket **tsfn__ticket) {                      \
    return tsfn_ask_start(tsfn__fn, type##_record(), tsfn__reply_of_##name(),  \
                          tsfn__item, 1, tsfn__room, tsfn__ticket, NULL);      \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_ask_many(                \
      tsfn_function *tsfn__fn, const struct type *tsfn__items,                 \
      size_t tsfn__count, tsfn_wait tsfn__room, tsfn_ticket **tsfn__tickets,   \
      size_t *tsfn__accepted) {                                                \
    return tsfn_ask_start(tsfn__fn, type##_record(), tsfn__reply_of_##name(),  \
                          tsfn__items, tsfn__count, tsfn__room, tsfn__tickets, \
                          tsfn__accepted);                                     \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_ask_wait(                \
      tsfn_ticket *tsfn__ticket, name##_reply *tsfn__reply,                    \
      tsfn_error *tsfn__error, tsfn_wait tsfn__wait) {                         \
    return tsfn_ask_wait(tsfn__ticket, tsfn__reply_of_##name(), tsfn__reply,   \
                         tsfn__error, tsfn__wait);                             \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline void name##_reply_clear(                    \
      name##_reply *tsfn__reply) {                                             \
    tsfn_record_clear(tsfn__reply_of_##name(), tsfn__reply);                   \
  }

#endif
