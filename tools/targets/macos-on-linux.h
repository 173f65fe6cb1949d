/* SPDX-License-Identifier: MIT */

/* Included before each file of a build on Linux: makes the library take what it
   takes on macOS, so that the tests can run it. No barrier, no system call; a
   wait with a relative time, which glibc has by an absolute one. What macOS
   itself does is not shown by that. */

#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pthread_cond_clockwait */
#endif
#include <pthread.h>
#include <time.h>

#undef __linux__
#define __APPLE__ 1

static inline int
pthread_cond_timedwait_relative_np(pthread_cond_t *condition,
                                   pthread_mutex_t *mutex,
                                   const struct timespec *left) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += left->tv_sec;
  end.tv_nsec += left->tv_nsec;
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    end.tv_sec++;
  }
  return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &end);
}
