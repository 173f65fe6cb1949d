/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MAILBOX_H
#define TSFN__MAILBOX_H

/* What a mailbox does for the callbacks of calls (served.c), which an addon
   without them does not link. Loop thread. */

#include "tsfn.h"

/* What is done with arguments of a call that are more than their record knows.
   */
struct tsfn__argument_ops {
  /* Loop thread; may run JavaScript. Makes what the thread is to get in their
     place, once it is known that the call may be posted. False: an exception is
     pending, and nothing is left to release. */
  bool (*prepare)(napi_env env, const tsfn_mailbox *mailbox, const void *data,
                  void *arguments);

  /* Any thread, once. Gives back what prepare has made. */
  void (*release)(const tsfn_record *type, void *arguments);
};

/* As tsfn_mailbox_call. `ops` NULL: the record knows all of them. `data` is
   prepare's. */
napi_value tsfn__mailbox_call(napi_env env, tsfn_mailbox *self,
                              const tsfn_record *type, void *arguments,
                              const tsfn_record *result, tsfn_serve serve,
                              const struct tsfn__argument_ops *ops,
                              const void *data);

/* The function that it belongs to. NULL: that has ended. */
tsfn_function *tsfn__mailbox_owner(const tsfn_mailbox *self);

/* tsfn_mailbox_options.callbacks, or what stands for it. */
const tsfn_options *tsfn__mailbox_callbacks(const tsfn_mailbox *self);

#endif
