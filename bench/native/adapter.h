/* SPDX-License-Identifier: MIT */
#ifndef BENCH_ADAPTER_H
#define BENCH_ADAPTER_H

/* What a library under test gives to the bench: a table of kinds. A kind is one
   way to use the library (what an item is, how JavaScript gets it). Everything
   else - threads, gates, clocks, scenarios - is the same code for all of them.

   The same kind has the same name in each library, and the callback sees the
   same values, whichever library calls it. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bench_function;

struct bench_kind {
  const char *name;
  /* Loop thread. Fills self->handle; the function keeps at most `bound` items
     (0: no bound) and calls bench_finalized when it has ended. */
  bool (*create)(struct bench_function *self, napi_env env,
                 napi_value callback);
  /* Any thread; waits for room. Item `i` carries the number i. The kind `ask`
     waits for the reply too, and is true where that is i + 1. */
  bool (*send)(struct bench_function *self, uint64_t i);
  /* The same for i .. i + count - 1 in one call; NULL: one by one. The kind
     `ask` asks all before it waits. */
  bool (*send_many)(struct bench_function *self, uint64_t i, size_t count);
  /* Gives the one use back. Loop thread; where the scenario one-shot has the
     library, any thread. */
  void (*release)(struct bench_function *self);
};

/* The packets of a file, which the kind `packet` sends (capture.c). */
struct bench_capture {
  const unsigned char *data;
  size_t size;
  size_t offset; /* of the next one; the producer's */
};

struct bench_packet {
  double seconds;
  uint32_t length;
  const void *data;
  size_t size;
};

struct bench_function {
  const struct bench_kind *kind;
  void *handle; /* the library's */
  size_t bound;
  size_t size; /* of a payload, or of each of two strings, in bytes */
  struct bench_capture capture;
};

/* By the adapter; the last one has no name. */
extern const struct bench_kind bench_kinds[];

/* By the harness. Loop thread. */
void bench_finalized(void);

/* `size` bytes that stand for what a producer has read from somewhere. */
const void *bench_payload(size_t size);

/* The next packet of the function's capture. The one thread that sends. */
struct bench_packet bench_next_packet(struct bench_function *function);

/* A string of `size` bytes, of ASCII; NULL: more than 64. */
const char *bench_text(size_t size);

#ifdef __cplusplus
}
#endif
#endif
