/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_THREADS_H
#define DRIVER_THREADS_H

/* Producers: threads of the driver's own, and what tsfn_start and tsfn_spawn
   run. Gates hold them where a test wants them. */

#include "driver_send.h"

/* --- gates --------------------------------------------------------------- */

struct gate {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_open;
  size_t arrived;
};

static void
gate_pass(struct gate *self) {
  pthread_mutex_lock(&self->lock);
  self->arrived++;
  pthread_cond_broadcast(&self->changed);
  while (!self->is_open)
    pthread_cond_wait(&self->changed, &self->lock);
  pthread_mutex_unlock(&self->lock);
}

/* gate() -> gate; never freed */
static napi_value
js_gate(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value value;
  struct gate *self = calloc(1, sizeof *self);
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->changed, NULL);
  MUST(napi_create_external(env, self, NULL, NULL, &value));
  return value;
}

/* openGate(gate): lets all pass, those who wait and those who come */
static napi_value
js_open_gate(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  struct gate *self = js_external(env, arguments[0]);
  pthread_mutex_lock(&self->lock);
  self->is_open = true;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

/* arrivedAt(gate, n): blocks until n threads have come to the gate */
static napi_value
js_arrived_at(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t wanted;
  js_arguments(env, info, 2, arguments);
  struct gate *self = js_external(env, arguments[0]);
  MUST(napi_get_value_uint32(env, arguments[1], &wanted));
  pthread_mutex_lock(&self->lock);
  while (self->arrived < wanted)
    pthread_cond_wait(&self->changed, &self->lock);
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

/* --- what a producer does ------------------------------------------------ */

struct plan {
  struct message message; /* of each call; sequence: of the first */
  size_t threads;
  uint32_t count;    /* items each */
  struct gate *gate; /* passed before item `gate_at`; NULL: none */
  uint32_t gate_at;
  bool persists; /* goes on with the next item, whatever the status */
  bool retries;  /* the same item, as long as the queue is full */
  bool computes; /* at the end: until tsfn_is_closing */
  tsfn_status answers[PRODUCERS_MAX]; /* of runs, by index */
};

struct tally {
  uint64_t accepted;
  uint64_t statuses[TSFN_STATUS_COUNT];
};

static void
read_answers(napi_env env, napi_value options, struct plan *plan) {
  napi_value list = js_get(env, options, "answers"), element;
  uint32_t length = 0;
  if (list != NULL) MUST(napi_get_array_length(env, list, &length));
  for (uint32_t i = 0; i < length && i < PRODUCERS_MAX; i++) {
    napi_value holder = js_object(env);
    MUST(napi_get_element(env, list, i, &element));
    js_set(env, holder, "status", element);
    char *name = js_string(env, holder, "status");
    plan->answers[i] = status_of(name);
    free(name);
  }
}

/* { threads, count, gate, gateAt, persists, retries, computes, answers, and all
   of a message's }; never freed */
static struct plan *
plan_from(napi_env env, napi_value options) {
  struct plan *self = calloc(1, sizeof *self);
  self->message = message_from(env, options);
  self->threads = js_u32(env, options, "threads", 1);
  self->count = js_u32(env, options, "count", 1);
  self->gate = js_external(env, js_get(env, options, "gate"));
  self->gate_at = js_u32(env, options, "gateAt", 0);
  self->persists = js_bool(env, options, "persists");
  self->retries = js_bool(env, options, "retries");
  self->computes = js_bool(env, options, "computes");
  read_answers(env, options, self);
  return self;
}

static void
follow(const struct plan *plan, struct driver *driver, uint32_t producer,
       struct tally *out) {
  struct message message = plan->message;
  message.producer += producer;
  uint32_t done = 0;
  bool has_passed = plan->gate == NULL;
  while (done < plan->count) {
    size_t accepted = 0;
    if (!has_passed && done >= plan->gate_at) {
      gate_pass(plan->gate);
      has_passed = true;
    }
    message.sequence = plan->message.sequence + done;
    message.many = plan->message.many;
    if (message.many > plan->count - done) message.many = plan->count - done;
    tsfn_status status = send_message(driver, &message, &accepted);
    out->statuses[status]++;
    out->accepted += accepted;
    done += (uint32_t)accepted;
    if (status == TSFN_OK) continue;
    if (status == TSFN_QUEUE_FULL && plan->retries)
      sched_yield();
    else if (plan->persists)
      done++;
    else
      break;
  }
  if (!has_passed) gate_pass(plan->gate);
  while (plan->computes && !tsfn_is_closing(driver->fn))
    sched_yield();
}

/* --- the driver's own threads -------------------------------------------- */

struct crew;

struct hand {
  struct crew *crew;
  pthread_t thread;
  uint32_t index;
  struct tally tally;
  tsfn_status released;
};

struct crew {
  struct driver *driver;
  struct plan *plan;
  struct hand *hands;
  _Atomic(size_t) left;
  bool is_joined;
  napi_deferred deferred;
  napi_threadsafe_function bell; /* NULL: nobody is told of the end */
};

static void *
hand_main(void *argument) {
  struct hand *self = argument;
  struct crew *crew = self->crew;
  follow(crew->plan, crew->driver, self->index, &self->tally);
  self->released = tsfn_release(crew->driver->fn);
  if (atomic_fetch_sub(&crew->left, 1) == 1 && crew->bell != NULL)
    napi_call_threadsafe_function(crew->bell, crew, napi_tsfn_nonblocking);
  return NULL;
}

static napi_value
crew_result(napi_env env, struct crew *self) {
  napi_value result = js_object(env), statuses = js_object(env), each;
  struct tally sum = {0};
  uint64_t released = 0;
  MUST(napi_create_array(env, &each));
  for (uint32_t i = 0; i < self->plan->threads; i++) {
    struct hand *hand = &self->hands[i];
    if (!self->is_joined) pthread_join(hand->thread, NULL);
    sum.accepted += hand->tally.accepted;
    for (int j = 0; j < TSFN_STATUS_COUNT; j++)
      sum.statuses[j] += hand->tally.statuses[j];
    released += hand->released == TSFN_OK;
    MUST(napi_set_element(env, each, i,
                          js_from(env, (double)hand->tally.accepted)));
  }
  self->is_joined = true;
  for (int j = 0; j < TSFN_STATUS_COUNT; j++)
    if (sum.statuses[j] != 0)
      js_set_number(env, statuses, tsfn_status_name((tsfn_status)j),
                    sum.statuses[j]);
  js_set_number(env, result, "accepted", sum.accepted);
  js_set_number(env, result, "released", released);
  js_set(env, result, "statuses", statuses);
  js_set(env, result, "each", each);
  return result;
}

static void
on_bell(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback;
  (void)context;
  struct crew *self = data;
  if (env == NULL) return;
  MUST(napi_resolve_deferred(env, self->deferred, crew_result(env, self)));
  napi_release_threadsafe_function(self->bell, napi_tsfn_release);
}

static napi_value
crew_promise(napi_env env, struct crew *self) {
  napi_value promise;
  MUST(napi_create_promise(env, &self->deferred, &promise));
  MUST(napi_create_threadsafe_function(env, NULL, NULL, js_text(env, "driver"),
                                       0, 1, NULL, NULL, NULL, on_bell,
                                       &self->bell));
  return promise;
}

/* produce(handle, plan) -> { crew, done }: threads with a use each, which they
   give back. done: a promise; with plan.quiet there is none, and nothing of
   ours keeps the process alive. Not acquired: { status }. */
static napi_value
js_produce(napi_env env, napi_callback_info info) {
  napi_value arguments[2], answer = js_object(env), crew;
  js_arguments(env, info, 2, arguments);
  struct crew *self = calloc(1, sizeof *self);
  self->driver = js_driver(env, arguments[0]);
  self->plan = plan_from(env, arguments[1]);
  self->hands = calloc(self->plan->threads, sizeof *self->hands);
  atomic_init(&self->left, self->plan->threads);
  for (size_t i = 0; i < self->plan->threads; i++) {
    tsfn_status status = tsfn_acquire(self->driver->fn);
    if (status == TSFN_OK) continue;
    while (i-- > 0)
      tsfn_release(self->driver->fn);
    js_set(env, answer, "status", js_status(env, status));
    return answer;
  }
  if (!js_bool(env, arguments[1], "quiet"))
    js_set(env, answer, "done", crew_promise(env, self));
  for (uint32_t i = 0; i < self->plan->threads; i++) {
    self->hands[i].crew = self;
    self->hands[i].index = i;
    if (pthread_create(&self->hands[i].thread, NULL, hand_main,
                       &self->hands[i]) != 0)
      abort();
  }
  MUST(napi_create_external(env, self, NULL, NULL, &crew));
  js_set(env, answer, "crew", crew);
  return answer;
}

/* join(crew) -> the same as done's value; blocks the loop */
static napi_value
js_join(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  return crew_result(env, js_external(env, arguments[0]));
}

/* --- the library's threads ----------------------------------------------- */

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

static tsfn_status
run_main(tsfn_function *fn, size_t index, void *data) {
  struct run *self = data;
  struct driver *driver = self->driver;
  struct tally tally = {0};
  pthread_setspecific(exit_key, driver);
  if (tsfn_context(fn) != driver) return TSFN_FAILURE;
  driver->fn = fn; /* each of them the same */
  if (index < PRODUCERS_MAX) atomic_fetch_add(&driver->runs[index], 1);
  follow(self->plan, driver, (uint32_t)index, &tally);
  driver_log(driver, "run", NULL, "ended");
  return self->plan->answers[index % PRODUCERS_MAX];
}

/* Never freed. */
static struct run *
run_from(napi_env env, struct driver *driver, napi_value options) {
  struct run *self = calloc(1, sizeof *self);
  self->driver = driver;
  self->plan = plan_from(env, options);
  return self;
}

#endif
