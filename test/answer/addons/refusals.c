/* SPDX-License-Identifier: MIT */

/* Asks on the loop thread that are refused, and such as own memory.

     refused(callback)            statuses of asks that are mistakes
     parcels(callback), unpack()  tickets whose items own memory, and their
                                  replies
     live()                       owned memory that is not freed */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tsfn.h"

#include "support/owned.h"

#define QUESTION(FIELD) FIELD(u32, id) FIELD(string, text) FIELD(bytes, data)
TSFN_RECORD(question, QUESTION)
#define STRANGE(FIELD) FIELD(u32, id)
TSFN_RECORD(strange, STRANGE)
#define PARCEL(FIELD) FIELD(u32, id) FIELD(owned, data)
TSFN_RECORD(parcel, PARCEL)

TSFN_ASK(question, string)
TSFN_ASK(strange, u32)
TSFN_ASK(parcel, u32)

/* --- memory that changes hands ------------------------------------------- */

static _Thread_local tsfn_ticket *kept[2];
static _Thread_local tsfn_function *kept_function;

#define PARCELS(ARGUMENT) ARGUMENT(callback(parcel), answer)
TSFN_EXPORT(parcels, "Of five tickets three have room, one is dropped.",
            PARCELS, list(nonnull(string)))

static tsfn_status
parcels(napi_env env, parcels_arguments *args, parcels_result *result) {
  static _Thread_local const char *names[3];
  tsfn_options options = TSFN_OPTIONS(parcels, answer);
  tsfn_function *fn;
  tsfn_ticket *tickets[5];
  parcel items[5];
  size_t accepted;
  options.max_queue_size = 3;
  tsfn_status status = tsfn_create(env, args->answer, &options, &fn);
  if (status != TSFN_OK) return status;
  for (uint32_t i = 0; i < 5; i++) {
    uint64_t bytes = i * UINT64_C(0x0101010101010101);
    items[i] = (parcel){i, make_owned(&bytes, sizeof bytes)};
  }
  names[0] =
      tsfn_status_name(parcel_ask(fn, &items[0], NULL, NULL, TSFN_NONBLOCKING));
  names[1] = tsfn_status_name(
      parcel_ask_many(fn, items, 5, TSFN_NONBLOCKING, tickets, &accepted));
  names[2] = accepted == 3 ? "three" : "not three";
  for (size_t i = accepted; i < 5; i++)
    free_owned(items[i].data.data, NULL);
  tsfn_ask_drop(tickets[1]);
  kept[0] = tickets[0];
  kept[1] = tickets[2];
  kept_function = fn;
  result->items = names;
  result->count = 3;
  return TSFN_OK;
}

TSFN_EXPORT(unpack, "The replies to those that were not dropped.", TSFN_NONE,
            list(u32))

static tsfn_status
unpack(napi_env env, unpack_arguments *args, unpack_result *result) {
  static _Thread_local uint32_t replies[2];
  (void)env, (void)args;
  for (size_t i = 0; i < 2; i++) {
    parcel_ask_wait(kept[i], &replies[i], NULL, TSFN_NONBLOCKING);
    tsfn_ask_drop(kept[i]);
  }
  tsfn_release(kept_function);
  result->items = replies;
  result->count = 2;
  return TSFN_OK;
}

/* --- mistakes ------------------------------------------------------------ */

#define REFUSED(ARGUMENT) ARGUMENT(callback(question, batch), each)
TSFN_EXPORT(refused, NULL, REFUSED, list(nonnull(string)))

static tsfn_status
refused(napi_env env, refused_arguments *args, refused_result *result) {
  static _Thread_local const char *names[8];
  tsfn_options options = TSFN_OPTIONS(refused, each);
  tsfn_function *batch, *each;
  tsfn_ticket *ticket;
  question_reply reply;
  uint32_t number;
  size_t accepted = 5;
  question item = {1, "one", {NULL, 0}};
  question wrong = {1, "one", {NULL, 5}};
  question two[2] = {item, wrong};
  strange other = {1};
  tsfn_ticket *tickets[2];
  tsfn_wait none = TSFN_NONBLOCKING;
  tsfn_status status = tsfn_create(env, args->each, &options, &batch);
  if (status != TSFN_OK) return status;
  options.delivery = TSFN_EACH;
  status = tsfn_create(env, args->each, &options, &each);
  if (status != TSFN_OK) return status;
  names[0] = tsfn_status_name(question_ask(batch, &item, &reply, NULL, none));
  names[1] = tsfn_status_name(strange_ask(each, &other, &number, NULL, none));
  names[2] = tsfn_status_name(question_ask(each, NULL, &reply, NULL, none));
  names[3] = tsfn_status_name(question_ask(each, &wrong, &reply, NULL, none));
  names[4] = tsfn_status_name(
      question_ask_many(each, two, 2, none, tickets, &accepted));
  names[5] = accepted == 1 && tickets[1] == NULL ? "one" : "not one";
  names[6] = tsfn_status_name(
      strange_ask_wait(tickets[0], &number, NULL, TSFN_NONBLOCKING));
  tsfn_ask_drop(tickets[0]);
  tsfn_ask_drop(NULL);
  tsfn_abort(each);
  names[7] = tsfn_status_name(question_ask_start(each, &item, none, &ticket));
  tsfn_release(each);
  tsfn_release(batch);
  result->items = names;
  result->count = 8;
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(live) EXPORT(parcels) EXPORT(unpack) EXPORT(refused)
TSFN_MODULE(EXPORTS)
