/* SPDX-License-Identifier: MIT */
#include "dropin/graves.h"

#include <stddef.h>

#include "core/ready.h"
#include "os/os.h"

#define GRAVES_MAX 1024u

/* Under the lock: the buried, oldest first, linked by their tasks' nodes, which
   no loop uses any more. */
static struct tsfn__os_mutex lock = TSFN__OS_MUTEX_INIT;
static struct tsfn__ready_node *oldest;
static struct tsfn__ready_node *newest;
static unsigned count;

static tsfn_function *
function_of_node(struct tsfn__ready_node *node) {
  struct tsfn__task *task = (struct tsfn__task *)node;
  return (tsfn_function *)((char *)task - offsetof(tsfn_function, task));
}

/* Answers the handle whose memory is not kept any longer, or NULL. */
static tsfn_function *
keep_grave(struct tsfn__ready_node *node) {
  struct tsfn__ready_node *dropped = NULL;
  tsfn__os_mutex_lock(&lock);
  node->next = NULL;
  if (newest != NULL)
    newest->next = node;
  else
    oldest = node;
  newest = node;
  if (++count > GRAVES_MAX) {
    dropped = oldest;
    oldest = dropped->next;
    count--;
  }
  tsfn__os_mutex_unlock(&lock);
  return dropped != NULL ? function_of_node(dropped) : NULL;
}

void
tsfn__dropin_bury(tsfn_function *function) {
  const struct tsfn__lifecycle *life = &function->outlet.channel.lifecycle;
  bool has_environment_ended =
      tsfn__lifecycle_is_stopped(life) && !tsfn__lifecycle_is_aborted(life);
  tsfn__function_empty(function);
  if (has_environment_ended) function = keep_grave(&function->task.node);
  if (function != NULL) tsfn__function_release_memory(function);
}
