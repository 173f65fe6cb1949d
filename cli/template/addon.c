#include <stdlib.h>
#include <tsfn.h>

enum { THREADS = 2 };

/* A question is what findPrimes() is asked: a struct here, an object with the
   same fields in JavaScript. */
#define QUESTION(FIELD) FIELD(u32, limit)
TSFN_RECORD(question, QUESTION)

/* A prime is what the threads send to JavaScript: { value, thread }. */
#define PRIME(FIELD) FIELD(u32, value) FIELD(u32, thread)
TSFN_RECORD(prime, PRIME)

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
search(tsfn_function *fn, size_t index, void *data) {
  const question *asked = data;
  uint64_t first = (uint64_t)asked->limit * index / THREADS;
  uint64_t end = (uint64_t)asked->limit * (index + 1) / THREADS;
  for (uint64_t number = first; number < end; number++) {
    prime found = {.value = (uint32_t)number, .thread = (uint32_t)index};
    if (!is_prime(found.value)) continue;
    tsfn_status status = prime_call(fn, &found, TSFN_BLOCKING);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

/* findPrimes({ limit, signal }, callback) answers a promise that resolves after
   the last prime below limit. Where this answers NULL an exception is
   pending. */
static napi_value
find_primes(napi_env env, napi_callback_info info) {
  napi_value arguments[2], signal;
  size_t count = 2;
  question *asked = malloc(sizeof *asked);
  if (asked == NULL) {
    napi_throw_error(env, NULL, "my-addon: there is no memory left");
    return NULL;
  }
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      question_from(env, arguments[0], asked) != TSFN_OK ||
      napi_get_named_property(env, arguments[0], "signal", &signal) !=
          napi_ok) {
    free(asked);
    return NULL;
  }
  tsfn_options options = {
      .name = "my-addon",
      .record = prime_record(),
      .threads = THREADS,
      .max_queue_size = 1024,
      .signal = signal, /* undefined: none */
      .context = asked,
      .free_context = free, /* once nothing uses it any more */
  };
  return tsfn_start(env, arguments[1], &options, search, asked);
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor method = {
      .utf8name = "findPrimes",
      .method = find_primes,
      .attributes = napi_enumerable,
  };
  if (napi_define_properties(env, exports, 1, &method) != napi_ok)
    napi_throw_error(env, NULL, "my-addon: findPrimes cannot be exported");
  return exports;
}
