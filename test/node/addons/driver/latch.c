/* SPDX-License-Identifier: MIT */
#include "latch.h"

#include "support/threads.h"

struct latch {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_open;
  size_t arrived; /* threads, so far */
};

void
latch_pass(struct latch *self) {
  pthread_mutex_lock(&self->lock);
  self->arrived++;
  pthread_cond_broadcast(&self->changed);
  while (!self->is_open)
    pthread_cond_wait(&self->changed, &self->lock);
  pthread_mutex_unlock(&self->lock);
}

/* latch() -> latch; never freed */
napi_value
js_latch(napi_env env, napi_callback_info info) {
  (void)info;
  struct latch *self = calloc(1, sizeof *self);
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->changed, NULL);
  return js_from_pointer(env, self);
}

/* openLatch(latch): lets all pass, those who wait and those who come */
napi_value
js_open_latch(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  struct latch *self = js_external(env, arguments[0]);
  pthread_mutex_lock(&self->lock);
  self->is_open = true;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

/* arrivedAt(latch, n): blocks until n threads have come to the latch */
napi_value
js_arrived_at(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t wanted;
  js_arguments(env, info, 2, arguments);
  struct latch *self = js_external(env, arguments[0]);
  MUST(napi_get_value_uint32(env, arguments[1], &wanted));
  pthread_mutex_lock(&self->lock);
  while (self->arrived < wanted)
    pthread_cond_wait(&self->changed, &self->lock);
  pthread_mutex_unlock(&self->lock);
  return NULL;
}
