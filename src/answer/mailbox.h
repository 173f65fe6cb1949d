/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MAILBOX_H
#define TSFN__MAILBOX_H

/* What a mailbox does for the callbacks of calls (served.c), which an addon
   without them does not link. Loop thread. */

#include "tsfn.h"

/* Gives back what a call's arguments have besides the memory that their record
   knows. Any thread; once, unless they are still the caller's. */
typedef void (*tsfn__release_arguments)(const tsfn_record *type,
                                        void *arguments);

/* As tsfn_mailbox_call. `release` NULL: they have nothing else. */
napi_value tsfn__mailbox_call(napi_env env, tsfn_mailbox *self,
                              const tsfn_record *type, void *arguments,
                              const tsfn_record *result, tsfn_serve serve,
                              tsfn__release_arguments release);

/* The function that it belongs to. NULL: that has ended. */
tsfn_function *tsfn__mailbox_owner(const tsfn_mailbox *self);

/* tsfn_mailbox_options.callbacks, or what stands for it. */
const tsfn_options *tsfn__mailbox_callbacks(const tsfn_mailbox *self);

#endif
