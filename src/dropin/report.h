/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DROPIN_REPORT_H
#define TSFN__DROPIN_REPORT_H

/* What becomes of an exception that call_js leaves, as the host has it: addons
   of NAPI_VERSION 10 and later get an uncaughtException, those before it a
   deprecation warning for each throw, unless the process was started with
   --force-node-api-uncaught-exceptions-policy. dropin.c asks for the reporter
   when it creates a function. Loop thread. */

#include "crossing/outlet.h"

/* Reports one error, outside of a crossing; leaves no exception. */
typedef void (*tsfn__dropin_reporter)(struct tsfn__outlet *outlet,
                                      napi_value error);

/* The reporter for struct tsfn__recipe, by the Node-API version that the addon
   exports. NULL: an uncaughtException, which crossing/ makes by itself. */
tsfn__dropin_reporter tsfn__dropin_report(void);

#endif
