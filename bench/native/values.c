/* SPDX-License-Identifier: MIT */
#include "harness.h"

struct bench_arguments
bench_arguments_of(napi_env env, napi_callback_info info) {
  struct bench_arguments self = {.env = env};
  size_t count = BENCH_MAX_ARGUMENTS;
  napi_get_cb_info(env, info, &count, self.values, NULL, NULL);
  return self;
}

double
bench_number_at(const struct bench_arguments *self, size_t index) {
  double number = 0;
  napi_get_value_double(self->env, self->values[index], &number);
  return number;
}

void *
bench_pointer_at(const struct bench_arguments *self, size_t index) {
  void *pointer = NULL;
  napi_get_value_external(self->env, self->values[index], &pointer);
  return pointer;
}

napi_value
bench_from_number(napi_env env, double number) {
  napi_value value = NULL;
  napi_create_double(env, number, &value);
  return value;
}

napi_value
bench_from_pointer(napi_env env, void *pointer) {
  napi_value value = NULL;
  napi_create_external(env, pointer, NULL, NULL, &value);
  return value;
}

napi_value
bench_fail(napi_env env, const char *message) {
  bool is_pending = false;
  napi_is_exception_pending(env, &is_pending);
  if (!is_pending) napi_throw_error(env, NULL, message);
  return NULL;
}
