/* SPDX-License-Identifier: MIT */
#include "core/lifecycle.h"

#define USE ((uint64_t)1)
#define THREAD ((uint64_t)1 << 28)
#define FIELD ((uint64_t)TSFN__LIFECYCLE_USES_MAX)
#define CLOSING ((uint64_t)1 << 56)
#define ABORTED ((uint64_t)1 << 57)
#define FINAL ((uint64_t)1 << 58)
#define LAZY ((uint64_t)1 << 59)

static uint64_t
uses_of(uint64_t word) {
  return word & FIELD;
}

static uint64_t
threads_of(uint64_t word) {
  return word / THREAD & FIELD;
}

/* seq_cst: the load half of the pair at the top of channel.h, for the loop
   thread; the others need the acquire that is in it. */
static uint64_t
load(const struct tsfn__lifecycle *self) {
  return atomic_load_explicit(&self->word, memory_order_seq_cst);
}

/* seq_cst: the store half of that pair. Its acquire and release halves give
   whoever frees the handle all that each former user did with it. */
static bool
change(struct tsfn__lifecycle *self, uint64_t *old, uint64_t word) {
  return atomic_compare_exchange_weak_explicit(
      &self->word, old, word, memory_order_seq_cst, memory_order_relaxed);
}

void
tsfn__lifecycle_init(struct tsfn__lifecycle *self, size_t uses) {
  atomic_init(&self->word, uses);
}

void
tsfn__lifecycle_make_lazy(struct tsfn__lifecycle *self) {
  atomic_fetch_or_explicit(&self->word, LAZY, memory_order_relaxed);
}

static tsfn_status
take(struct tsfn__lifecycle *self, uint64_t amount) {
  uint64_t word = load(self);
  do {
    if (word & CLOSING) return TSFN_CLOSING;
    if (uses_of(word) == FIELD) return TSFN_INVALID;
    if (uses_of(word) == 0 && !((word & LAZY) && amount == USE))
      return TSFN_INVALID;
  } while (!change(self, &word, word + amount));
  return TSFN_OK;
}

tsfn_status
tsfn__lifecycle_acquire(struct tsfn__lifecycle *self) {
  return take(self, USE);
}

tsfn_status
tsfn__lifecycle_release(struct tsfn__lifecycle *self,
                        enum tsfn__lifecycle_next *next) {
  *next = TSFN__LIFECYCLE_NOTHING;
  uint64_t word = load(self);
  bool closes, visits;
  do {
    if (uses_of(word) == 0) return TSFN_INVALID;
    closes = uses_of(word) == 1 && !(word & CLOSING);
    visits = closes && (word & LAZY);
  } while (!change(self, &word,
                   visits   ? word - USE + THREAD
                   : closes ? word | CLOSING
                            : word - USE));
  if (visits)
    *next = TSFN__LIFECYCLE_VISIT;
  else if (closes)
    *next = TSFN__LIFECYCLE_CLOSE;
  else if (uses_of(word) == 1 && (word & FINAL))
    *next = TSFN__LIFECYCLE_FREE;
  return TSFN_OK;
}

tsfn_status
tsfn__lifecycle_start(struct tsfn__lifecycle *self) {
  return take(self, USE + THREAD);
}

void
tsfn__lifecycle_end(struct tsfn__lifecycle *self) {
  atomic_fetch_sub_explicit(&self->word, THREAD, memory_order_seq_cst);
}

enum tsfn__lifecycle_next
tsfn__lifecycle_abort(struct tsfn__lifecycle *self) {
  uint64_t word = load(self);
  do {
    if ((word & ABORTED) || (word & FINAL)) return TSFN__LIFECYCLE_NOTHING;
  } while (!change(self, &word, word | CLOSING | ABORTED));
  return TSFN__LIFECYCLE_CLOSE;
}

bool
tsfn__lifecycle_expire(struct tsfn__lifecycle *self) {
  uint64_t word = load(self);
  do {
    if (!(word & LAZY) || (word & CLOSING)) return false;
    if (uses_of(word) != 0) return false;
  } while (!change(self, &word, word | CLOSING));
  return true;
}

bool
tsfn__lifecycle_finish(struct tsfn__lifecycle *self,
                       enum tsfn__lifecycle_next *next) {
  *next = TSFN__LIFECYCLE_NOTHING;
  uint64_t word = load(self);
  do {
    if (!(word & CLOSING) || threads_of(word) != 0) return false;
  } while (!change(self, &word, word | FINAL));
  if (uses_of(word) == 0) *next = TSFN__LIFECYCLE_FREE;
  return true;
}

bool
tsfn__lifecycle_is_closing(const struct tsfn__lifecycle *self) {
  return (load(self) & CLOSING) != 0;
}

bool
tsfn__lifecycle_is_aborted(const struct tsfn__lifecycle *self) {
  return (load(self) & ABORTED) != 0;
}

bool
tsfn__lifecycle_is_final(const struct tsfn__lifecycle *self) {
  return (load(self) & FINAL) != 0;
}

bool
tsfn__lifecycle_is_visited(const struct tsfn__lifecycle *self) {
  uint64_t word = load(self);
  return (word & LAZY) && threads_of(word) != 0;
}

size_t
tsfn__lifecycle_uses(const struct tsfn__lifecycle *self) {
  return (size_t)uses_of(load(self));
}

size_t
tsfn__lifecycle_threads(const struct tsfn__lifecycle *self) {
  return (size_t)threads_of(load(self));
}
