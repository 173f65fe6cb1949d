/* SPDX-License-Identifier: MIT */

/* The names and messages of statuses and completions, by the tables of
   tsfn/status.h, and the version. Any thread; never blocks. */

#include "tsfn/status.h"

#include "tsfn/version.h"

struct entry {
  const char *name;
  const char *message;
};

#define STATUS(name, message) {"TSFN_" #name, message},
#define COMPLETION(name, message) {"TSFN_COMPLETION_" #name, message},

static const struct entry statuses[] = {TSFN_STATUS_MAP(STATUS)};
static const struct entry completions[] = {TSFN_COMPLETION_MAP(COMPLETION)};
static const struct entry unknown = {"TSFN_UNKNOWN",
                                     "a value that libtsfn does not have"};

static const struct entry *
status_entry(tsfn_status status) {
  return (unsigned)status < TSFN_STATUS_COUNT ? &statuses[status] : &unknown;
}

static const struct entry *
completion_entry(tsfn_completion completion) {
  return (unsigned)completion < TSFN_COMPLETION_COUNT ? &completions[completion]
                                                      : &unknown;
}

const char *
tsfn_status_name(tsfn_status status) {
  return status_entry(status)->name;
}

const char *
tsfn_status_message(tsfn_status status) {
  return status_entry(status)->message;
}

const char *
tsfn_completion_name(tsfn_completion completion) {
  return completion_entry(completion)->name;
}

const char *
tsfn_completion_message(tsfn_completion completion) {
  return completion_entry(completion)->message;
}

const char *
tsfn_version(void) {
  return TSFN_VERSION;
}
