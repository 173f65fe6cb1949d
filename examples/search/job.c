/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* S_ISREG and others, beside ISO C */
#define _FILE_OFFSET_BITS 64
#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan.h"
#include "walk.h"

/* One thread of the search. */
struct searcher {
  struct job *job;
  tsfn_function *fn;
  struct scanner scanner;
  const struct task *file; /* the one that is being searched */
  bool has_match;          /* in it */
  bool is_stopped;
  tsfn_status failure; /* why somebody was not told; TSFN_OK: all were */
};

/* --- what goes to JavaScript --------------------------------------------- */

/* Beside its path and text, a match is a slot in the queue and an object. */
#define MATCH_OVERHEAD 256u

static size_t
cost_of(const match *item) {
  return item->path.size + item->text.size + MATCH_OVERHEAD;
}

void
job_complete(void *context, const void *item, size_t size,
             tsfn_completion how) {
  struct job *self = context;
  (void)size;
  (void)how;
  if (item != NULL) gate_leave(&self->gate, cost_of(item)); /* NULL: an error */
}

void
job_close(void *context) {
  struct job *self = context;
  gate_close(&self->gate);
  work_stop(&self->work);
}

#define CODE(name)                                                             \
  { name, #name }

static const struct {
  int error;
  const char *code;
} codes[] = {CODE(EACCES), CODE(EIO),          CODE(EISDIR), CODE(ELOOP),
             CODE(EMFILE), CODE(ENAMETOOLONG), CODE(ENFILE), CODE(ENOENT),
             CODE(ENOMEM), CODE(ENOTDIR),      CODE(EPERM)};

static const char *
code_of(int error) {
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (codes[i].error == error) return codes[i].code;
  return "ERR_SEARCH";
}

/* each(err): what went wrong with a path. The search goes on. */
static void
tell_failure(struct searcher *self, const struct task *task, const char *code,
             const char *what) {
  size_t size = task->size + strlen(what) + sizeof ": ";
  char *text = malloc(size);
  if (text != NULL) snprintf(text, size, "%s: %s", task->path, what);
  tsfn_status status = tsfn_call_error(
      self->fn, code, text != NULL ? text : "out of memory", TSFN_BLOCKING);
  if (status == TSFN_CLOSING)
    self->is_stopped = true;
  else if (status != TSFN_OK)
    self->failure = status;
  free(text);
}

static void
tell_error(struct searcher *self, const struct task *task, int error) {
  /* strerror is safe for threads in the C libraries of today, POSIX does not
     promise it. */
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  char what[256];
  pthread_mutex_lock(&lock);
  snprintf(what, sizeof what, "%s", strerror(error));
  pthread_mutex_unlock(&lock);
  tell_failure(self, task, code_of(error), what);
}

static bool
goes_on(void *context) {
  struct searcher *self = context;
  if (tsfn_is_closing(self->fn)) self->is_stopped = true;
  return !self->is_stopped;
}

/* each(null, match). */
static bool
tell_match(void *context, const struct scan_line *line) {
  struct searcher *self = context;
  match item = {.path = {self->file->path, self->file->size},
                .line = line->number,
                .column = line->column,
                .text = {line->text, line->size},
                .first = !self->has_match};
  tsfn_status status = TSFN_CLOSING;
  if (gate_enter(&self->job->gate, cost_of(&item))) {
    status = match_call(self->fn, &item, TSFN_BLOCKING);
    if (status != TSFN_OK) gate_leave(&self->job->gate, cost_of(&item));
  }
  if (status == TSFN_OK) return self->has_match = true;
  if (status == TSFN_CLOSING)
    self->is_stopped = true;
  else
    tell_failure(self, self->file, tsfn_status_name(status),
                 tsfn_status_message(status));
  return false;
}

/* --- one thread ---------------------------------------------------------- */

static void
count(_Atomic uint64_t *counter) {
  atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* What is found there is written there, and found again. */
static bool
is_output(const struct job *job, const struct stat *status) {
  return S_ISREG(job->output.st_mode) && job->output.st_dev == status->st_dev &&
         job->output.st_ino == status->st_ino;
}

static void
search_file(struct searcher *self, const struct task *task, int file,
            const struct stat *status) {
  if (is_output(self->job, status)) {
    tell_failure(self, task, "ERR_SEARCH", "input file is also the output");
    return;
  }
  const struct scan_listener listener = {tell_match, goes_on, self};
  self->file = task;
  self->has_match = false;
  int error =
      scanner_run(&self->scanner, file, (uint64_t)status->st_size, &listener);
  count(&self->job->searched);
  if (error != 0) tell_error(self, task, error);
}

static void search_task(struct searcher *self, const struct task *task);

/* Somebody else's, or, where too much is waiting, this thread's at once; files
   only, so this goes no deeper. */
static bool
add_task(void *context, struct task *task) {
  struct searcher *self = context;
  if (task->kind == TASK_FILE) count(&self->job->found);
  if (!work_add(&self->job->work, task)) {
    search_task(self, task);
    free(task);
  }
  return goes_on(self);
}

static void
search_task(struct searcher *self, const struct task *task) {
  struct stat status;
  enum walk_kind kind;
  int file, error = walk_open(task, &file, &kind, &status);
  if (error != 0) {
    tell_error(self, task, error);
  } else if (kind == WALK_FOLDER) {
    error = walk_folder(task, file, add_task, self);
    if (error != 0) tell_error(self, task, error);
  } else if (kind == WALK_FILE) {
    if (task->kind != TASK_FILE) count(&self->job->found);
    search_file(self, task, file, &status);
    close(file);
  } else if (task->kind == TASK_NAMED) {
    tell_failure(self, task, "ERR_SEARCH", "neither a file nor a folder");
  }
}

tsfn_status
job_run(tsfn_function *fn, size_t index, void *data) {
  struct job *job = data;
  struct searcher self = {.job = job, .fn = fn};
  struct task *task;
  (void)index;
  if (!scanner_init(&self.scanner, &job->matcher, &job->bytes))
    return TSFN_NO_MEMORY;
  while (goes_on(&self) && (task = work_take(&job->work)) != NULL) {
    search_task(&self, task);
    free(task);
    work_done(&job->work);
  }
  scanner_release(&self.scanner);
  if (!self.is_stopped) return self.failure;
  work_stop(&job->work);
  return TSFN_CLOSING;
}

/* --- the job ------------------------------------------------------------- */

struct job *
job_make(const char *pattern, size_t size) {
  struct job *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->references = 1;
  if (!matcher_init(&self->matcher, pattern, size)) goto no_matcher;
  if (!work_init(&self->work)) goto no_work;
  if (!gate_init(&self->gate)) goto no_gate;
  return self;
no_gate:
  work_release(&self->work);
no_work:
  matcher_release(&self->matcher);
no_matcher:
  free(self);
  return NULL;
}

bool
job_add_folder(struct job *self, const char *path) {
  struct task *task = task_make(TASK_NAMED, NULL, path);
  return task != NULL && work_add(&self->work, task);
}

void
job_drop(struct job *self) {
  if (--self->references != 0) return;
  gate_release(&self->gate);
  work_release(&self->work);
  matcher_release(&self->matcher);
  free(self);
}
