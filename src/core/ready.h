/* SPDX-License-Identifier: MIT */
#ifndef TSFN__READY_H
#define TSFN__READY_H

/* The ready order: who has asked for the loop thread, in the order in which
   they asked.

     any thread    push:     pushed -> [new] -> [c] -> [b] -> [a]
     any thread    take:     all that were pushed, for whoever needs no order
                             among those that wait
     loop thread   collect:  takes all that were pushed, turns them round, and
                             puts them behind those that wait already
                             first -> [x] -> [y] -> [a] -> [b] -> [c]
                   pop:      the first
                   append:   once more, at the end

   A node is in it at most once: whoever pushes knows that it is not (a channel
   is scheduled by the one thread that turned its flag to true, see channel.h).
   The loop thread takes the whole stack by one exchange. So no node is popped
   while another is pushed, and it does no harm that an address comes back
   (ABA). node/loop.h keeps its tasks so. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct tsfn__ready_node {
  struct tsfn__ready_node *next; /* the thread that pushes, then the loop
                                    thread */
};

struct tsfn__ready {
  /* Any thread. */
  _Atomic(struct tsfn__ready_node *) pushed; /* a stack, newest first */

  /* Loop thread. */
  struct tsfn__ready_node *first; /* NULL: nobody waits */
  struct tsfn__ready_node **end;  /* where the next one is linked */
};

/* Makes it empty, before anyone else sees it. */
void tsfn__ready_init(struct tsfn__ready *self);

/* Any thread. Pushes a node, which is the loop thread's from now on. Never
   blocks. */
void tsfn__ready_push(struct tsfn__ready *self, struct tsfn__ready_node *node);

/* The same. Answers whether it is the first since they were taken. */
static inline bool
tsfn__ready_push_first(struct tsfn__ready *self,
                       struct tsfn__ready_node *node) {
  struct tsfn__ready_node *newest =
      atomic_load_explicit(&self->pushed, memory_order_relaxed);
  do {
    node->next = newest;
  } while (!atomic_compare_exchange_weak_explicit(
      &self->pushed, &newest, node, memory_order_release,
      memory_order_relaxed)); /* release: meets the acquire in take */
  return newest == NULL;
}

/* Any thread. Takes the nodes that were pushed, in that order, linked by
   `next`. NULL: none. */
static inline struct tsfn__ready_node *
tsfn__ready_take(struct tsfn__ready *self) {
  struct tsfn__ready_node *newest =
      atomic_exchange_explicit(&self->pushed, NULL, memory_order_acquire);
  struct tsfn__ready_node *oldest = NULL;
  while (newest != NULL) {
    struct tsfn__ready_node *next = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = next;
  }
  return oldest;
}

/* --- loop thread --------------------------------------------------------- */

/* Collects the nodes that were pushed since the last time: they wait behind the
   others. */
void tsfn__ready_collect(struct tsfn__ready *self);

/* Takes the first of those that were collected or appended. NULL: none. */
struct tsfn__ready_node *tsfn__ready_pop(struct tsfn__ready *self);

/* Puts a node that was popped at the end. */
void tsfn__ready_append(struct tsfn__ready *self,
                        struct tsfn__ready_node *node);

/* Whether nobody waits, the pushed included: a moment's value. */
bool tsfn__ready_is_empty(const struct tsfn__ready *self);

#endif
