/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_GATE_H
#define SEARCH_GATE_H

/* What a match passes on its way to JavaScript. The function's queue is bounded
   in matches; the gate bounds what its length leaves open:

   - bytes: a thousand matches in files that are one line each may be gigabytes;
   - what JavaScript has taken and cannot write out yet, because nobody reads:
     it pauses the search, as one pauses a stream, and resumes it later. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct gate {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t bytes; /* let through and not yet delivered */
  bool is_paused;
  bool is_closed;
};

bool gate_init(struct gate *self);
void gate_release(struct gate *self);

/* A searching thread; blocks until there is room. False: the gate was closed,
   and nothing was let through. */
bool gate_enter(struct gate *self, size_t bytes);

/* Any thread: nothing more is let through, and nobody waits any more. */
void gate_close(struct gate *self);

/* Any thread; once for what was let through. Never blocks. */
void gate_leave(struct gate *self, size_t bytes);

/* Any thread. Never block. */
void gate_pause(struct gate *self);
void gate_resume(struct gate *self);

#endif
