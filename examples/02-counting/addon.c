/* SPDX-License-Identifier: MIT */
/* count(milliseconds, each): a thread calls each(err, number) ten times,
   `milliseconds` apart; then the promise that count returned resolves true. The
   parts of a life, one by one: create, spawn, release, finalize. */

#define _POSIX_C_SOURCE 200809L /* nanosleep in strict C11 */

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <tsfn.h>

#define TICK(FIELD) FIELD(u32, number)
TSFN_RECORD(tick, TICK)

/* One counting, from count() to finalize(), which frees it. */
struct counting {
  struct timespec interval;
  tsfn_status status;  /* how the thread ended */
  tsfn_deferred *done; /* the promise's other end */
};

/* --- the thread ---------------------------------------------------------- */

static void
wait_for(struct timespec left) {
  /* A signal ends nanosleep early; it then says what is left. */
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
}

static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  struct counting *self = data;
  (void)index;
  for (uint32_t number = 1; number <= 10; number++) {
    wait_for(self->interval);
    tick item = {.number = number};
    self->status = tick_call(fn, &item, TSFN_BLOCKING);
    if (self->status != TSFN_OK) break;
  }
  return self->status;
}

/* --- the loop thread ----------------------------------------------------- */

/* A u16 is an integer from 0 to 65535; the library refuses anything else. Since
   the result is a promise there are count_promise and count_resolve. */
#define COUNT(ARGUMENT)                                                        \
  ARGUMENT(u16, milliseconds) ARGUMENT(callback(tick, as_arguments), each)
TSFN_EXPORT(count, "Calls back ten times, so many milliseconds apart.", COUNT,
            promise(bool))

/* The last callback has returned and the thread is joined: only now is the
   counting done, and nobody else can touch `self`. Where JavaScript cannot run
   any more, or there is no promise, to settle it does nothing. */
static void
finalize(napi_env env, void *data, void *context) {
  struct counting *self = data;
  (void)env, (void)context;
  if (self->status == TSFN_OK)
    count_resolve(self->done, &(bool){true});
  else
    tsfn_reject(self->done, tsfn_status_name(self->status),
                tsfn_status_message(self->status));
  tsfn_deferred_drop(self->done);
  free(self);
}

static napi_value
count(napi_env env, count_arguments *args) {
  struct counting *self = calloc(1, sizeof *self);
  if (self == NULL) return tsfn_throw(env, "count", TSFN_NO_MEMORY, NULL);
  self->interval.tv_sec = args->milliseconds / 1000;
  self->interval.tv_nsec = args->milliseconds % 1000 * 1000000L;

  tsfn_options options = TSFN_OPTIONS(count, each);
  options.finalize = finalize;
  options.finalize_data = self;
  tsfn_function *fn;
  if (tsfn_create(env, args->each, &options, &fn) != TSFN_OK) {
    free(self); /* Nothing was made, so finalize will not run. */
    return NULL;
  }

  /* From here on finalize frees `self`, whatever fails. The promise is made
     last: a failure before is an exception, and no promise is left over. */
  napi_value promise = NULL;
  if (tsfn_spawn(fn, run, self) == TSFN_OK)
    promise = count_promise(env, &self->done);

  /* The thread has a use of its own. Once it has given that back too, the
     function closes, delivers what is queued, and finalizes. */
  tsfn_release(fn);
  return promise;
}

#define EXPORTS(EXPORT) EXPORT(count)
TSFN_MODULE(EXPORTS)
