/* SPDX-License-Identifier: MIT */
#ifndef TSFN__WORDS_H
#define TSFN__WORDS_H

/* An Error in a thread's own words, on its way to the loop thread: three texts
   behind each other, each with its NUL. An empty name or code is none.
   deferred.c and promise.c send them. */

#include <node_api.h>
#include <stddef.h>

#include "tsfn/error.h"
#include "tsfn/status.h"

struct tsfn__words {
  const char *name;
  const char *code;
  const char *message;
};

/* What a thread says that has heard `status`: of TSFN_THREW with an error its
   texts, else the status's. */
static inline struct tsfn__words
tsfn__words_of(tsfn_status status, const tsfn_error *error) {
  struct tsfn__words thrown = {"", "", ""};
  struct tsfn__words said = {"", tsfn_status_name(status),
                             tsfn_status_message(status)};
  if (status != TSFN_THREW || error == NULL) return said;
  thrown.name = error->name;
  thrown.code = error->code;
  thrown.message = error->message;
  return thrown;
}

/* Any thread. Copies them to one allocation of malloc's, behind `head` bytes
   that are the caller's. NULL: out of memory. */
void *tsfn__words_copy(const struct tsfn__words *self, size_t head);

/* Loop thread. Makes the Error of texts that were copied. NULL: JavaScript
   cannot run. No exception is left. */
napi_value tsfn__words_error(napi_env env, const char *texts);

#endif
