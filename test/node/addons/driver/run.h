/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

/* What the library's own threads run: tsfn_start's and tsfn_spawn's. */

#include "driver.h"

struct run;

/* From a plan (plan.h). Never freed. Loop thread. */
struct run *run_from(napi_env env, struct driver *driver, napi_value options);

/* Follows the plan of `data`, a struct run, as producer `index`. */
tsfn_status run_main(tsfn_function *fn, size_t index, void *data);

tsfn_status run_nothing(tsfn_function *fn, size_t index, void *data);

/* Once, before a thread runs: prepares to note that it has ended. */
void run_prepare(void);

#endif
