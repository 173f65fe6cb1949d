/* SPDX-License-Identifier: MIT */

/* Records that borrow memory, sent by one call from a thread.

     send(callback, count, bound, milliseconds)
       one x_call_many of `count` records to a function with this bound, with
       tsfn_ms(milliseconds); answers a promise, as tsfn_start. result() then
       says what the call answered and accepted. */

#include <stdlib.h>

#include <tsfn.h>

#include "support/exports.h"

#define PIECE(FIELD) FIELD(string, text)
TSFN_RECORD(piece, PIECE)

static struct {
  uint32_t count;
  uint32_t milliseconds;
  tsfn_status status;
  size_t accepted;
} call;

static tsfn_status
send_all(tsfn_function *fn, size_t index, void *data) {
  piece *pieces = calloc(call.count, sizeof *pieces);
  (void)index;
  (void)data;
  if (pieces == NULL) return TSFN_NO_MEMORY;
  for (uint32_t i = 0; i < call.count; i++)
    pieces[i].text = "text";
  call.status = piece_call_many(fn, pieces, call.count,
                                tsfn_ms(call.milliseconds), &call.accepted);
  free(pieces);
  return TSFN_OK;
}

static napi_value
send(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t count = 4;
  uint32_t bound;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      napi_get_value_uint32(env, arguments[1], &call.count) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &bound) != napi_ok ||
      napi_get_value_uint32(env, arguments[3], &call.milliseconds) != napi_ok)
    return NULL;
  tsfn_options options = {
      .name = "pieces",
      .record = piece_record(),
      .max_queue_size = bound,
      .budget_microseconds = UINT32_MAX, /* a slow callback ends no drain */
  };
  return tsfn_start(env, arguments[0], &options, send_all, NULL);
}

static napi_value
result(napi_env env, napi_callback_info info) {
  napi_value list, status, accepted;
  (void)info;
  if (napi_create_array(env, &list) != napi_ok ||
      napi_create_string_utf8(env, tsfn_status_name(call.status),
                              NAPI_AUTO_LENGTH, &status) != napi_ok ||
      napi_create_uint32(env, (uint32_t)call.accepted, &accepted) != napi_ok ||
      napi_set_element(env, list, 0, status) != napi_ok ||
      napi_set_element(env, list, 1, accepted) != napi_ok)
    return NULL;
  return list;
}

EXPORTS(METHOD("send", send), METHOD("result", result))
