/* SPDX-License-Identifier: MIT */
#ifndef TSFN_WAIT_H
#define TSFN_WAIT_H

/* How long a call may block. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A struct, so that napi_threadsafe_function_call_mode does not fit. */
typedef struct tsfn_wait {
  uint64_t milliseconds;
} tsfn_wait;

static inline tsfn_wait
tsfn_ms(uint64_t milliseconds) {
  tsfn_wait wait;
  wait.milliseconds = milliseconds;
  return wait;
}

#ifdef __cplusplus
}
#endif

/* A full queue is answered TSFN_QUEUE_FULL, an answer that is not there
   TSFN_TIMED_OUT. */
#define TSFN_NONBLOCKING (tsfn_ms(0))
/* Until there is room, or an answer, or the function closes. The function's
   loop thread makes room. Two loop threads that each block on a full function
   of the other make none, and wait for ever: give one of them a deadline. */
#define TSFN_BLOCKING (tsfn_ms(UINT64_MAX))

#endif
