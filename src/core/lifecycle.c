/* SPDX-License-Identifier: MIT */
#include "core/lifecycle.h"

#include "os/os.h"

#define USE ((uint64_t)1)
#define THREAD ((uint64_t)1 << 28)
#define VISITOR ((uint64_t)1 << 48)
#define USES_MAX ((uint64_t)TSFN__LIFECYCLE_USES_MAX)
#define THREADS_MAX ((uint64_t)TSFN__LIFECYCLE_THREADS_MAX)
#define VISITORS_MAX ((uint64_t)TSFN__LIFECYCLE_VISITORS_MAX)
#define LAZY ((uint64_t)1 << 58)
#define CLOSING ((uint64_t)1 << 59)
#define TOLD ((uint64_t)1 << 60)
#define ABORTED ((uint64_t)1 << 61)
#define ORPHANED ((uint64_t)1 << 62)
#define FINAL ((uint64_t)1 << 63)

static uint64_t
uses_of(uint64_t word) {
  return word & USES_MAX;
}

static uint64_t
threads_of(uint64_t word) {
  return word / THREAD & THREADS_MAX;
}

static uint64_t
visitors_of(uint64_t word) {
  return word / VISITOR & VISITORS_MAX;
}

/* seq_cst: the load half of the pair at the top of channel.h, for the loop
   thread; the others need the acquire that is in it. */
static uint64_t
load_word(const struct tsfn__lifecycle *self) {
  return atomic_load_explicit(&self->word, memory_order_seq_cst);
}

/* seq_cst: the store half of that pair. Its acquire and release halves give
   whoever frees the handle all that each former user did with it. */
static bool
change_word(struct tsfn__lifecycle *self, uint64_t *old, uint64_t word) {
  return atomic_compare_exchange_weak_explicit(
      &self->word, old, word, memory_order_seq_cst, memory_order_relaxed);
}

static void
subtract(struct tsfn__lifecycle *self, uint64_t amount) {
  atomic_fetch_sub_explicit(&self->word, amount, memory_order_seq_cst);
}

void
tsfn__lifecycle_init(struct tsfn__lifecycle *self, size_t uses) {
  atomic_init(&self->word, uses);
}

void
tsfn__lifecycle_make_lazy(struct tsfn__lifecycle *self) {
  atomic_fetch_or_explicit(&self->word, LAZY, memory_order_relaxed);
}

/* --- uses and threads ---------------------------------------------------- */

tsfn_status
tsfn__lifecycle_acquire(struct tsfn__lifecycle *self) {
  uint64_t word = load_word(self);
  do {
    if (word & CLOSING) return TSFN_CLOSING;
    if (uses_of(word) == USES_MAX) return TSFN_INVALID;
    if (uses_of(word) == 0 && !(word & LAZY)) return TSFN_INVALID;
  } while (!change_word(self, &word, word + USE));
  return TSFN_OK;
}

tsfn_status
tsfn__lifecycle_start(struct tsfn__lifecycle *self) {
  uint64_t word = load_word(self);
  do {
    if (word & CLOSING) return TSFN_CLOSING;
    if (uses_of(word) == USES_MAX || uses_of(word) == 0) return TSFN_INVALID;
    if (threads_of(word) == THREADS_MAX) return TSFN_INVALID;
  } while (!change_word(self, &word, word + USE + THREAD));
  return TSFN_OK;
}

void
tsfn__lifecycle_end(struct tsfn__lifecycle *self) {
  subtract(self, THREAD);
}

/* Answers the word after one of its uses was given back, and what the caller
   has to do. */
static uint64_t
after_release(uint64_t word, enum tsfn__lifecycle_next *next) {
  bool is_last = uses_of(word) == 1;
  *next = TSFN__LIFECYCLE_NOTHING;
  if (is_last && !(word & CLOSING)) {
    *next = word & LAZY ? TSFN__LIFECYCLE_VISIT : TSFN__LIFECYCLE_CLOSE;
    return word & LAZY ? word - USE + VISITOR : word | CLOSING;
  }
  if (is_last && (word & FINAL)) *next = TSFN__LIFECYCLE_FREE;
  return word - USE;
}

tsfn_status
tsfn__lifecycle_release(struct tsfn__lifecycle *self,
                        enum tsfn__lifecycle_next *next) {
  *next = TSFN__LIFECYCLE_NOTHING;
  uint64_t word = load_word(self), changed;
  do {
    /* There are too many visitors: wait until one of them leaves, which each
       is about to. */
    while ((word & LAZY) && visitors_of(word) == VISITORS_MAX) {
      tsfn__os_yield();
      word = load_word(self);
    }
    if (uses_of(word) == 0) return TSFN_INVALID;
    changed = after_release(word, next);
  } while (!change_word(self, &word, changed));
  return TSFN_OK;
}

