/* SPDX-License-Identifier: MIT */
#include "team.h"

#include "plan.h"
#include "support/threads.h"

struct team;

struct member {
  struct team *team;
  pthread_t thread;
  uint32_t index;
  struct tally tally;
  tsfn_status released;
};

struct team {
  struct driver *driver;
  struct plan *plan;
  struct member *members;
  _Atomic(size_t) left;
  bool is_joined;
  napi_deferred deferred;
  napi_threadsafe_function bell; /* NULL: nobody is told of the end */
};

static void *
member_main(void *argument) {
  struct member *self = argument;
  struct team *team = self->team;
  plan_follow(team->plan, team->driver, self->index, &self->tally);
  self->released = tsfn_release(team->driver->fn);
  if (atomic_fetch_sub(&team->left, 1) == 1 && team->bell != NULL)
    napi_call_threadsafe_function(team->bell, team, napi_tsfn_nonblocking);
  return NULL;
}

static napi_value
team_result(napi_env env, struct team *self) {
  napi_value result = js_object(env), statuses = js_object(env);
  napi_value each = js_list(env);
  struct tally sum = {0};
  uint64_t released = 0;
  for (uint32_t i = 0; i < self->plan->threads; i++) {
    struct member *member = &self->members[i];
    if (!self->is_joined) pthread_join(member->thread, NULL);
    sum.accepted += member->tally.accepted;
    for (int j = 0; j < TSFN_STATUS_COUNT; j++)
      sum.statuses[j] += member->tally.statuses[j];
    released += member->released == TSFN_OK;
    js_append(env, each, js_from(env, (double)member->tally.accepted));
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
  struct team *self = data;
  if (env == NULL) return;
  MUST(napi_resolve_deferred(env, self->deferred, team_result(env, self)));
  napi_release_threadsafe_function(self->bell, napi_tsfn_release);
}

static napi_value
team_promise(napi_env env, struct team *self) {
  napi_value promise;
  MUST(napi_create_promise(env, &self->deferred, &promise));
  MUST(napi_create_threadsafe_function(env, NULL, NULL, js_text(env, "driver"),
                                       0, 1, NULL, NULL, NULL, on_bell,
                                       &self->bell));
  return promise;
}

/* produce(handle, plan) -> { team, done }: threads with a use each, which they
   give back. done: a promise; with plan.quiet there is none, and nothing of
   ours keeps the process alive. Not acquired: { status }. */
napi_value
js_produce(napi_env env, napi_callback_info info) {
  napi_value arguments[2], answer = js_object(env);
  js_arguments(env, info, 2, arguments);
  struct team *self = calloc(1, sizeof *self);
  self->driver = driver_at(env, arguments[0]);
  self->plan = plan_from(env, arguments[1]);
  self->members = calloc(self->plan->threads, sizeof *self->members);
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
    js_set(env, answer, "done", team_promise(env, self));
  for (uint32_t i = 0; i < self->plan->threads; i++) {
    self->members[i].team = self;
    self->members[i].index = i;
    if (pthread_create(&self->members[i].thread, NULL, member_main,
                       &self->members[i]) != 0)
      abort();
  }
  js_set(env, answer, "team", js_from_pointer(env, self));
  return answer;
}

/* join(team) -> the same as done's value; blocks the loop */
napi_value
js_join(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  js_arguments(env, info, 1, arguments);
  return team_result(env, js_external(env, arguments[0]));
}
