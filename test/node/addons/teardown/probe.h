/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_PROBE_H
#define TEARDOWN_PROBE_H

#include "workload.h"

/* Tries all that a thread with a use may do to a function of a dead
   environment, and says what it was answered, as the event `probe`: each call
   with its status, and `isSound`, whether what has no status is right. */
void probe(struct workload *self, uint32_t index);

#endif
