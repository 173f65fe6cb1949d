/* SPDX-License-Identifier: MIT */

/* The promise of a function's end: its result and its failure (tsfn/promise.h).
   function/ending.h decides between them. */

#include "tsfn/promise.h"

#include <stddef.h>
#include <stdlib.h>

#include "answer/words.h"
#include "core/memory.h"
#include "function/ending.h"
#include "node/exception.h"
#include "record/record.h"

/* --- the loop thread ----------------------------------------------------- */

tsfn_status
tsfn_promise(tsfn_function *fn, const tsfn_record *type, napi_value *promise) {
  if (promise != NULL) *promise = NULL;
  if (fn == NULL) return TSFN_INVALID;
  if (tsfn__os_thread_self() != fn->outlet.channel.loop_thread)
    return TSFN_WRONG_THREAD;
  if (fn->environment->realm.is_gone) return TSFN_CLOSING;
  napi_env env = fn->environment->realm.env;
  if (promise == NULL || fn->ending != NULL)
    return tsfn__exception_throw(env, fn->name, TSFN_INVALID,
                                 promise == NULL
                                     ? "a place for the promise is NULL"
                                     : "it has a promise already");
  if (tsfn_is_closing(fn))
    return tsfn__exception_throw(env, fn->name, TSFN_CLOSING, "it is closing");
  if (type != NULL && !tsfn__record_can_be_sent(type))
    return tsfn__exception_throw(env, fn->name, TSFN_INVALID,
                                 "no thread can make a result of its kind");
  tsfn_status status = tsfn__ending_make(fn, type, promise);
  return status == TSFN_OK
             ? TSFN_OK
             : tsfn__exception_throw(env, fn->name, status, "no promise: %s",
                                     tsfn_status_message(status));
}

/* --- any thread: failures ------------------------------------------------ */

struct failure {
  struct tsfn__ending_part part; /* first: it is cast back to this */
  char texts[];                  /* words.h */
};

static napi_value
make_failure(struct tsfn__ending_part *part, napi_env env) {
  return tsfn__words_error(env, ((struct failure *)part)->texts);
}

static void
free_failure(struct tsfn__ending_part *part) {
  free(part);
}

static const struct tsfn__ending_part_ops failure_ops = {make_failure,
                                                         free_failure};

/* An abort that came before counts. One that comes at the same moment may be
   the failure's, whose thread aborts the others. */
static tsfn_status
fail(tsfn_function *fn, struct tsfn__words words) {
  if (fn->ending == NULL) return TSFN_INVALID;
  if (tsfn__lifecycle_is_stopped(&fn->outlet.channel.lifecycle))
    return TSFN_CLOSING;
  struct failure *self =
      tsfn__words_copy(&words, offsetof(struct failure, texts));
  if (self == NULL) return TSFN_NO_MEMORY;
  self->part.ops = &failure_ops;
  if (tsfn__ending_give(&fn->ending->failure, &self->part)) return TSFN_OK;
  free(self);
  return TSFN_CLOSING;
}

tsfn_status
tsfn_fail(tsfn_function *fn, const char *code, const char *message) {
  if (fn == NULL || message == NULL) return TSFN_INVALID;
  struct tsfn__words words = {"", code != NULL ? code : "", message};
  return fail(fn, words);
}

tsfn_status
tsfn_fail_error(tsfn_function *fn, tsfn_status status,
                const tsfn_error *error) {
  return fn != NULL ? fail(fn, tsfn__words_of(status, error)) : TSFN_INVALID;
}

/* --- any thread: a result ------------------------------------------------ */

struct record_result {
  struct tsfn__ending_part part; /* first: it is cast back to this */
  const tsfn_record *type;
  uint64_t words[]; /* the record's slot */
};

static napi_value
make_result(struct tsfn__ending_part *part, napi_env env) {
  struct record_result *self = (struct record_result *)part;
  napi_value value;
  return tsfn__record_settle_value(env, self->type, self->words, &value) ==
                 napi_ok
             ? value
             : NULL;
}

static void
free_result(struct tsfn__ending_part *part) {
  struct record_result *self = (struct record_result *)part;
  tsfn__record_destroy(self->type, &tsfn__memory_default, self->words);
  free(self);
}

static const struct tsfn__ending_part_ops result_ops = {make_result,
                                                        free_result};

/* What the value owns is the library's once the result counts, and not before:
   so it is placed, and taken back by freeing the copies alone. */
tsfn_status
tsfn_finish(tsfn_function *fn, const tsfn_record *type, const void *value) {
  void *copies;
  if (fn == NULL || type == NULL || value == NULL || fn->ending == NULL)
    return TSFN_INVALID;
  const tsfn_record *wanted = fn->ending->type;
  if (wanted == NULL || !tsfn__record_same(wanted, type))
    return TSFN_WRONG_TYPE;
  tsfn_status status =
      tsfn__record_gather(type, &tsfn__memory_default, value, &copies);
  if (status != TSFN_OK) return status;
  struct record_result *self =
      malloc(sizeof *self + tsfn__record_slot_size(type));
  status = TSFN_NO_MEMORY;
  if (self != NULL) {
    self->part.ops = &result_ops;
    self->type = type;
    tsfn__record_place(type, self->words, value, copies);
    if (tsfn__ending_give(&fn->ending->result, &self->part)) return TSFN_OK;
    free(self);
    status = TSFN_CLOSING;
  }
  tsfn__record_discard(type, &tsfn__memory_default, copies);
  return status;
}
