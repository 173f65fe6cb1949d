/* SPDX-License-Identifier: MIT */
#include "core/ready.h"

void
tsfn__ready_init(struct tsfn__ready *self) {
  atomic_init(&self->pushed, NULL);
  self->first = NULL;
  self->end = &self->first;
}

void
tsfn__ready_push(struct tsfn__ready *self, struct tsfn__ready_node *node) {
  (void)tsfn__ready_push_first(self, node);
}

void
tsfn__ready_collect(struct tsfn__ready *self) {
  struct tsfn__ready_node *node = tsfn__ready_take(self);
  while (node != NULL) {
    struct tsfn__ready_node *next = node->next;
    tsfn__ready_append(self, node);
    node = next;
  }
}

struct tsfn__ready_node *
tsfn__ready_pop(struct tsfn__ready *self) {
  struct tsfn__ready_node *node = self->first;
  if (node == NULL) return NULL;
  self->first = node->next;
  if (self->first == NULL) self->end = &self->first;
  return node;
}

void
tsfn__ready_append(struct tsfn__ready *self, struct tsfn__ready_node *node) {
  node->next = NULL;
  *self->end = node;
  self->end = &node->next;
}

bool
tsfn__ready_is_empty(const struct tsfn__ready *self) {
  return self->first == NULL &&
         atomic_load_explicit(&self->pushed, memory_order_relaxed) == NULL;
}
