/* SPDX-License-Identifier: MIT */
#ifndef TSFN__THREAD_H
#define TSFN__THREAD_H

/* Whether a thread may block. answer/ asks before it waits for an answer of
   JavaScript's. */

#include <stdbool.h>

/* Any thread; takes a lock for a moment. True on the loop thread of any
   environment of this process that has not ended, so far as this copy of the
   library knows it. */
bool tsfn__thread_is_loop(void);

#endif
