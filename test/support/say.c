/* SPDX-License-Identifier: MIT */
#include "say.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000

#if defined(_WIN32)
#define REPORT_FLAGS (O_WRONLY | O_APPEND | O_BINARY)
#else
#define REPORT_FLAGS O_WRONLY
#endif

void
say(const char *format, ...) {
  /* To append is to seek and then to write in the C library of Windows. */
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  char line[LINE_MAX_BYTES + 1];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, LINE_MAX_BYTES, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= LINE_MAX_BYTES) abort(); /* it was cut */
  line[length++] = '\n';
  const char *path = getenv("TEARDOWN_REPORT");
  pthread_mutex_lock(&lock);
  int file = path != NULL ? open(path, REPORT_FLAGS) : STDOUT_FILENO;
  if (file < 0 || write(file, line, (size_t)length) != length) abort();
  if (path != NULL) close(file);
  pthread_mutex_unlock(&lock);
}
