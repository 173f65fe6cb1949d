/* SPDX-License-Identifier: MIT */

/* libtsfn, used as its README says. */

#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

#include "adapter.h"

/* The longest run that send_many gathers. */
#define RUN_MAX 1024u

#define SAMPLE(FIELD) FIELD(f64, value)
TSFN_RECORD(sample, SAMPLE)

#define POINT(FIELD) FIELD(f64, x) FIELD(f64, y) FIELD(f64, z) FIELD(f64, w)
TSFN_RECORD(point, POINT)

#define LINE(FIELD) FIELD(string, path) FIELD(string, text)
TSFN_RECORD(line, LINE)

#define COPIED(FIELD) FIELD(bytes, data)
TSFN_RECORD(copied, COPIED)

#define BUFFERED(FIELD) FIELD(buffer, data)
TSFN_RECORD(buffered, BUFFERED)

#define MOVED(FIELD) FIELD(owned, data)
TSFN_RECORD(moved, MOVED)

#define PACKET(FIELD) FIELD(f64, seconds) FIELD(u32, length) FIELD(bytes, bytes)
TSFN_RECORD(packet, PACKET)

#define QUESTION(FIELD) FIELD(u32, id)
TSFN_RECORD(question, QUESTION)
TSFN_ASK(question, u32)
TSFN_ASK_AS(order, question, i32)

/* --- creating ------------------------------------------------------------ */

static void
on_finalize(napi_env env, void *data, void *context) {
  (void)env, (void)data, (void)context;
  bench_finalized();
}

static bool
create(struct bench_function *self, napi_env env, napi_value callback,
       tsfn_options options) {
  tsfn_function *function;
  options.name = "bench";
  options.errors = TSFN_VALUES_ONLY;
  options.max_queue_size = self->bound;
  options.finalize = on_finalize;
  if (tsfn_create(env, callback, &options, &function) != TSFN_OK) return false;
  self->handle = function;
  return true;
}

static bool
create_number(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = sample_record(),
                          .passing = TSFN_AS_ARGUMENTS};
  return create(self, env, callback, options);
}

static bool
create_record(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = point_record()};
  return create(self, env, callback, options);
}

static bool
create_strings(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = line_record()};
  return create(self, env, callback, options);
}

static bool
create_copied(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = copied_record(),
                          .passing = TSFN_AS_ARGUMENTS};
  return create(self, env, callback, options);
}

static bool
create_buffered(struct bench_function *self, napi_env env,
                napi_value callback) {
  tsfn_options options = {.record = buffered_record(),
                          .passing = TSFN_AS_ARGUMENTS};
  return create(self, env, callback, options);
}

static bool
create_moved(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = moved_record(),
                          .passing = TSFN_AS_ARGUMENTS};
  return create(self, env, callback, options);
}

static bool
create_ask(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = question_record(),
                          .passing = TSFN_AS_ARGUMENTS};
  return create(self, env, callback, options);
}

static bool
create_packet(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = packet_record()};
  return create(self, env, callback, options);
}

static bool
create_packet_columns(struct bench_function *self, napi_env env,
                      napi_value callback) {
  tsfn_options options = {.record = packet_record(), .delivery = TSFN_COLUMNS};
  return create(self, env, callback, options);
}

static bool
create_packed_packets(struct bench_function *self, napi_env env,
                      napi_value callback) {
  tsfn_options options = {.record = packet_record(),
                          .delivery = TSFN_PACKED_COLUMNS};
  return create(self, env, callback, options);
}

#ifdef TSFN_HAS_DELIVERY_MODES
static bool
create_columns(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = sample_record(), .delivery = TSFN_COLUMNS};
  return create(self, env, callback, options);
}

static bool
create_reused(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.record = sample_record(),
                          .delivery = TSFN_COLUMNS,
                          .reuse_columns = true};
  return create(self, env, callback, options);
}
#endif

/* The same as the peers' (node.c). */
static void
call_js(napi_env env, napi_value callback, void *context, void *item) {
  napi_value undefined, number;
  (void)context;
  if (env == NULL) return;
  napi_get_undefined(env, &undefined);
  napi_create_double(env, (double)(uintptr_t)item, &number);
  napi_call_function(env, undefined, callback, 1, &number, NULL);
}

static bool
create_call_js(struct bench_function *self, napi_env env, napi_value callback) {
  tsfn_options options = {.call_js = call_js};
  return create(self, env, callback, options);
}

static bool
create_call_js_per_call(struct bench_function *self, napi_env env,
                        napi_value callback) {
  tsfn_options options = {.call_js = call_js,
                          .microtasks = TSFN_MICROTASKS_PER_CALL};
  return create(self, env, callback, options);
}

static void
release(struct bench_function *self) {
  tsfn_release(self->handle);
}

