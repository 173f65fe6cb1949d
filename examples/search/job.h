/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_JOB_H
#define SEARCH_JOB_H

/* One search: what to look for, where, and how far it is. Made on the loop
   thread, then shared by the threads that run it. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <tsfn.h>

#include "gate.h"
#include "match.h"
#include "work.h"

/* What JavaScript gets for each matching line. The text is bytes, since it need
   not be UTF-8; line and column count from 1, the column in bytes. */
#define MATCH(FIELD)                                                           \
  FIELD(nonnull(slice), path)                                                  \
  FIELD(number(u64), line)                                                     \
  FIELD(number(u64), column)                                                   \
  FIELD(nonnull(bytes), text)                                                  \
  FIELD(bool, first) /* of its file */
TSFN_RECORD(match, MATCH)

struct job {
  struct matcher matcher;
  struct work work;
  struct gate gate;
  struct stat output; /* st_mode 0: the matches go to no file */

  /* Written by the searching threads, read at any time. */
  _Atomic uint64_t found;    /* files to search, as far as is known */
  _Atomic uint64_t searched; /* files searched */
  _Atomic uint64_t bytes;    /* of them */

  /* Loop thread only. */
  size_t threads; /* how many are to search */
  bool is_started;
  int references;
};

/* Loop thread. NULL: out of memory. The caller holds the one reference. */
struct job *job_make(const char *pattern, size_t size);

/* Loop thread, before it runs. False: out of memory. */
bool job_add_folder(struct job *self, const char *path);

/* Loop thread. The last one frees the job. */
void job_drop(struct job *self);

/* A tsfn_thread; `data` is the job. Matches and failures (tsfn_call_error) go
   to `fn` as they are found; a failure does not end the search. */
tsfn_status job_run(tsfn_function *fn, size_t index, void *data);

/* An on_close; `context` is the job: threads that wait for work or at the gate
   go on, and hear that they are to stop. */
void job_close(void *context);

/* A tsfn_complete; `context` is the job. */
void job_complete(void *context, const void *item, size_t size,
                  tsfn_completion how);

#endif
