/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* pthread_cond_timedwait */
#include "gate.h"

#include <time.h>

/* Room for what the threads find while the loop is at work elsewhere. */
#define MOST_BYTES ((size_t)4 << 20)

/* An abort or a worker's end does not knock here, so those who wait look. Long
   enough to cost nothing, too short to be felt after Ctrl-C. */
#define LOOK_MILLISECONDS 50

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

static void
wait_and_look(struct gate *self) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += LOOK_MILLISECONDS * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  pthread_cond_timedwait(&self->changed, &self->lock, &until);
}

bool
gate_enter(struct gate *self, tsfn_function *fn, size_t bytes) {
  bool is_closing = false;
  pthread_mutex_lock(&self->lock);
  while (!has_room(self, bytes) && !(is_closing = tsfn_is_closing(fn)))
    wait_and_look(self);
  if (!is_closing) self->bytes += bytes;
  pthread_mutex_unlock(&self->lock);
  return !is_closing;
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
