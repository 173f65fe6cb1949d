/* SPDX-License-Identifier: MIT */
#ifndef TSFN__LETTERS_H
#define TSFN__LETTERS_H

/* A queue from one thread to many, which wait for what comes.

     post       at the end                    OPEN
     receive    the first, or waits           OPEN; ENDED while there is one
     end        OPEN -> ENDED: no more come; what is there is received
     close      -> CLOSED: answers what is there, in order, to its caller

   All of it under one lock, which is held for a few instructions. Whoever posts
   signals once, whoever ends or closes signals as often as threads wait; a
   thread that is woken for nothing waits again. So no letter stays while a
   thread waits, and no thread waits behind the end.

   Letters beyond the bound are there, too, and wait for room by a pointer of
   the caller's: `room` of the one that gets room is answered to whoever has
   made it, by a receive, who owns it then. mailbox.c uses the module, which
   does not know what a letter says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/os.h"
#include "tsfn/status.h"

struct tsfn__letter {
  struct tsfn__letter *next;
  void *room; /* NULL: it has room, or nobody asks */
};

enum tsfn__letters_state {
  TSFN__LETTERS_OPEN,
  TSFN__LETTERS_ENDED,
  TSFN__LETTERS_CLOSED
};

struct tsfn__letters {
  struct tsfn__os_mutex lock;
  struct tsfn__os_condition come;
  size_t bound; /* 0: none */

  /* Under the lock. */
  struct tsfn__letter *first;
  struct tsfn__letter **end;   /* where the next one is linked */
  struct tsfn__letter *beyond; /* the first beyond the bound; NULL: none is */
  size_t count;
  size_t waiting; /* threads */
  enum tsfn__letters_state state;
};

/* False: the system had no lock or condition left; nothing is held. */
bool tsfn__letters_init(struct tsfn__letters *self, size_t bound);

/* The last user; no letter is left. */
void tsfn__letters_destroy(struct tsfn__letters *self);

/* Any thread; a moment's value. TSFN_OK: a letter has room. TSFN_QUEUE_FULL,
   TSFN_CLOSING. */
tsfn_status tsfn__letters_check(struct tsfn__letters *self);

/* Any thread. Puts a letter at the end, also beyond the bound: *has_room tells.
   Where it has room, its `room` is the caller's again, and NULL in the letter.
   False: ended or closed; the letter is the caller's. */
bool tsfn__letters_post(struct tsfn__letters *self, struct tsfn__letter *letter,
                        bool *has_room);

/* Any thread. Takes the first letter, and waits for one until `deadline` (0:
   not at all). *room: that of a letter which has room now, or NULL.
   TSFN_TIMED_OUT; TSFN_CLOSING: no more will come. */
tsfn_status tsfn__letters_receive(struct tsfn__letters *self, uint64_t deadline,
                                  struct tsfn__letter **out, void **room);

/* Any thread. */
void tsfn__letters_end(struct tsfn__letters *self);

/* Any thread. Answers the letters that were there, linked by `next`; NULL:
   none. */
struct tsfn__letter *tsfn__letters_close(struct tsfn__letters *self);

#endif
