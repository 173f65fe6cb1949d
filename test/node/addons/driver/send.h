/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_SEND_H
#define DRIVER_SEND_H

/* One call of a function, in each of the ways that there are. */

#include "driver.h"

enum way {
  WAY_CALL, /* tsfn_call, or tsfn_call_many where `many` is not 1 */
  WAY_EMPTY,
  WAY_POINTER,
  WAY_WITH,
  WAY_ERROR,
  WAY_RECORD
};

struct message {
  enum way way;
  uint32_t producer;
  uint32_t sequence; /* the first one's */
  size_t size;
  size_t many;
  tsfn_wait wait;
  char *code; /* of an error */
  char *text;
};

/* From { way, producer, sequence, size, many, wait, code, text }. The caller
   frees the two texts, or keeps them. Loop thread. */
struct message message_from(napi_env env, napi_value options);

/* *accepted: of `many` items. Any thread; may block as the message's wait
   says. */
tsfn_status send_message(struct driver *driver, const struct message *message,
                         size_t *accepted);

/* The same of WAY_POINTER. */
tsfn_status send_pointer(struct driver *driver, const struct message *message);

napi_value js_send(napi_env env, napi_callback_info info);

#endif
