/* SPDX-License-Identifier: MIT */
#ifndef TSFN__THROWS_H
#define TSFN__THROWS_H

/* What options.throws points to: what becomes of an error that the callback has
   left. NULL, for none: on_error, or an uncaughtException. */

#include "crossing/outlet.h"

struct tsfn_throws {
  /* Loop thread, outside of every crossing; leaves no exception. */
  void (*report)(struct tsfn__outlet *outlet, napi_value error);
};

#endif
