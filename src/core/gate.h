/* SPDX-License-Identifier: MIT */
#ifndef TSFN__GATE_H
#define TSFN__GATE_H

/* A gate that many threads pass and that one thread shuts for good. Whoever
   shuts it may then free what the others use inside: after tsfn__gate_shut
   nobody is inside, and nobody comes in any more.

   One word counts those inside and has a bit for shut:

     enter   shut? no : count + 1           (compare-and-swap, acquire)
     leave   count - 1                      (release)
     shut    set the bit; wait for count = 0   (acquire: meets each leave)

   Why that is right: an enter and the shut are changes of the same word, so one
   comes first. An enter before the shut is counted, and the shut waits for its
   leave; an enter after it sees the bit and answers false. The wait is as long
   as what is done inside, so nobody may block there. A loop has one in front of
   its bell (node/bell.h). */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct tsfn__gate {
  _Atomic(uint32_t) word; /* those inside << 1 | shut */
};

/* Makes it open with nobody inside, before anyone else sees it. */
void tsfn__gate_init(struct tsfn__gate *self);

/* Any thread. Enters. True: the caller is inside, and must leave. False: the
   gate is shut for good. Never blocks. */
bool tsfn__gate_enter(struct tsfn__gate *self);

/* Any thread that is inside. The thread that shuts the gate sees all that it
   did before. */
void tsfn__gate_leave(struct tsfn__gate *self);

/* Any thread that is not inside. Shuts the gate, and waits for the threads that
   are inside. Idempotent. */
void tsfn__gate_shut(struct tsfn__gate *self);

#endif
