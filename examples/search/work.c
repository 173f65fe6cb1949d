/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdlib.h>
#include <string.h>

/* Enough that no thread waits while another one lists a folder. */
#define MOST_FILES 1024u

struct task *
task_make(enum task_kind kind, const struct task *folder, const char *name) {
  size_t before = folder != NULL ? folder->size : 0;
  bool needs_slash = before != 0 && folder->path[before - 1] != '/';
  size_t name_size = strlen(name);
  size_t size = before + needs_slash + name_size;
  struct task *self = malloc(sizeof *self + size + 1);
  if (self == NULL) return NULL;
  self->next = NULL;
  self->kind = kind;
  self->size = size;
  if (before != 0) memcpy(self->path, folder->path, before);
  if (needs_slash) self->path[before] = '/';
  memcpy(self->path + before + needs_slash, name, name_size + 1);
  return self;
}

static void
free_tasks(struct task *task) {
  while (task != NULL) {
    struct task *next = task->next;
    free(task);
    task = next;
  }
}

bool
work_init(struct work *self) {
  *self = (struct work){0};
  self->last = &self->files;
  if (pthread_mutex_init(&self->lock, NULL) != 0) return false;
  if (pthread_cond_init(&self->changed, NULL) == 0) return true;
  pthread_mutex_destroy(&self->lock);
  return false;
}

void
work_release(struct work *self) {
  free_tasks(self->folders);
  free_tasks(self->files);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->lock);
}

bool
work_add(struct work *self, struct task *task) {
  bool is_file = task->kind == TASK_FILE, is_full;
  pthread_mutex_lock(&self->lock);
  is_full = is_file && self->file_count == MOST_FILES;
  if (is_file && !is_full) {
    *self->last = task;
    self->last = &task->next;
    self->file_count++;
  } else if (!is_file) {
    task->next = self->folders;
    self->folders = task;
  }
  pthread_mutex_unlock(&self->lock);
  if (!is_full) pthread_cond_signal(&self->changed);
  return !is_full;
}

static struct task *
take(struct work *self) {
  struct task *task = self->files;
  if (task != NULL) {
    self->files = task->next;
    if (self->files == NULL) self->last = &self->files;
    self->file_count--;
  } else if ((task = self->folders) != NULL) {
    self->folders = task->next;
  }
  return task;
}

struct task *
work_take(struct work *self) {
  struct task *task = NULL;
  pthread_mutex_lock(&self->lock);
  while (!self->is_stopped && (task = take(self)) == NULL && self->busy != 0)
    pthread_cond_wait(&self->changed, &self->lock);
  if (task != NULL) {
    task->next = NULL;
    self->busy++;
  }
  pthread_mutex_unlock(&self->lock);
  return task;
}

void
work_done(struct work *self) {
  pthread_mutex_lock(&self->lock);
  self->busy--;
  bool is_over =
      self->busy == 0 && self->files == NULL && self->folders == NULL;
  pthread_mutex_unlock(&self->lock);
  /* Those who wait each see for themselves that nothing will come. */
  if (is_over) pthread_cond_broadcast(&self->changed);
}

void
work_stop(struct work *self) {
  pthread_mutex_lock(&self->lock);
  self->is_stopped = true;
  pthread_mutex_unlock(&self->lock);
  pthread_cond_broadcast(&self->changed);
}
