/* SPDX-License-Identifier: MIT */

/* The gate around the host's signal (src/node/wake.h), alone, with a back end
   that does nothing.

     shutWaits()  a sender is inside while the loop thread shuts the gate; when
                  the sender hears that the gate is closed it lets the other
                  thread run many times, and only then leaves. True: the gate
                  was shut after the sender had left, and the back end was sent
                  to by nobody after that. */

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "node/wake.h"

#define YIELDS 20000

struct trial {
  struct tsfn__wake wake;
  _Atomic(bool) is_inside;
  _Atomic(bool) has_left;
};

static void
do_nothing(struct tsfn__wake *wake) {
  (void)wake;
}

static const struct tsfn__wake_backend backend = {.name = "none",
                                                  .send = do_nothing};

static void *
sender_main(void *data) {
  struct trial *self = data;
  if (!tsfn__wake_enter(&self->wake)) abort();
  self->is_inside = true;
  while (tsfn__wake_enter(&self->wake)) { /* until it is closed */
    tsfn__wake_leave(&self->wake);
    sched_yield();
  }
  for (int i = 0; i < YIELDS; i++)
    sched_yield();
  tsfn__wake_send(&self->wake);
  self->has_left = true;
  tsfn__wake_leave(&self->wake);
  return NULL;
}

static napi_value
shut_waits(napi_env env, napi_callback_info info) {
  struct trial *self = calloc(1, sizeof *self);
  napi_value result;
  pthread_t sender;
  (void)info;
  if (self == NULL) abort();
  self->wake.backend = &backend;
  if (pthread_create(&sender, NULL, sender_main, self) != 0) abort();
  while (!self->is_inside)
    sched_yield();
  tsfn__wake_shut_gate(&self->wake);
  bool has_waited = self->has_left && !tsfn__wake_enter(&self->wake);
  pthread_join(sender, NULL);
  free(self);
  return napi_get_boolean(env, has_waited, &result) == napi_ok ? result : NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "shutWaits", NAPI_AUTO_LENGTH, shut_waits, NULL,
                           &function) == napi_ok)
    napi_set_named_property(env, exports, "shutWaits", function);
  return exports;
}
