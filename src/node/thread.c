/* SPDX-License-Identifier: MIT */
#include "node/thread.h"

#include "node/environment.h"

bool
tsfn__thread_is_loop(void) {
  uintptr_t thread = tsfn__os_thread_self();
  tsfn__os_mutex_lock(&tsfn__environments.lock);
  struct tsfn__environment *self = tsfn__environments.first;
  while (self != NULL && self->loop_thread != thread)
    self = self->next;
  tsfn__os_mutex_unlock(&tsfn__environments.lock);
  return self != NULL;
}
