/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include <stdio.h>

#include "support/say.h"

static void
never(napi_env env, napi_value callback, void *context, void *data) {
  struct workload *self = context;
  (void)env;
  (void)callback;
  (void)data;
  self->books.disordered++;
}

void
probe(struct workload *self, uint32_t index) {
  tsfn_function *fn = self->fn;
  numbered one = {index, 0};
  numbered items[3] = {one, one, one};
  size_t many = 7;
  tsfn_stats stats;
  uint64_t sum = 0;
#define ASK(name, call) name, tsfn_status_name(call)
  const char *answers[] = {
      ASK("call", tsfn_call(fn, &one, sizeof one, TSFN_NONBLOCKING)),
      ASK("callBlocking", tsfn_call(fn, &one, sizeof one, TSFN_BLOCKING)),
      ASK("callTimed", tsfn_call(fn, &one, sizeof one, tsfn_ms(60000))),
      ASK("callMany",
          tsfn_call_many(fn, items, sizeof one, 3, TSFN_BLOCKING, &many)),
      ASK("callPointer", tsfn_call_pointer(fn, self, TSFN_BLOCKING)),
      ASK("callWith",
          tsfn_call_with(fn, never, &one, sizeof one, TSFN_BLOCKING)),
      ASK("callError", tsfn_call_error(fn, "E", "late", TSFN_BLOCKING)),
      ASK("acquire", tsfn_acquire(fn)),
      ASK("ref", tsfn_ref(fn)),
      ASK("unref", tsfn_unref(fn)),
      ASK("abort", tsfn_abort(fn)),
      ASK("abortAgain", tsfn_abort(fn)),
      ASK("spawn", tsfn_spawn(fn, NULL, NULL)),
      ASK("stats", tsfn_get_stats(fn, &stats)),
  };
#undef ASK
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    sum += stats.completed[i];
  bool is_sound = tsfn_is_closing(fn) && tsfn_context(fn) == self &&
                  many == 0 && stats.queued == 0 && stats.blocked == 0 &&
                  stats.accepted == sum && stats.uses >= 1;
  char line[900];
  int length = 0;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i += 2)
    length += snprintf(line + length, sizeof line - (size_t)length,
                       ",\"%s\":\"%s\"", answers[i], answers[i + 1]);
  say("{\"event\":\"probe\",\"id\":%d,\"isSound\":%s%s}", self->id,
      is_sound ? "true" : "false", line);
}
