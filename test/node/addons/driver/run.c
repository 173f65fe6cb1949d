/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "plan.h"

struct run {
  struct driver *driver;
  struct plan *plan;
};

/* A thread's last act, which a join waits for. */
static pthread_key_t exit_key;

static void
note_exit(void *driver) {
  atomic_fetch_add(&((struct driver *)driver)->exited, 1);
}

static void
make_exit_key(void) {
  if (pthread_key_create(&exit_key, note_exit) != 0) abort();
}

void
run_prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_exit_key);
}

tsfn_status
run_main(tsfn_function *fn, size_t index, void *data) {
  struct run *self = data;
  struct driver *driver = self->driver;
  struct tally tally = {0};
  pthread_setspecific(exit_key, driver);
  if (tsfn_context(fn) != driver) return TSFN_FAILURE;
  driver->fn = fn; /* each of them the same */
  if (index < RUNS_MAX) atomic_fetch_add(&driver->runs[index], 1);
  plan_follow(self->plan, driver, (uint32_t)index, &tally);
  driver_log(driver, "run", NULL, "ended");
  return self->plan->answers[index % RUNS_MAX];
}

tsfn_status
run_nothing(tsfn_function *fn, size_t index, void *data) {
  (void)fn;
  (void)index;
  (void)data;
  return TSFN_OK;
}

struct run *
run_from(napi_env env, struct driver *driver, napi_value options) {
  struct run *self = calloc(1, sizeof *self);
  self->driver = driver;
  self->plan = plan_from(env, options);
  return self;
}
