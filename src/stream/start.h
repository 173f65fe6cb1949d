/* SPDX-License-Identifier: MIT */
#ifndef TSFN__START_H
#define TSFN__START_H

/* What tsfn_start and tsfn_task_start share. */

#include "tsfn.h"

/* Loop thread. As tsfn_start, with options that are not NULL. `prepare` is
   called with the function before a thread starts; NULL: there is nothing to
   do. Where it answers another status than TSFN_OK the start fails. */
napi_value tsfn__start(napi_env env, napi_value callback,
                       const tsfn_options *options, tsfn_thread run, void *data,
                       tsfn_status (*prepare)(tsfn_function *fn));

#endif
