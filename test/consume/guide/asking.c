/* SPDX-License-Identifier: MIT */

/* An addon around ask.c of docs/guide.md: start(callback, signal) asks 0 to 9
   from a thread. The promise that it returns rejects where an answer is not
   whether the number is even. */

#include <tsfn.h>

/* A record of another file's: the same fields, so the same record. */
#define QUESTION(FIELD) FIELD(u32, number)
TSFN_RECORD(question, QUESTION)

tsfn_status ask(tsfn_function *fn, uint32_t number, bool *reply);

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  (void)index;
  (void)data;
  for (uint32_t number = 0; number < 10; number++) {
    bool reply = false;
    tsfn_status status = ask(fn, number, &reply);
    if (status != TSFN_OK) return status;
    if (reply != (number % 2 == 0)) return TSFN_WRONG_TYPE;
  }
  return TSFN_OK;
}

static napi_value
start(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok)
    return NULL;
  tsfn_options options = {.name = "ask",
                          .record = question_record(),
                          .errors = TSFN_VALUES_ONLY,
                          .passing = TSFN_AS_ARGUMENTS,
                          .signal = arguments[1]};
  return tsfn_start(env, arguments[0], &options, run, NULL);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor method = {.utf8name = "start", .method = start};
  napi_define_properties(env, exports, 1, &method);
  return exports;
}
