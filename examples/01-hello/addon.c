/* SPDX-License-Identifier: MIT */
#include <tsfn.h>

/* A match is a struct in C and an object in JavaScript: { path, line }. */
#define MATCH(FIELD) FIELD(nonnull(string), path) FIELD(u32, line)
TSFN_RECORD(match, MATCH)

/* Runs on two threads at once; `index` says on which. */
static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  const char *const *paths = data;
  for (uint32_t line = 1; line <= 3; line++) {
    match found = {.path = paths[index], .line = line};
    tsfn_status status = match_call(fn, &found, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* search(each) in JavaScript: a promise that resolves after the last match. */
#define SEARCH(ARGUMENT) ARGUMENT(callback(match), each)
TSFN_EXPORT(search, "Calls back for each match.", SEARCH, promise(void))

static napi_value
search(napi_env env, search_arguments *args) {
  static const char *paths[] = {"notes.txt", "letters.txt"};
  tsfn_options options = TSFN_OPTIONS(search, each);
  options.threads = 2;
  return tsfn_start(env, args->each, &options, run, paths);
}

#define EXPORTS(EXPORT) EXPORT(search)
TSFN_MODULE(EXPORTS)
