/* SPDX-License-Identifier: MIT */
#ifndef TSFN__ATTACHMENT_H
#define TSFN__ATTACHMENT_H

/* What a module ties to one function's end: the threads that the library runs
   for it, the signal that aborts it. A function has a list of attachments. Each
   is found by the address of its operations, which belong to one module alone;
   so a module above needs no member of its own in the function's struct. Loop
   thread, all of it.

     at each drain                              reap
     closed, and every item is complete         stop     of all
     then, when the library's threads may end   join     of all
     options.finalize
     in the function's async context            settle   of all
     last                                       free     of all

   life.c calls the operations, function.c frees the list. */

#include <node_api.h>
#include <stdbool.h>

struct tsfn__attachment;

/* Every operation but `free` may be NULL: there is nothing to do. Only `join`
   may block. */
struct tsfn__attachment_ops {
  /* A drain begins: gives back what has ended since the last one. It is called
     often, so it must be cheap where nothing has ended. */
  void (*reap)(struct tsfn__attachment *self);

  /* The function is closed and its queue is empty. Threads of the library may
     still run: lets go those that wait for something of this module, since they
     are joined next. */
  void (*stop)(struct tsfn__attachment *self);

  /* Waits for the threads of this module. They have ended, unless the
     environment is ending, which waits for all of them. */
  void (*join)(struct tsfn__attachment *self);

  /* Settles what the module has promised to JavaScript, inside of a crossing,
     after options.finalize. Not called where JavaScript cannot run. */
  void (*settle)(struct tsfn__attachment *self, napi_env env);

  /* Frees the attachment. JavaScript need not be able to run; the function is
     still there. */
  void (*free)(struct tsfn__attachment *self);

  /* Why the function was aborted, as a JavaScript value. NULL, as the operation
     or as its answer: this module does not know. */
  napi_value (*reason)(struct tsfn__attachment *self, napi_env env);
};

/* The head of an attachment; what follows it is known to its module only. */
struct tsfn__attachment {
  const struct tsfn__attachment_ops *ops;
  struct tsfn__attachment *next;
};

/* A function's attachments, in the order in which they were added. All zero is
   an empty list. */
struct tsfn__attachments {
  struct tsfn__attachment *first;
};

/* Adds an attachment at the end. The list owns it from now on, and calls its
   `free` once. */
void tsfn__attachments_add(struct tsfn__attachments *self,
                           struct tsfn__attachment *attachment);

/* Finds the attachment with these operations. NULL: there is none of this
   module. */
struct tsfn__attachment *
tsfn__attachments_find(const struct tsfn__attachments *self,
                       const struct tsfn__attachment_ops *ops);

/* Asks one module after another for its `reason`; answers the first that is not
   NULL. NULL: none knows. */
napi_value tsfn__attachments_reason(const struct tsfn__attachments *self,
                                    napi_env env);

/* Whether one of them has a `settle`, so that a crossing for it is worth
   making. */
bool tsfn__attachments_have_settle(const struct tsfn__attachments *self);

/* Each of these calls one operation of all attachments that have it, in
   order. */
void tsfn__attachments_reap(const struct tsfn__attachments *self);
void tsfn__attachments_stop(const struct tsfn__attachments *self);
void tsfn__attachments_join(const struct tsfn__attachments *self);
void tsfn__attachments_settle(const struct tsfn__attachments *self,
                              napi_env env);

/* Frees all attachments, and empties the list. */
void tsfn__attachments_free(struct tsfn__attachments *self);

#endif
