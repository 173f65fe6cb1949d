/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_WORK_H
#define SEARCH_WORK_H

/* What is still to be searched, shared by the threads that search it. A thread
   takes a task, does it, perhaps adds others that it found in it, and says that
   it is done. When nothing is left and nobody is at work that could add more,
   everybody is told that it is over.

   Files go first, in the order found; of folders the latest goes first, so that
   what is known of a tree stays about as large as a way down in it. The files
   are bounded, however large a folder is: a thread that finds no room for one
   searches it itself. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum task_kind {
  TASK_NAMED, /* what the user asked for: a folder, a file or a link to one */
  TASK_FOLDER,
  TASK_FILE
};

struct task {
  struct task *next;
  enum task_kind kind;
  size_t size; /* of the path, without the NUL */
  char path[];
};

/* "folder/name", or `name` alone where `folder` is NULL. NULL: out of memory.
   free() frees it. */
struct task *task_make(enum task_kind kind, const struct task *folder,
                       const char *name);

struct work {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct task *folders; /* the latest first */
  struct task *files;   /* the oldest first */
  struct task **last;   /* where the next file goes */
  size_t file_count;
  size_t busy; /* tasks taken and not done */
  bool is_stopped;
};

bool work_init(struct work *self);

/* Frees the tasks that are left; no thread may be using it. */
void work_release(struct work *self);

/* Any thread. False: as many files are waiting as may, and `task` stays the
   caller's. A folder is always taken. */
bool work_add(struct work *self, struct task *task);

/* Any thread; blocks while there is nothing to take but may be later. The task
   is the caller's. NULL: it is over. */
struct task *work_take(struct work *self);

/* Any thread; once for each task taken, after all that was found in it was
   added. */
void work_done(struct work *self);

/* Any thread. It is over now, whatever is left. */
void work_stop(struct work *self);

#endif
