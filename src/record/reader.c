/* SPDX-License-Identifier: MIT */
#include "record/reader.h"

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

/* The readers of one environment, which its loop thread alone touches. */
struct shelf {
  struct shelf *next; /* under the lock */
  napi_env env;
  struct reader *first;
};

static struct tsfn__os_mutex lock = TSFN__OS_MUTEX_INIT;
static struct shelf *shelves; /* under the lock */

/* --- an environment ------------------------------------------------------ */

static void
free_reader(napi_env env, struct reader *self) {
  tsfn__reference_drop(env, &self->read);
  free(self);
}

/* The cleanup hook. */
static void
drop_shelf(void *data) {
  struct shelf *self = data;
  tsfn__os_mutex_lock(&lock);
  struct shelf **link = &shelves;
  while (*link != NULL && *link != self)
    link = &(*link)->next;
  if (*link == self) *link = self->next;
  tsfn__os_mutex_unlock(&lock);
  while (self->first != NULL) {
    struct reader *reader = self->first;
    self->first = reader->next;
    free_reader(self->env, reader);
  }
  free(self);
}

static struct shelf *
find_shelf(napi_env env) {
  tsfn__os_mutex_lock(&lock);
  struct shelf *self = shelves;
  while (self != NULL && self->env != env)
    self = self->next;
  tsfn__os_mutex_unlock(&lock);
  return self;
}

/* NULL: out of memory, or the host takes no hook. */
TSFN__OS_COLD static struct shelf *
make_shelf(napi_env env) {
  struct shelf *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->env = env;
  if (napi_add_env_cleanup_hook(env, drop_shelf, self) != napi_ok) {
    free(self);
    return NULL;
  }
  tsfn__os_mutex_lock(&lock);
  self->next = shelves;
  shelves = self;
  tsfn__os_mutex_unlock(&lock);
  return self;
}

/* --- a reader ------------------------------------------------------------ */

/* The first call makes its place. NULL: out of memory. */
static struct reader *
find_reader(napi_env env, const tsfn_record *type) {
  struct shelf *shelf = find_shelf(env);
  if (shelf == NULL) shelf = make_shelf(env);
  if (shelf == NULL) return NULL;
  struct reader *self = shelf->first;
  while (self != NULL && self->type != type)
    self = self->next;
  if (self != NULL) return self;
  self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->type = type;
  self->next = shelf->first;
  shelf->first = self;
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

/* The text of the JavaScript, from malloc. Names of fields are identifiers. */
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
  char *source = make_source(self->type);
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
