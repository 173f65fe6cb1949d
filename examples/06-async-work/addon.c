/* SPDX-License-Identifier: MIT */
/* primes(limit, each): looks for the primes below `limit` on a thread of Node's
   own pool. Each one goes to each(err, prime) as it is found; the promise
   resolves with how many there were, after the last of them.

   One job, in order:

     primes()     loop thread   creates the function, queues the work
     execute()    pool thread   acquires, streams the primes, releases
     complete()   loop thread   releases what primes() took; some of the primes
                                may still be queued
     finalize()   loop thread   after the last prime: settles the promise
     free_job()   any thread    after the last use: nobody needs the job */

#include <stdlib.h>
#include <tsfn.h>

#define FOUND(FIELD) FIELD(u32, prime)
TSFN_RECORD(found, FOUND)

/* The function's context. When a worker is terminated, finalize may come while
   the work still runs; so the job lives to the last use: complete's. */
struct job {
  uint32_t limit;
  uint32_t count;
  tsfn_status status; /* how execute ended */
  tsfn_function *fn;
  napi_async_work work;
  tsfn_deferred *done;
};

/* True if a Node-API call went well; else an exception is pending. */
static bool
ok(napi_env env, napi_status status) {
  if (status == napi_ok) return true;
  /* An exception that is pending already stays. */
  tsfn_throw(env, "primes", TSFN_FAILURE, "Node-API answered %d", (int)status);
  return false;
}

/* --- the pool thread ----------------------------------------------------- */

static bool
is_prime(uint32_t n) {
  for (uint32_t divisor = 2; divisor <= n / divisor; divisor++)
    if (n % divisor == 0) return false;
  return n >= 2;
}

static tsfn_status
stream_primes(struct job *job) {
  for (uint32_t n = 2; n < job->limit; n++) {
    if (!is_prime(n)) continue;
    found item = {.prime = n};
    tsfn_status status = found_call(job->fn, &item, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
    job->count++;
  }
  return TSFN_OK;
}

/* No JavaScript here: `env` may not be used. The use that primes() took is held
   until complete, so there is one to acquire from. */
static void
execute(napi_env env, void *data) {
  struct job *job = data;
  (void)env;
  job->status = tsfn_acquire(job->fn);
  if (job->status != TSFN_OK) return;
  job->status = stream_primes(job);
  tsfn_release(job->fn);
}

/* --- the loop thread ----------------------------------------------------- */

/* The work is done, but its items may not have arrived. A promise that is
   settled here overtakes them. */
static void
complete(napi_env env, napi_status status, void *data) {
  struct job *job = data;
  /* Cancelled: execute never ran. */
  if (status != napi_ok) job->status = TSFN_CLOSING;
  ok(env, napi_delete_async_work(env, job->work));
  tsfn_release(job->fn); /* the last use: from here the job is not ours */
}

/* Since the result is a promise there are primes_promise and primes_resolve. */
#define PRIMES(ARGUMENT)                                                       \
  ARGUMENT(u32, limit) ARGUMENT(callback(found, as_arguments), each)
TSFN_EXPORT(primes,
            "Calls back for each prime below the limit.\n"
            "Resolves with how many there were.",
            PRIMES, promise(u32))

/* After the last callback has returned. To settle no promise does nothing. */
static void
finalize(napi_env env, void *data, void *context) {
  const struct job *job = context;
  (void)data;
  /* A NULL env: JavaScript can no longer run. The work may still, so hands off
     what it writes. */
  if (env != NULL && job->status == TSFN_OK)
    primes_resolve(job->done, &job->count);
  else if (env != NULL)
    tsfn_reject(job->done, tsfn_status_name(job->status),
                tsfn_status_message(job->status));
  tsfn_deferred_drop(job->done);
}

static void
free_job(void *context) {
  free(context);
}

/* Queues the work, or leaves an exception. */
static bool
queue_work(napi_env env, struct job *job) {
  napi_value name;
  if (!ok(env,
          napi_create_string_utf8(env, "primes", NAPI_AUTO_LENGTH, &name)) ||
      !ok(env, napi_create_async_work(env, NULL, name, execute, complete, job,
                                      &job->work)))
    return false;
  if (ok(env, napi_queue_async_work(env, job->work))) return true;
  napi_delete_async_work(env, job->work);
  return false;
}

static napi_value
primes(napi_env env, primes_arguments *args) {
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) return tsfn_throw(env, "primes", TSFN_NO_MEMORY, NULL);
  job->limit = args->limit;

  tsfn_options options = TSFN_OPTIONS(primes, each);
  options.max_queue_size = 64; /* the search waits for a slow callback */
  options.context = job;
  options.finalize = finalize;
  options.free_context = free_job;
  if (tsfn_create(env, args->each, &options, &job->fn) != TSFN_OK) {
    free(job); /* Nothing was made, so free_job will not run. */
    return NULL;
  }
  if (!queue_work(env, job)) {
    tsfn_release(job->fn); /* the last use: free_job frees it */
    return NULL;
  }

  /* The promise comes last, so that no failure leaves one behind; complete and
     finalize cannot come before this function has returned. */
  return primes_promise(env, &job->done);
}

#define EXPORTS(EXPORT) EXPORT(primes)
TSFN_MODULE(EXPORTS)
