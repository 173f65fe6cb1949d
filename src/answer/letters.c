/* SPDX-License-Identifier: MIT */
#include "answer/letters.h"

bool
tsfn__letters_init(struct tsfn__letters *self, size_t bound) {
  self->bound = bound;
  self->first = NULL;
  self->end = &self->first;
  self->beyond = NULL;
  self->count = 0;
  self->waiting = 0;
  self->state = TSFN__LETTERS_OPEN;
  if (!tsfn__os_mutex_init(&self->lock)) return false;
  if (tsfn__os_condition_init(&self->come)) return true;
  tsfn__os_mutex_destroy(&self->lock);
  return false;
}

void
tsfn__letters_destroy(struct tsfn__letters *self) {
  tsfn__os_condition_destroy(&self->come);
  tsfn__os_mutex_destroy(&self->lock);
}

static bool
is_full(const struct tsfn__letters *self) {
  return self->bound != 0 && self->count >= self->bound;
}

tsfn_status
tsfn__letters_check(struct tsfn__letters *self) {
  tsfn__os_mutex_lock(&self->lock);
  tsfn_status status = self->state != TSFN__LETTERS_OPEN ? TSFN_CLOSING
                       : is_full(self)                   ? TSFN_QUEUE_FULL
                                                         : TSFN_OK;
  tsfn__os_mutex_unlock(&self->lock);
  return status;
}

bool
tsfn__letters_post(struct tsfn__letters *self, struct tsfn__letter *letter,
                   bool *has_room) {
  letter->next = NULL;
  tsfn__os_mutex_lock(&self->lock);
  bool is_open = self->state == TSFN__LETTERS_OPEN;
  if (is_open) {
    *has_room = !is_full(self);
    if (*has_room)
      letter->room = NULL;
    else if (self->beyond == NULL)
      self->beyond = letter;
    *self->end = letter;
    self->end = &letter->next;
    self->count++;
    if (self->waiting > 0) tsfn__os_condition_signal(&self->come);
  }
  tsfn__os_mutex_unlock(&self->lock);
  return is_open;
}

/* Takes the first letter, which there is. One beyond the bound moves up. */
static struct tsfn__letter *
take_first(struct tsfn__letters *self, void **room) {
  struct tsfn__letter *letter = self->first;
  self->first = letter->next;
  if (self->first == NULL) self->end = &self->first;
  self->count--;
  if (self->beyond != NULL) {
    *room = self->beyond->room;
    self->beyond->room = NULL;
    self->beyond = self->beyond->next;
  }
  return letter;
}

tsfn_status
tsfn__letters_receive(struct tsfn__letters *self, uint64_t deadline,
                      struct tsfn__letter **out, void **room) {
  bool is_late = deadline == 0;
  *out = NULL;
  *room = NULL;
  tsfn__os_mutex_lock(&self->lock);
  while (self->first == NULL && self->state == TSFN__LETTERS_OPEN && !is_late) {
    self->waiting++;
    is_late = !tsfn__os_condition_wait(&self->come, &self->lock, deadline);
    self->waiting--;
  }
  bool is_open = self->state == TSFN__LETTERS_OPEN;
  if (self->first != NULL) *out = take_first(self, room);
  tsfn__os_mutex_unlock(&self->lock);
  if (*out != NULL) return TSFN_OK;
  return is_open ? TSFN_TIMED_OUT : TSFN_CLOSING;
}

/* Under the lock. A signal wakes one thread that waits, and each of those that
   wait has one. */
static void
wake_all(struct tsfn__letters *self) {
  for (size_t i = 0; i < self->waiting; i++)
    tsfn__os_condition_signal(&self->come);
}

void
tsfn__letters_end(struct tsfn__letters *self) {
  tsfn__os_mutex_lock(&self->lock);
  if (self->state == TSFN__LETTERS_OPEN) self->state = TSFN__LETTERS_ENDED;
  wake_all(self);
  tsfn__os_mutex_unlock(&self->lock);
}

struct tsfn__letter *
tsfn__letters_close(struct tsfn__letters *self) {
  tsfn__os_mutex_lock(&self->lock);
  struct tsfn__letter *first = self->first;
  self->state = TSFN__LETTERS_CLOSED;
  self->first = NULL;
  self->end = &self->first;
  self->beyond = NULL;
  self->count = 0;
  wake_all(self);
  tsfn__os_mutex_unlock(&self->lock);
  return first;
}
