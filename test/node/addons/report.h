/* SPDX-License-Identifier: MIT */
#ifndef TEST_REPORT_H
#define TEST_REPORT_H

/* How an addon whose environment may be gone talks to the test: without Node.

   report       one line of JSON, by one write(2) (atomic: it is shorter than
                PIPE_BUF), to the FIFO that the environment variable
                TEARDOWN_REPORT names, else to stdout
   wait_for_go  blocks until somebody has opened and closed the FIFO named by
                TEARDOWN_GO for writing */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2))) static void
report(const char *format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  line[length++] = '\n';
  const char *path = getenv("TEARDOWN_REPORT");
  int file = path != NULL ? open(path, O_WRONLY) : STDOUT_FILENO;
  if (file < 0 || write(file, line, (size_t)length) != length) abort();
  if (path != NULL) close(file);
}

static void
wait_for_go(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static bool has_come; /* under the lock */
  char byte;
  pthread_mutex_lock(&lock);
  if (!has_come) {
    int file = open(getenv("TEARDOWN_GO"), O_RDONLY); /* until a writer opens */
    if (file < 0) abort();
    while (read(file, &byte, 1) != 0)
      continue; /* until it closes */
    close(file);
    has_come = true;
  }
  pthread_mutex_unlock(&lock);
}

#endif
