/* SPDX-License-Identifier: MIT */
#ifndef TEST_OWNER_H
#define TEST_OWNER_H

/* What an addon's object owns: a function, and a mailbox of it. It is the first
   member, `owner`, of the object's struct, which is malloc's and freed with the
   last of two references: the object's, and the function's. Included behind
   tsfn.h by an addon whose module exports live(), which answers how many are
   not freed. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "support/live.h"

struct owner {
  tsfn_function *fn;
  tsfn_mailbox *mailbox;
  void (*clear)(struct owner *self); /* what else the struct has; may be NULL */
  atomic_int references;
  bool is_released; /* loop thread */
};

static void
owner_drop(struct owner *self) {
  if (atomic_fetch_sub(&self->references, 1) != 1) return;
  if (self->clear != NULL) self->clear(self);
  tsfn_mailbox_drop(self->mailbox);
  free(self);
  atomic_fetch_sub(&live_count, 1);
}

/* The function's free_context. */
static void
owner_free(void *context) {
  owner_drop(context);
}

static void
owner_release(struct owner *self) {
  if (!self->is_released) tsfn_release(self->fn);
  self->is_released = true;
}

/* The object was collected, or its environment ends. */
static void
owner_drop_object(struct owner *self) {
  owner_release(self);
  owner_drop(self);
}

/* Makes the function and the mailbox of a struct that is all zero otherwise,
   which is freed where that fails. */
static tsfn_status
owner_open(struct owner *self, napi_env env, napi_value callback,
           tsfn_options options, const tsfn_mailbox_options *of_mailbox) {
  options.context = self;
  options.free_context = owner_free;
  atomic_init(&self->references, 2);
  tsfn_status status = tsfn_create(env, callback, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  atomic_fetch_add(&live_count, 1);
  status = tsfn_mailbox_create(env, self->fn, of_mailbox, &self->mailbox);
  if (status != TSFN_OK) owner_drop_object(self);
  return status;
}

/* A method without arguments that does what `call` says. */
#define OWNER_METHOD(type, name, call)                                         \
  TSFN_METHOD(type, name, NULL, TSFN_NONE, void)                               \
  static tsfn_status type##_##name(napi_env env, type *self,                   \
                                   type##_##name##_arguments *args) {          \
    (void)env, (void)args;                                                     \
    call;                                                                      \
    return TSFN_OK;                                                            \
  }

/* The methods by which an object ends, and what TSFN_OBJECT calls. */
#define OWNER_ENDS(type)                                                       \
  OWNER_METHOD(type, end, tsfn_mailbox_end(self->owner.mailbox))               \
  OWNER_METHOD(type, close, tsfn_mailbox_close(self->owner.mailbox))           \
  OWNER_METHOD(type, abort, tsfn_abort(self->owner.fn))                        \
  OWNER_METHOD(type, release, owner_release(&self->owner))                     \
  static void type##_drop(type *self) {                                        \
    owner_drop_object(&self->owner);                                           \
  }
#define OWNER_ENDS_OF(METHOD, type)                                            \
  METHOD(type, end)                                                            \
  METHOD(type, close) METHOD(type, abort) METHOD(type, release)

#endif
