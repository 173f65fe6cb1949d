/* SPDX-License-Identifier: MIT */
#include "go.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

void
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
