/* SPDX-License-Identifier: MIT */

/* The floor of every wake-up: a write to an eventfd in one thread until
   epoll_wait returns in another. No library, no JavaScript. Linux only. */

#include <node_api.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "harness.h"

struct floor {
  int event;
  size_t count;
  struct timespec pause;
  atomic_uint_fast64_t written_at;
  atomic_size_t heard;
};

/* The pinger: the same pause as in pinger.c, then the write. */
static void *
write_pings(void *data) {
  struct floor *self = data;
  const uint64_t one = 1;
  for (size_t i = 0; i < self->count; i++) {
    nanosleep(&self->pause, NULL);
    /* acquire: meets the release in listen; one ping at a time. */
    if (atomic_load_explicit(&self->heard, memory_order_acquire) != i) {
      i--;
      continue;
    }
    atomic_store_explicit(&self->written_at, bench_now(), memory_order_relaxed);
    if (write(self->event, &one, sizeof one) < 0) return NULL;
  }
  return NULL;
}

static void
listen_to(struct floor *self, int poll, napi_env env, napi_value out) {
  for (size_t i = 0; i < self->count; i++) {
    struct epoll_event event;
    uint64_t value;
    if (epoll_wait(poll, &event, 1, -1) != 1) return;
    uint64_t now = bench_now();
    uint64_t then =
        atomic_load_explicit(&self->written_at, memory_order_relaxed);
    if (read(self->event, &value, sizeof value) < 0) return;
    napi_set_element(env, out, (uint32_t)i,
                     bench_from_number(env, (double)(now - then)));
    atomic_store_explicit(&self->heard, i + 1, memory_order_release);
  }
}

/* floor(count, pause): blocks, answers `count` numbers of nanoseconds. */
static napi_value
measure(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct floor self = {.event = eventfd(0, EFD_NONBLOCK),
                       .count = (size_t)bench_number_at(&arguments, 0)};
  self.pause.tv_nsec = (long)bench_number_at(&arguments, 1);
  int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  pthread_t thread;
  napi_value out;
  napi_create_array(env, &out);
  if (self.event < 0 || poll < 0 ||
      epoll_ctl(poll, EPOLL_CTL_ADD, self.event, &event) != 0 ||
      pthread_create(&thread, NULL, write_pings, &self) != 0)
    return bench_fail(env, "no eventfd, epoll or thread");
  listen_to(&self, poll, env, out);
  pthread_join(thread, NULL);
  close(poll);
  close(self.event);
  return out;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_value function;
  if (napi_create_function(env, "floor", NAPI_AUTO_LENGTH, measure, NULL,
                           &function) != napi_ok ||
      napi_set_named_property(env, exports, "floor", function) != napi_ok)
    bench_fail(env, "floor cannot be exported");
  return exports;
}
