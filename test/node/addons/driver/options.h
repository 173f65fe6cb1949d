/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include "driver.h"

/* From a JavaScript object to tsfn_options whose callbacks are the driver's
   (callbacks.h). Numbers go through as they are: the library shall find what is
   wrong with them. The name that it points to is never freed. Loop thread. */
tsfn_options options_from(napi_env env, napi_value options,
                          struct driver *driver);

#endif
