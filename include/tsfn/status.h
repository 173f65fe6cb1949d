/* SPDX-License-Identifier: MIT */
#ifndef TSFN_STATUS_H
#define TSFN_STATUS_H

/* The one table of statuses: the enum, the names and the messages follow. */
#define TSFN_STATUS_MAP(X)                                                     \
  X(OK, "the operation was done")                                              \
  X(QUEUE_FULL, "the queue is full and the call may not wait")                 \
  X(TIMED_OUT, "what the call waits for did not come within its time")         \
  X(CLOSING, "the function is closing or closed")                              \
  X(WOULD_DEADLOCK, "the call would wait on the loop thread for itself")       \
  X(INVALID, "an argument is not allowed here")                                \
  X(WRONG_TYPE, "the item is not of the type or size the function takes")      \
  X(WRONG_THREAD, "this must be called on the function's loop thread")         \
  X(NO_MEMORY, "out of memory or threads")                                     \
  X(PENDING_EXCEPTION, "a JavaScript exception is pending")                    \
  X(CANNOT_RUN_JS, "the environment can no longer run JavaScript")             \
  X(FAILURE, "the host refused the operation")                                 \
  X(THREW, "JavaScript was asked, and threw or rejected")

/* How an accepted item ended. Each accepted item ends once, in one of these. */
#define TSFN_COMPLETION_MAP(X)                                                 \
  X(DELIVERED, "JavaScript was called and returned")                           \
  X(THREW, "JavaScript was called and threw")                                  \
  X(DROPPED, "left out by the function's overflow policy")                     \
  X(ABORTED, "still queued when the function was aborted")                     \
  X(ENV_GONE, "still queued when the environment was torn down")               \
  X(CANNOT_RUN_JS, "its turn came when JavaScript could no longer run")        \
  X(WITHDRAWN, "taken back by an asker that waits no longer")

#ifdef __cplusplus
extern "C" {
#endif

#define TSFN__ENUMERATOR(name, message) TSFN_##name,
typedef enum {
  TSFN_STATUS_MAP(TSFN__ENUMERATOR) TSFN_STATUS_COUNT
} tsfn_status;
#undef TSFN__ENUMERATOR

#define TSFN__ENUMERATOR(name, message) TSFN_COMPLETION_##name,
typedef enum {
  TSFN_COMPLETION_MAP(TSFN__ENUMERATOR) TSFN_COMPLETION_COUNT
} tsfn_completion;
#undef TSFN__ENUMERATOR

/* "TSFN_CLOSING" and "the function is closing or closed". Any thread, never
   block; the strings are static. A value outside the enum is answered with
   "TSFN_UNKNOWN" and a message that says so. */
const char *tsfn_status_name(tsfn_status status);
const char *tsfn_status_message(tsfn_status status);

/* "TSFN_COMPLETION_DELIVERED" and its sentence, as above. */
const char *tsfn_completion_name(tsfn_completion completion);
const char *tsfn_completion_message(tsfn_completion completion);

#ifdef __cplusplus
}
#endif
#endif
