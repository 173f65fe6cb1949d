/* SPDX-License-Identifier: MIT */
#include <tsfn.h>

/* A match is a struct in C and an object in JavaScript: { path, line }. */
#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

/* Runs on two threads at once; `index` says on which. */
static tsfn_status
search(tsfn_function *fn, size_t index, void *data) {
  const char *const *paths = data;
  for (uint32_t line = 1; line <= 3; line++) {
    match found = {.path = paths[index], .line = line};
    tsfn_status status = match_call(fn, &found, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* search(callback): a promise that resolves after the last match. */
static napi_value
start(napi_env env, napi_callback_info info) {
  static const char *paths[] = {"notes.txt", "letters.txt"};
  napi_value callback;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &callback, NULL, NULL) != napi_ok)
    return NULL;
  tsfn_options options = {
      .name = "search", .record = match_record(), .threads = 2};
  return tsfn_start(env, callback, &options, search, paths);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor method = {.utf8name = "search", .method = start};
  if (napi_define_properties(env, exports, 1, &method) != napi_ok)
    napi_throw_error(env, NULL, "search cannot be exported");
  return exports;
}
