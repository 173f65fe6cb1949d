/* SPDX-License-Identifier: MIT */

/* A function for each way to declare a callback, named by its delivery and its
   other words. It sends two matches on the loop thread, so that both are queued
   when JavaScript takes them, by the options that follow from the declaration
   and no others but `finalize`. */

#include "tsfn.h"

#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

static _Thread_local uint32_t ended_count;

static void
count_end(napi_env env, void *data, void *context) {
  (void)env;
  (void)data;
  (void)context;
  ended_count++;
}

static tsfn_status
send(napi_env env, napi_value each, tsfn_options options) {
  static const match items[] = {{"a", 1}, {"b", 2}};
  tsfn_function *fn;
  options.finalize = count_end;
  tsfn_status status = tsfn_create(env, each, &options, &fn);
  if (status != TSFN_OK) return status;
  status = match_call_many(fn, items, 2, TSFN_NONBLOCKING, NULL);
  tsfn_release(fn);
  return status;
}

/* The two styles stand in either order. */
#define LIST_each(A) A(callback(match), each)
#define LIST_each_values_only(A) A(callback(match, values_only), each)
#define LIST_each_as_arguments(A) A(callback(match, as_arguments), each)
#define LIST_each_as_arguments_values_only(A)                                  \
  A(callback(match, as_arguments, values_only), each)
#define LIST_batch(A) A(callback(match, batch), each)
#define LIST_batch_values_only(A) A(callback(match, batch, values_only), each)
#define LIST_batch_as_arguments(A) A(callback(match, batch, as_arguments), each)
#define LIST_batch_as_arguments_values_only(A)                                 \
  A(callback(match, batch, values_only, as_arguments), each)
#define LIST_columns(A) A(callback(match, columns), each)
#define LIST_columns_values_only(A)                                            \
  A(callback(match, columns, values_only), each)
#define LIST_columns_as_arguments(A)                                           \
  A(callback(match, columns, as_arguments), each)
#define LIST_columns_as_arguments_values_only(A)                               \
  A(callback(match, columns, as_arguments, values_only), each)
#define LIST_packed_columns(A) A(callback(match, packed_columns), each)
#define LIST_packed_columns_values_only(A)                                     \
  A(callback(match, packed_columns, values_only), each)
#define LIST_packed_columns_as_arguments(A)                                    \
  A(callback(match, packed_columns, as_arguments), each)
#define LIST_packed_columns_as_arguments_values_only(A)                        \
  A(callback(match, packed_columns, values_only, as_arguments), each)
#define LIST_latest(A) A(callback(match, latest), each)
#define LIST_latest_values_only(A) A(callback(match, latest, values_only), each)
#define LIST_latest_as_arguments(A)                                            \
  A(callback(match, latest, as_arguments), each)
#define LIST_latest_as_arguments_values_only(A)                                \
  A(callback(match, latest, as_arguments, values_only), each)

/* `way` for each style of a delivery. */
#define STYLES(way, delivery)                                                  \
  way(delivery) way(delivery##_values_only) way(delivery##_as_arguments)       \
      way(delivery##_as_arguments_values_only)
#define WAYS(way)                                                              \
  STYLES(way, each)                                                            \
  STYLES(way, batch)                                                           \
  STYLES(way, columns)                                                         \
  STYLES(way, packed_columns)                                                  \
  STYLES(way, latest)

#define DEFINE(name)                                                           \
  TSFN_EXPORT(name, NULL, LIST_##name, void)                                   \
  static tsfn_status name(napi_env env, name##_arguments *args) {              \
    return send(env, args->each, TSFN_OPTIONS(name, each));                    \
  }
WAYS(DEFINE)

TSFN_EXPORT(ended, "How many functions have finalized.", TSFN_NONE, u32)

static tsfn_status
ended(napi_env env, ended_arguments *args, uint32_t *result) {
  (void)env;
  (void)args;
  *result = ended_count;
  return TSFN_OK;
}

#define EXPORTS(EXPORT) WAYS(EXPORT) EXPORT(ended)
TSFN_MODULE(EXPORTS)
