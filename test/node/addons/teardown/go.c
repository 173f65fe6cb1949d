/* SPDX-License-Identifier: MIT */
#include "go.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/threads.h"

#if defined(_WIN32)
static void
wait_until(const char *go) {
  char waits[1024];
  snprintf(waits, sizeof waits, "%s.waits", go);
  close(open(waits, O_WRONLY | O_CREAT, 0600));
  while (access(go, F_OK) != 0)
    Sleep(1);
}
#else
static void
wait_until(const char *go) {
  char byte;
  int file = open(go, O_RDONLY); /* until a writer opens */
  if (file < 0) abort();
  while (read(file, &byte, 1) != 0)
    continue; /* until it closes */
  close(file);
}
#endif

void
wait_for_go(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static bool has_come; /* under the lock */
  pthread_mutex_lock(&lock);
  if (!has_come) wait_until(getenv("TEARDOWN_GO"));
  has_come = true;
  pthread_mutex_unlock(&lock);
}
