/* SPDX-License-Identifier: MIT */
#include "send.h"

#include <string.h>

#include "callbacks.h"

static enum way
way_of(const char *name) {
  static const char *const names[] = {"call", "empty", "pointer",
                                      "with", "error", "record"};
  if (name == NULL) return WAY_CALL;
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return (enum way)i;
  fprintf(stderr, "driver: there is no way %s\n", name);
  abort();
}

struct message
message_from(napi_env env, napi_value options) {
  char *way = js_string(env, options, "way");
  struct message self = {
      .way = way_of(way),
      .producer = js_u32(env, options, "producer", 0),
      .sequence = js_u32(env, options, "sequence", 0),
      .size = js_u32(env, options, "size", sizeof(numbered)),
      .many = js_u32(env, options, "many", 1),
      .wait = js_wait(env, options),
      .code = js_string(env, options, "code"),
      .text = js_string(env, options, "text"),
  };
  free(way);
  return self;
}

tsfn_status
send_pointer(struct driver *driver, const struct message *message) {
  numbered *item = malloc(sizeof *item);
  item->producer = message->producer;
  item->sequence = message->sequence;
  tsfn_status status = tsfn_call_pointer(driver->fn, item, message->wait);
  if (status == TSFN_OK)
    atomic_fetch_add(&driver->pointers_made, 1);
  else
    free(item);
  return status;
}

static tsfn_status
send_values(struct driver *driver, const struct message *message,
            size_t *accepted) {
  size_t many = message->many, size = message->size;
  unsigned char few[64], *items = few;
  if (many * size > sizeof few) items = malloc(many * size);
  for (size_t i = 0; i < many; i++)
    fill_item(items + i * size, message->producer,
              message->sequence + (uint32_t)i, size);
  tsfn_status status;
  if (message->way == WAY_RECORD)
    status =
        numbered_call_many(driver->fn, (const numbered *)(const void *)items,
                           many, message->wait, accepted);
  else if (many == 1)
    status = tsfn_call(driver->fn, items, size, message->wait);
  else
    status =
        tsfn_call_many(driver->fn, items, size, many, message->wait, accepted);
  if (many == 1) *accepted = status == TSFN_OK;
  memset(items, 0xee, many * size); /* the library has its copy */
  if (items != few) free(items);
  return status;
}

static tsfn_status
send_with(struct driver *driver, const struct message *message) {
  unsigned char item[ITEM_MAX];
  fill_item(item, message->producer, message->sequence, message->size);
  return tsfn_call_with(driver->fn, on_call_with,
                        message->size != 0 ? item : NULL, message->size,
                        message->wait);
}

static tsfn_status
send_error(struct driver *driver, const struct message *message) {
  char text[32];
  snprintf(text, sizeof text, "%u:%u", message->producer, message->sequence);
  return tsfn_call_error(driver->fn, message->code,
                         message->text != NULL ? message->text : text,
                         message->wait);
}

tsfn_status
send_message(struct driver *driver, const struct message *message,
             size_t *accepted) {
  tsfn_status status = TSFN_INVALID;
  bool is_run = message->way == WAY_CALL || message->way == WAY_RECORD;
  *accepted = 0;
  switch (message->way) {
  case WAY_CALL:
  case WAY_RECORD:
    status = send_values(driver, message, accepted);
    break;
  case WAY_EMPTY:
    status = tsfn_call(driver->fn, NULL, 0, message->wait);
    break;
  case WAY_POINTER:
    status = send_pointer(driver, message);
    break;
  case WAY_WITH:
    status = send_with(driver, message);
    break;
  case WAY_ERROR:
    status = send_error(driver, message);
    break;
  }
  if (!is_run) *accepted = status == TSFN_OK;
  driver->books.accepted += *accepted;
  return status;
}

/* send(handle, message) -> { status, accepted } */
napi_value
js_send(napi_env env, napi_callback_info info) {
  napi_value arguments[2], answer = js_object(env);
  size_t accepted = 0;
  js_arguments(env, info, 2, arguments);
  struct message message = message_from(env, arguments[1]);
  tsfn_status status =
      send_message(driver_at(env, arguments[0]), &message, &accepted);
  js_set(env, answer, "status", js_status(env, status));
  js_set_number(env, answer, "accepted", accepted);
  free(message.code);
  free(message.text);
  return answer;
}
