/* SPDX-License-Identifier: MIT */
#include "record/reader.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

/* Objects of a record that are read without a reader. */
#define READS_BEFORE 16u

/* One call of a reader: what its `take` is for. */
struct reading {
  bool (*take)(const void *data, const napi_value *values);
  const void *data;
  bool is_done;
};

struct reader {
  struct reader *next;
  const tsfn_record *type;
  unsigned reads;          /* before it was made */
  bool has_tried;          /* to make it */
  napi_ref read;           /* the JavaScript; NULL: there is none */
  struct reading *reading; /* the innermost call; NULL: none */
};

/* The readers of one environment, which its loop thread alone touches. These
   lists stay in memory: that of an environment that has ended is free for
   another one. So any thread may walk from one to the next at any time, without
   a lock. */
struct readers {
  struct readers *next;  /* set once */
  _Atomic(napi_env) env; /* NULL: it is free */
  struct reader *first;
};

static _Atomic(struct readers *) all_readers;

/* --- an environment ------------------------------------------------------ */

/* The cleanup hook. */
static void
clear_readers(void *data) {
  struct readers *self = data;
  napi_env env = atomic_load_explicit(&self->env, memory_order_relaxed);
  while (self->first != NULL) {
    struct reader *reader = self->first;
    self->first = reader->next;
    tsfn__reference_drop(env, &reader->read);
    free(reader);
  }
  /* Release: whoever takes the list finds it empty. */
  atomic_store_explicit(&self->env, NULL, memory_order_release);
}

/* Finds the list of `env`, which only its own thread looks for; so relaxed
   loads will do. NULL: there is none. */
static struct readers *
find_readers(napi_env env) {
  /* Acquire: meets the release by which a new list was put there. */
  struct readers *self =
      atomic_load_explicit(&all_readers, memory_order_acquire);
  while (self != NULL &&
         atomic_load_explicit(&self->env, memory_order_relaxed) != env)
    self = self->next;
  return self;
}

/* Takes a free list, or puts a new one in front. NULL: out of memory. */
static struct readers *
take_readers(napi_env env) {
  struct readers *first =
      atomic_load_explicit(&all_readers, memory_order_acquire);
  for (struct readers *self = first; self != NULL; self = self->next) {
    napi_env none = NULL;
    if (atomic_compare_exchange_strong_explicit(
            &self->env, &none, env, memory_order_acquire, memory_order_relaxed))
      return self;
  }
  struct readers *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  atomic_init(&self->env, env);
  self->next = first;
  while (!atomic_compare_exchange_weak_explicit(&all_readers, &self->next, self,
                                                memory_order_release,
                                                memory_order_acquire))
    continue;
  return self;
}

/* NULL: out of memory, or the host takes no hook. */
TSFN__OS_COLD static struct readers *
make_readers(napi_env env) {
  struct readers *self = take_readers(env);
  if (self != NULL &&
      napi_add_env_cleanup_hook(env, clear_readers, self) != napi_ok) {
    clear_readers(self);
    return NULL;
  }
  return self;
}

/* --- a reader ------------------------------------------------------------ */

/* The first call makes it, yet without JavaScript. NULL: out of memory. */
static struct reader *
find_reader(napi_env env, const tsfn_record *type) {
  struct readers *list = find_readers(env);
  if (list == NULL) list = make_readers(env);
  if (list == NULL) return NULL;
  struct reader *self = list->first;
  while (self != NULL && self->type != type)
    self = self->next;
  if (self != NULL) return self;
  self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->type = type;
  self->next = list->first;
  list->first = self;
  return self;
}

/* The native function that the JavaScript calls. A call of another reader, by a
   getter, has ended by then, and has put this one's reading back. */
static napi_value
call_take(napi_env env, napi_callback_info info) {
  napi_value values[TSFN__READER_FIELDS_MAX];
  size_t count = TSFN__READER_FIELDS_MAX;
  void *data;
  if (napi_get_cb_info(env, info, &count, values, NULL, &data) != napi_ok)
    return NULL;
  struct reading *reading = ((struct reader *)data)->reading;
  if (reading != NULL) reading->is_done = reading->take(reading->data, values);
  return NULL;
}

static char *
put_text(char *end, const char *text) {
  size_t size = strlen(text);
  memcpy(end, text, size + 1);
  return end + size;
}

/* Whether the names can stand in the text: those of the macros are identifiers,
   those of a table by hand may be anything. */
TSFN__OS_COLD static bool
has_plain_names(const tsfn_record *type) {
  for (size_t i = 0; i < type->field_count; i++) {
    const char *name = type->fields[i].name;
    do {
      bool is_letter = *name == '_' || (*name >= 'A' && *name <= 'Z') ||
                       (*name >= 'a' && *name <= 'z');
      bool is_digit = *name >= '0' && *name <= '9';
      if (!is_letter && (!is_digit || name == type->fields[i].name))
        return false;
    } while (*++name != 0);
  }
  return true;
}

/* The text of the JavaScript, from malloc. */
static char *
make_source(const tsfn_record *type) {
  static const char begin[] =
      "(function (take) { 'use strict'; return (o) => { take(";
  size_t size = sizeof begin + sizeof "); }; })";
  for (size_t i = 0; i < type->field_count; i++)
    size += strlen(type->fields[i].name) + sizeof "o.,";
  char *source = malloc(size);
  if (source == NULL) return NULL;
  char *end = put_text(source, begin);
  for (size_t i = 0; i < type->field_count; i++) {
    end = put_text(end, i == 0 ? "o." : ",o.");
    end = put_text(end, type->fields[i].name);
  }
  put_text(end, "); }; })");
  return source;
}

/* No exception is left; where it fails there is no reader. */
TSFN__OS_COLD static void
make_reader(struct reader *self, napi_env env) {
  napi_value function, read;
  char *source = has_plain_names(self->type) ? make_source(self->type) : NULL;
  self->has_tried = true;
  if (source != NULL &&
      napi_create_function(env, "take", NAPI_AUTO_LENGTH, call_take, self,
                           &function) == napi_ok &&
      tsfn__host_call_source(env, source, 1, &function, &read))
    (void)tsfn__reference_make(env, read, &self->read);
  free(source);
}

/* Whether there is a reader for this object. */
static bool
try_make(struct reader *self, napi_env env) {
  if (!self->has_tried && self->reads++ >= READS_BEFORE) make_reader(self, env);
  return self->read != NULL;
}

enum tsfn__reader_end
tsfn__reader_read(napi_env env, const tsfn_record *type, napi_value object,
                  bool (*take)(const void *data, const napi_value *values),
                  const void *data) {
  struct reader *self = find_reader(env, type);
  if (self == NULL || !try_make(self, env)) return TSFN__READER_NONE;
  napi_value read = tsfn__reference_get(env, self->read);
  if (read == NULL) return TSFN__READER_NONE;
  struct reading reading = {take, data, false};
  struct reading *outer = self->reading;
  self->reading = &reading;
  napi_status status = napi_call_function(env, object, read, 1, &object, NULL);
  self->reading = outer;
  return status == napi_ok && reading.is_done ? TSFN__READER_DONE
                                              : TSFN__READER_FAILED;
}
