/* SPDX-License-Identifier: MIT */

/* Conversions for which there is no memory at some moment. Allocation number
   `failsAt` fails; 0: none.

     convert(value, failsAt)  tsfn_record_from and then tsfn_record_to of a
                              record with all kinds that have memory
     makeSchema(failsAt)      tsfn_record_make
     failAt(failsAt)          sets it for the arguments of the next call:
     names(names, bytes)
     live()                   allocations that are not freed again

   The functions of the C library that are defined here are those that the
   library in this addon calls, since they are in the same file for the linker;
   the host has its own. */

#if !defined(_WIN32)
#include <dlfcn.h>
#endif
#include <stddef.h>
#include <stdlib.h>

#include "support/fields.h"
#include "tsfn.h"

static _Thread_local long fails_at; /* counts down; 0: none fails */
static _Thread_local long live_count;

#if !defined(_WIN32)
/* Whether the allocation that is asked for now is the one that fails. */
static int
is_failing(void) {
  return fails_at > 0 && --fails_at == 0;
}

/* The C library's own function. musl's RTLD_NEXT finds none for an addon. */
static void *
find_real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  return found != NULL ? found : dlsym(RTLD_DEFAULT, name);
}

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN void *
malloc(size_t size) {
  static void *(*real)(size_t);
  if (real == NULL) *(void **)&real = find_real("malloc");
  void *memory = is_failing() ? NULL : real(size);
  if (memory != NULL) live_count++;
  return memory;
}

HIDDEN void *
calloc(size_t count, size_t size) {
  static void *(*real)(size_t, size_t);
  if (real == NULL) *(void **)&real = find_real("calloc");
  void *memory = is_failing() ? NULL : real(count, size);
  if (memory != NULL) live_count++;
  return memory;
}

HIDDEN void *
realloc(void *memory, size_t size) {
  static void *(*real)(void *, size_t);
  if (real == NULL) *(void **)&real = find_real("realloc");
  if (is_failing()) return NULL;
  void *larger = real(memory, size);
  if (memory == NULL && larger != NULL) live_count++;
  return larger;
}

HIDDEN void
free(void *memory) {
  static void (*real)(void *);
  if (real == NULL) *(void **)&real = find_real("free");
  if (memory != NULL) live_count--;
  real(memory);
}
#endif

#define POINT(FIELD) FIELD(u8, x) FIELD(string, label)
TSFN_RECORD(point, POINT)

#define MEMORY(FIELD)                                                          \
  FIELD(text(4), code)                                                         \
  FIELDS_OF_MEMORY(FIELD)                                                      \
  FIELD(record(point), at)                                                     \
  FIELD(optional(record(point)), maybe)                                        \
  FIELD(list(f64), numbers)                                                    \
  FIELD(list(u8), octets)                                                      \
  FIELD(list(nonnull(string)), names)                                          \
  FIELD(list(record(point)), points)
TSFN_RECORD(memory, MEMORY)

#define CONVERT(ARGUMENT) ARGUMENT(value, item) ARGUMENT(u32, failsAt)
TSFN_EXPORT(convert, NULL, CONVERT, value)

static napi_value
convert(napi_env env, convert_arguments *args) {
  memory item;
  napi_value out = NULL;
  fails_at = args->failsAt;
  if (memory_from(env, args->item, &item) == TSFN_OK) {
    tsfn_status status = memory_to(env, &item, &out);
    if (status != TSFN_OK && status != TSFN_PENDING_EXCEPTION)
      napi_throw_error(env, tsfn_status_name(status), "to: it failed");
  }
  fails_at = 0;
  memory_clear(&item);
  return out;
}

#define MAKE(ARGUMENT) ARGUMENT(u32, failsAt)
TSFN_EXPORT(makeSchema, NULL, MAKE, void)

static tsfn_status
makeSchema(napi_env env, makeSchema_arguments *args) {
  tsfn_schema_field field = {.name = "x", .kind = TSFN_KIND_string};
  tsfn_record *type;
  (void)env;
  fails_at = args->failsAt;
  tsfn_status status = tsfn_record_make("row", &field, 1, &type, NULL);
  fails_at = 0;
  tsfn_record_free(type);
  return status;
}

/* The arguments of this call are what there may be no memory for. */
#define NAMES(ARGUMENT) ARGUMENT(list(string), names) ARGUMENT(bytes, raw)
TSFN_EXPORT(names, NULL, NAMES, u32)

static tsfn_status
names(napi_env env, names_arguments *args, uint32_t *result) {
  (void)env;
  fails_at = 0;
  *result = (uint32_t)args->names.count;
  return TSFN_OK;
}

#define FAIL(ARGUMENT) ARGUMENT(u32, at)
TSFN_EXPORT(failAt, NULL, FAIL, void)

static tsfn_status
failAt(napi_env env, failAt_arguments *args) {
  (void)env;
  fails_at = args->at;
  return TSFN_OK;
}

TSFN_EXPORT(live, NULL, TSFN_NONE, i32)

static tsfn_status
live(napi_env env, live_arguments *args, int32_t *result) {
  (void)env;
  (void)args;
  *result = (int32_t)live_count;
  return TSFN_OK;
}

#define EXPORTS(EXPORT)                                                        \
  EXPORT(convert)                                                              \
  EXPORT(makeSchema) EXPORT(names) EXPORT(failAt) EXPORT(live)
TSFN_MODULE(EXPORTS)