/* --- sending ------------------------------------------------------------- */

static bool
send_number(struct bench_function *self, uint64_t i) {
  sample item = {.value = (double)i};
  return sample_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static bool
send_numbers(struct bench_function *self, uint64_t i, size_t count) {
  sample items[RUN_MAX];
  if (count > RUN_MAX) return false;
  for (size_t k = 0; k < count; k++)
    items[k].value = (double)(i + k);
  return sample_call_many(self->handle, items, count, TSFN_BLOCKING, NULL) ==
         TSFN_OK;
}

static bool
send_record(struct bench_function *self, uint64_t i) {
  double x = (double)i;
  point item = {.x = x, .y = x + 1, .z = x + 2, .w = x + 3};
  return point_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static bool
send_strings(struct bench_function *self, uint64_t i) {
  const char *text = bench_text(self->size);
  line item = {.path = text, .text = text};
  (void)i;
  return line_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static bool
send_copied(struct bench_function *self, uint64_t i) {
  copied item = {.data = {bench_payload(self->size), self->size}};
  (void)i;
  return copied_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static void
free_moved(void *data, void *hint) {
  (void)hint;
  free(data);
}

static bool
send_buffered(struct bench_function *self, uint64_t i) {
  buffered item = {.data = {bench_payload(self->size), self->size}};
  (void)i;
  return buffered_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static bool
send_moved(struct bench_function *self, uint64_t i) {
  void *data = malloc(self->size);
  (void)i;
  if (data == NULL) return false;
  memcpy(data, bench_payload(self->size), self->size);
  moved item = {.data = {data, self->size, free_moved, NULL}};
  if (moved_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK) return true;
  free(data);
  return false;
}

static bool
send_packet(struct bench_function *self, uint64_t i) {
  struct bench_packet read = bench_next_packet(self);
  packet item = {.seconds = read.seconds,
                 .length = read.length,
                 .bytes = {read.data, read.size}};
  (void)i;
  return packet_call(self->handle, &item, TSFN_BLOCKING) == TSFN_OK;
}

static bool
send_pointer(struct bench_function *self, uint64_t i) {
  return tsfn_call_pointer(self->handle, (void *)(uintptr_t)i, TSFN_BLOCKING) ==
         TSFN_OK;
}

/* --- asking -------------------------------------------------------------- */

static bool
send_ask(struct bench_function *self, uint64_t i) {
  question item = {.id = (uint32_t)i};
  order_reply reply;
  return order_ask(self->handle, &item, &reply, NULL, TSFN_BLOCKING) ==
             TSFN_OK &&
         reply == (int32_t)i + 1;
}

/* Waits for the ticket of item `i`, and drops it. */
static bool
end_ticket(tsfn_ticket *ticket, uint64_t i) {
  question_reply reply;
  bool is_right =
      question_ask_wait(ticket, &reply, NULL, TSFN_BLOCKING) == TSFN_OK &&
      reply == (uint32_t)i + 1;
  tsfn_ask_drop(ticket);
  return is_right;
}

static bool
send_asks(struct bench_function *self, uint64_t i, size_t count) {
  question *items = calloc(count, sizeof *items);
  tsfn_ticket **tickets = malloc(count * sizeof *tickets);
  bool is_right = items != NULL && tickets != NULL;
  for (size_t k = 0; is_right && k < count; k++)
    items[k].id = (uint32_t)(i + k);
  is_right =
      is_right && question_ask_many(self->handle, items, count, TSFN_BLOCKING,
                                    tickets, NULL) == TSFN_OK;
  for (size_t k = 0; is_right && k < count; k++)
    is_right = end_ticket(tickets[k], i + k);
  free(items);
  free(tickets);
  return is_right;
}

const struct bench_kind bench_kinds[] = {
    {"number", create_number, send_number, send_numbers, release},
    {"record", create_record, send_record, NULL, release},
    {"strings", create_strings, send_strings, NULL, release},
    {"bytes", create_copied, send_copied, NULL, release},
    {"buffer", create_buffered, send_buffered, NULL, release},
    {"packet", create_packet, send_packet, NULL, release},
    {"packet-columns", create_packet_columns, send_packet, NULL, release},
    {"packet-packed", create_packed_packets, send_packet, NULL, release},
    {"ask", create_ask, send_ask, send_asks, release},
    {"owned", create_moved, send_moved, NULL, release},
#ifdef TSFN_HAS_DELIVERY_MODES
    {"columns", create_columns, send_number, send_numbers, release},
    {"reused", create_reused, send_number, send_numbers, release},
#endif
    {"call-js", create_call_js, send_pointer, NULL, release},
    {"call-js-per-call", create_call_js_per_call, send_pointer, NULL, release},
    {NULL, NULL, NULL, NULL, NULL},
};
