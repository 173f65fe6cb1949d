/* SPDX-License-Identifier: MIT */
#include "gate.h"

/* Room for what the threads find while the loop is at work elsewhere. */
#define MOST_BYTES ((size_t)4 << 20)

bool
gate_init(struct gate *self) {
  *self = (struct gate){0};
  if (pthread_mutex_init(&self->lock, NULL) != 0) return false;
  if (pthread_cond_init(&self->changed, NULL) == 0) return true;
  pthread_mutex_destroy(&self->lock);
  return false;
}

void
gate_release(struct gate *self) {
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->lock);
}

/* One line of any size passes an empty gate. */
static bool
has_room(const struct gate *self, size_t bytes) {
  if (self->is_paused) return false;
  return self->bytes == 0 || self->bytes + bytes <= MOST_BYTES;
}

bool
gate_enter(struct gate *self, size_t bytes) {
  pthread_mutex_lock(&self->lock);
  while (!self->is_closed && !has_room(self, bytes))
    pthread_cond_wait(&self->changed, &self->lock);
  bool is_open = !self->is_closed;
  if (is_open) self->bytes += bytes;
  pthread_mutex_unlock(&self->lock);
  return is_open;
}

void
gate_close(struct gate *self) {
  pthread_mutex_lock(&self->lock);
  self->is_closed = true;
  pthread_mutex_unlock(&self->lock);
  pthread_cond_broadcast(&self->changed);
}

void
gate_leave(struct gate *self, size_t bytes) {
  pthread_mutex_lock(&self->lock);
  self->bytes -= bytes;
  pthread_mutex_unlock(&self->lock);
  pthread_cond_broadcast(&self->changed);
}

void
gate_pause(struct gate *self) {
  pthread_mutex_lock(&self->lock);
  self->is_paused = true;
  pthread_mutex_unlock(&self->lock);
}

void
gate_resume(struct gate *self) {
  pthread_mutex_lock(&self->lock);
  self->is_paused = false;
  pthread_mutex_unlock(&self->lock);
  pthread_cond_broadcast(&self->changed);
}
