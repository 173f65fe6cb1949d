/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

/* The largest payload of a scenario. */
#define PAYLOAD_MAX ((size_t)1 << 20)

static double finalized; /* loop thread */

/* --- what adapters use --------------------------------------------------- */

void
bench_finalized(void) {
  finalized++;
}

const void *
bench_payload(size_t size) {
  static unsigned char payload[PAYLOAD_MAX];
  return size <= sizeof payload ? payload : NULL;
}

const char *
bench_text(size_t size) {
  static const char text[] =
      "the quick brown fox jumps over the lazy dog, once, twice, thrice";
  return size < sizeof text ? text + sizeof text - 1 - size : NULL;
}

/* --- functions ----------------------------------------------------------- */

size_t
bench_functions_at(const struct bench_arguments *self, size_t index,
                   struct bench_function **out, size_t most) {
  uint32_t count = 0;
  napi_get_array_length(self->env, self->values[index], &count);
  if (count > most) return 0;
  for (uint32_t i = 0; i < count; i++) {
    napi_value value;
    void *function = NULL;
    napi_get_element(self->env, self->values[index], i, &value);
    napi_get_value_external(self->env, value, &function);
    out[i] = function;
  }
  return count;
}

static const struct bench_kind *
find_kind(napi_env env, napi_value name) {
  char text[64] = "";
  napi_get_value_string_utf8(env, name, text, sizeof text, NULL);
  const struct bench_kind *kind = bench_kinds;
  while (kind->name != NULL && strcmp(kind->name, text) != 0)
    kind++;
  return kind->name != NULL ? kind : NULL;
}

/* create(kind, callback, bound, size) */
static napi_value
create(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  const struct bench_kind *kind = find_kind(env, arguments.values[0]);
  if (kind == NULL) return bench_fail(env, "no such kind");
  struct bench_function *self = calloc(1, sizeof *self);
  if (self == NULL) return bench_fail(env, "out of memory");
  self->kind = kind;
  self->bound = (size_t)bench_number_at(&arguments, 2);
  self->size = (size_t)bench_number_at(&arguments, 3);
  if (kind->create(self, env, arguments.values[1]))
    return bench_from_pointer(env, self);
  free(self);
  return bench_fail(env, "the function could not be created");
}

static napi_value
release(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct bench_function *self = bench_pointer_at(&arguments, 0);
  self->kind->release(self);
  free(self);
  return NULL;
}

static napi_value
get_finalized(napi_env env, napi_callback_info info) {
  (void)info;
  return bench_from_number(env, finalized);
}

static napi_value
list_kinds(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value list, name;
  if (napi_create_array(env, &list) != napi_ok) return NULL;
  for (uint32_t i = 0; bench_kinds[i].name != NULL; i++) {
    napi_create_string_utf8(env, bench_kinds[i].name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, i, name);
  }
  return list;
}

#define METHOD(name, function)                                                 \
  { name, NULL, function, 0, 0, 0, napi_enumerable, 0 }

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  static const napi_property_descriptor methods[] = {
      METHOD("kinds", list_kinds),      METHOD("create", create),
      METHOD("release", release),       METHOD("finalized", get_finalized),
      METHOD("flood", bench_flood),     METHOD("elapsed", bench_elapsed),
      METHOD("join", bench_join),       METHOD("pour", bench_pour),
      METHOD("stop", bench_stop),       METHOD("endPour", bench_end_pour),
      METHOD("pinger", bench_pinger),   METHOD("ping", bench_ping),
      METHOD("stamp", bench_stamp),     METHOD("endPinger", bench_end_pinger),
      METHOD("shoot", bench_shoot),     METHOD("endShots", bench_end_shots),
      METHOD("asker", bench_asker),     METHOD("endAsker", bench_end_asker),
      METHOD("capture", bench_capture),
  };
  if (napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                             methods) != napi_ok)
    bench_fail(env, "the bench addon cannot export its methods");
  return exports;
}
