/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_CALLBACKS_H
#define DRIVER_CALLBACKS_H

/* What the driver gives the library to call. Each notes that it was called and
   checks what it got. The context is the driver. */

#include "driver.h"

tsfn_status on_convert(napi_env env, void *context, const void *data,
                       tsfn_arguments *out);
void on_call_js(napi_env env, napi_value callback, void *context, void *item);

/* For tsfn_call_with: as on_call_js, with "with" as the first argument. */
void on_call_with(napi_env env, napi_value callback, void *context, void *item);

/* Frees an item that went as a pointer. */
void on_complete(void *context, const void *data, size_t size,
                 tsfn_completion how);
void on_finalize(napi_env env, void *data, void *context);
void on_free_context(void *context);

/* An item of `size` bytes, as on_complete expects them of that producer and
   sequence. Any thread. */
void fill_item(void *out, uint32_t producer, uint32_t sequence, size_t size);

#endif