void
tsfn__lifecycle_leave(struct tsfn__lifecycle *self) {
  subtract(self, VISITOR);
}

/* --- closing ------------------------------------------------------------- */

/* Sets CLOSING and `flag`: that of an abort or an orphan, or CLOSING itself. */
static enum tsfn__lifecycle_next
close_as(struct tsfn__lifecycle *self, uint64_t flag) {
  uint64_t word = load_word(self);
  do {
    if ((word & flag) || (word & FINAL)) return TSFN__LIFECYCLE_NOTHING;
  } while (!change_word(self, &word, word | CLOSING | flag));
  return word & CLOSING ? TSFN__LIFECYCLE_LOOK : TSFN__LIFECYCLE_CLOSE;
}

enum tsfn__lifecycle_next
tsfn__lifecycle_abort(struct tsfn__lifecycle *self) {
  return close_as(self, ABORTED);
}

enum tsfn__lifecycle_next
tsfn__lifecycle_orphan(struct tsfn__lifecycle *self) {
  return close_as(self, ORPHANED);
}

enum tsfn__lifecycle_next
tsfn__lifecycle_shut(struct tsfn__lifecycle *self) {
  return close_as(self, CLOSING);
}

/* Whether the loop may close a lazy life. */
static bool
is_unused(uint64_t word) {
  return (word & LAZY) && !(word & CLOSING) && uses_of(word) == 0;
}

enum tsfn__lifecycle_next
tsfn__lifecycle_expire(struct tsfn__lifecycle *self) {
  uint64_t word = load_word(self);
  do {
    if (!is_unused(word)) return TSFN__LIFECYCLE_NOTHING;
  } while (!change_word(self, &word, word | CLOSING));
  return TSFN__LIFECYCLE_CLOSE;
}

void
tsfn__lifecycle_tell(struct tsfn__lifecycle *self) {
  atomic_fetch_or_explicit(&self->word, TOLD, memory_order_seq_cst);
}

/* Whether a life may finish. */
static bool
is_over(uint64_t word) {
  return (word & TOLD) && threads_of(word) == 0 && visitors_of(word) == 0;
}

bool
tsfn__lifecycle_finish(struct tsfn__lifecycle *self,
                       enum tsfn__lifecycle_next *next) {
  *next = TSFN__LIFECYCLE_NOTHING;
  uint64_t word = load_word(self);
  do {
    if (!is_over(word)) return false;
  } while (!change_word(self, &word, word | FINAL));
  if (uses_of(word) == 0) *next = TSFN__LIFECYCLE_FREE;
  return true;
}

/* --- a moment's values --------------------------------------------------- */

bool
tsfn__lifecycle_is_closing(const struct tsfn__lifecycle *self) {
  return (load_word(self) & CLOSING) != 0;
}

bool
tsfn__lifecycle_is_told(const struct tsfn__lifecycle *self) {
  return (load_word(self) & TOLD) != 0;
}

bool
tsfn__lifecycle_is_aborted(const struct tsfn__lifecycle *self) {
  return (load_word(self) & ABORTED) != 0;
}

bool
tsfn__lifecycle_is_stopped(const struct tsfn__lifecycle *self) {
  return (load_word(self) & (ABORTED | ORPHANED)) != 0;
}

bool
tsfn__lifecycle_is_final(const struct tsfn__lifecycle *self) {
  return (load_word(self) & FINAL) != 0;
}

bool
tsfn__lifecycle_is_quiet(const struct tsfn__lifecycle *self) {
  uint64_t word = load_word(self);
  return !(word & CLOSING) && visitors_of(word) == 0 && !is_unused(word);
}

bool
tsfn__lifecycle_can_expire(const struct tsfn__lifecycle *self) {
  return is_unused(load_word(self));
}

bool
tsfn__lifecycle_can_finish(const struct tsfn__lifecycle *self) {
  return is_over(load_word(self));
}

bool
tsfn__lifecycle_is_visited(const struct tsfn__lifecycle *self) {
  return visitors_of(load_word(self)) != 0;
}

size_t
tsfn__lifecycle_uses(const struct tsfn__lifecycle *self) {
  return (size_t)uses_of(load_word(self));
}

size_t
tsfn__lifecycle_threads(const struct tsfn__lifecycle *self) {
  return (size_t)threads_of(load_word(self));
}
