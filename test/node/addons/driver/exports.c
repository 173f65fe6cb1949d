/* SPDX-License-Identifier: MIT */

/* What the driver exports; where a method is defined a comment tells it.
   test/support/driver.js is the JavaScript half. */

#include "ask.h"
#include "create.h"
#include "latch.h"
#include "operations.h"
#include "run.h"
#include "send.h"
#include "support/enums.h"
#include "team.h"

static napi_value
init(napi_env env, napi_value exports) {
  const struct {
    const char *name;
    napi_callback callback;
  } methods[] = {
      {"create", js_create},
      {"createDefault", js_create_default},
      {"createElsewhere", js_create_elsewhere},
      {"createBadly", js_create_badly},
      {"start", js_start},
      {"spawn", js_spawn},
      {"send", js_send},
      {"op", js_op},
      {"onThread", js_on_thread},
      {"produce", js_produce},
      {"join", js_join},
      {"latch", js_latch},
      {"openLatch", js_open_latch},
      {"arrivedAt", js_arrived_at},
      {"stats", js_stats},
      {"report", js_report},
      {"log", js_log},
      {"failAt", js_fail_at},
      {"waitBlocked", js_wait_blocked},
  };
  run_prepare();
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    napi_value function;
    MUST(napi_create_function(env, methods[i].name, NAPI_AUTO_LENGTH,
                              methods[i].callback, NULL, &function));
    js_set(env, exports, methods[i].name, function);
  }
  js_set(env, exports, "enums", enums_object(env));
  return exports;
}

NAPI_MODULE(driver, init)
