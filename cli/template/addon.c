#include <stdlib.h>
#include <tsfn.h>

enum { THREADS = 2 };

/* A prime is what the threads send to JavaScript: a struct here, an object with
   the same fields there. */
#define PRIME(FIELD) FIELD(u32, value) FIELD(u32, thread)
TSFN_RECORD(prime, PRIME)

/* What the threads of one search share. */
struct search {
  uint32_t limit;
};

static bool
is_prime(uint32_t number) {
  for (uint32_t divisor = 2; divisor <= number / divisor; divisor++)
    if (number % divisor == 0) return false;
  return number >= 2;
}

/* This function runs on THREADS threads at once, and `index` says on which.
   Each has its part of the numbers. prime_call waits while the queue is full,
   and answers TSFN_CLOSING once the signal has fired. */
static tsfn_status
run(tsfn_function *fn, size_t index, void *data) {
  const struct search *self = data;
  uint64_t first = (uint64_t)self->limit * index / THREADS;
  uint64_t end = (uint64_t)self->limit * (index + 1) / THREADS;
  for (uint64_t number = first; number < end; number++) {
    prime found = {.value = (uint32_t)number, .thread = (uint32_t)index};
    if (!is_prime(found.value)) continue;
    tsfn_status status = prime_call(fn, &found, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* findPrimes(limit, each, { signal }) in JavaScript. The declaration is also
   where index.d.ts comes from: npm run types. */
#define FIND_OPTIONS(ARGUMENT) ARGUMENT(optional(signal), signal)
TSFN_ARGUMENTS(find_options, FIND_OPTIONS)

#define FIND_PRIMES(ARGUMENT)                                                  \
  ARGUMENT(u32, limit)                                                         \
  ARGUMENT(callback(prime), each)                                              \
  ARGUMENT(named(find_options), options)
TSFN_EXPORT(findPrimes,
            "Calls back for each prime below the limit, in the order of each "
            "of two threads. The promise resolves after the last call, or "
            "rejects with the signal's reason.",
            FIND_PRIMES, promise(void))

/* It is called with arguments that are right. Where it answers NULL an
   exception is pending. */
static napi_value
findPrimes(napi_env env, findPrimes_arguments *args) {
  struct search *self = malloc(sizeof *self);
  if (self == NULL) return tsfn_throw(env, "findPrimes", TSFN_NO_MEMORY, NULL);
  self->limit = args->limit;
  /* The declaration says how `each` is called, and the options the rest. */
  tsfn_options options = TSFN_OPTIONS(findPrimes, each);
  options.threads = THREADS;
  options.max_queue_size = 1024;
  options.signal = args->options.signal;
  options.context = self;
  options.free_context = free; /* once nothing uses it any more */
  return tsfn_start(env, args->each, &options, run, self);
}

/* All that JavaScript sees. */
#define EXPORTS(EXPORT) EXPORT(findPrimes)
TSFN_MODULE(EXPORTS)
