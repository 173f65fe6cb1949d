/* SPDX-License-Identifier: MIT */
#ifndef TEST_THREADS_H
#define TEST_THREADS_H

/* The threads of the tests' addons: those of POSIX. On Windows the same names
   are served by the C library's own threads. winpthreads, which mingw-w64 has
   for them, loses one now and then under Wine: pthread_create answers 0, and
   the thread's function never runs. Its locks and keys are used as they are.

   Include this in the place of <pthread.h> and <sched.h>. */

#include <pthread.h>
#include <sched.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <process.h>
#include <stdint.h>
#include <stdlib.h>
#include <windows.h>

typedef struct {
  HANDLE handle; /* NULL: what test_thread_self answers */
  DWORD id;
} test_thread;

struct test_start {
  void *(*run)(void *data);
  void *data;
};

static unsigned __stdcall test_thread_main(void *argument) {
  struct test_start start = *(struct test_start *)argument;
  free(argument);
  (void)start.run(start.data);
  return 0;
}

static inline int
test_thread_create(test_thread *self, const void *attributes,
                   void *(*run)(void *data), void *data) {
  struct test_start *start = malloc(sizeof *start);
  unsigned id = 0;
  (void)attributes;
  if (start == NULL) return 1;
  start->run = run;
  start->data = data;
  self->handle =
      (HANDLE)_beginthreadex(NULL, 0, test_thread_main, start, 0, &id);
  self->id = id;
  if (self->handle != NULL) return 0;
  free(start);
  return 1;
}

static inline int
test_thread_join(test_thread self, void **result) {
  (void)result;
  WaitForSingleObject(self.handle, INFINITE);
  return CloseHandle(self.handle) ? 0 : 1;
}

static inline int
test_thread_detach(test_thread self) {
  return CloseHandle(self.handle) ? 0 : 1;
}

static inline test_thread
test_thread_self(void) {
  return (test_thread){NULL, GetCurrentThreadId()};
}

static inline int
test_thread_equal(test_thread one, test_thread other) {
  return one.id == other.id;
}

#define pthread_t test_thread
#define pthread_create test_thread_create
#define pthread_join test_thread_join
#define pthread_detach test_thread_detach
#define pthread_self test_thread_self
#define pthread_equal test_thread_equal
#endif

#endif
