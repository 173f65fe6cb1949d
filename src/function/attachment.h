/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ATTACHMENT_H
#define TSFN__ATTACHMENT_H

/* What a module ties to one function's end: the threads that the library runs
   for it, the signal that aborts it. A function has a list of attachments, each
   found by the address of its operations, which belong to one module alone.
   Loop thread, all of it.

     at each drain                              reap
     closed, and every item is complete         stop     of all
     then, when the library's threads may end   join     of all
     options.finalize
     in the function's async context            settle   of all
     last                                       free     of all */

#include <node_api.h>
#include <stdbool.h>

struct tsfn__attachment;

/* Every operation but `free` may be NULL: there is nothing to do. */
struct tsfn__attachment_ops {
  /* A drain begins: gives back what has ended since. */
  void (*reap)(struct tsfn__attachment *self);

  /* The function is closed and its queue is empty. Threads of the library may
     still run: lets go those that wait for something of this module, since they
     are joined next. */
  void (*stop)(struct tsfn__attachment *self);

  /* Waits for the threads of this module. */
  void (*join)(struct tsfn__attachment *self);

  /* JavaScript can run, after options.finalize. Not called where it cannot. */
  void (*settle)(struct tsfn__attachment *self, napi_env env);

  /* Frees the attachment. JavaScript need not be able to run. */
  void (*free)(struct tsfn__attachment *self);

  /* Why the function was aborted, as a JavaScript value. NULL, also as the
     answer: this module does not know. */
  napi_value (*reason)(struct tsfn__attachment *self, napi_env env);
};

struct tsfn__attachment {
  const struct tsfn__attachment_ops *ops;
  struct tsfn__attachment *next;
};

/* A function's attachments, in the order in which they were added. All zero is
   an empty list. */
struct tsfn__attachments {
  struct tsfn__attachment *first;
};

/* The list owns the attachment from now on. */
void tsfn__attachments_add(struct tsfn__attachments *self,
                           struct tsfn__attachment *attachment);

/* NULL: there is none of this module. */
struct tsfn__attachment *
tsfn__attachments_find(const struct tsfn__attachments *self,
                       const struct tsfn__attachment_ops *ops);

/* What the first module that knows answers to `reason`. NULL: none does. */
napi_value tsfn__attachments_reason(const struct tsfn__attachments *self,
                                    napi_env env);

/* Whether one of them has something to settle. */
bool tsfn__attachments_have_settle(const struct tsfn__attachments *self);

/* One operation of all. */
void tsfn__attachments_reap(const struct tsfn__attachments *self);
void tsfn__attachments_stop(const struct tsfn__attachments *self);
void tsfn__attachments_join(const struct tsfn__attachments *self);
void tsfn__attachments_settle(const struct tsfn__attachments *self,
                              napi_env env);

/* Frees all, and empties the list. */
void tsfn__attachments_free(struct tsfn__attachments *self);

#endif
