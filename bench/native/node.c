/* SPDX-License-Identifier: MIT */

/* The host's own napi_threadsafe_function, used as its documentation says. A
   number travels in the data pointer itself: the cheapest that an author can
   do; whatever is larger is allocated by the producer. */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"

struct point {
  double x, y, z, w;
};

struct line {
  char *path;
  char *text;
};

struct payload {
  size_t size;
  void *data;
};

/* --- creating ------------------------------------------------------------ */

static void
on_finalize(napi_env env, void *data, void *context) {
  (void)env, (void)data, (void)context;
  bench_finalized();
}

static bool
create(struct bench_function *self, napi_env env, napi_value callback,
       napi_threadsafe_function_call_js call_js) {
  napi_threadsafe_function function;
  napi_value name;
  napi_create_string_utf8(env, "bench", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, callback, NULL, name, self->bound, 1,
                                      NULL, on_finalize, NULL, call_js,
                                      &function) != napi_ok)
    return false;
  self->handle = function;
  return true;
}

static void
release(struct bench_function *self) {
  napi_release_threadsafe_function(self->handle, napi_tsfn_release);
}

static bool
send_data(struct bench_function *self, void *data) {
  return napi_call_threadsafe_function(self->handle, data,
                                       napi_tsfn_blocking) == napi_ok;
}

static void
call(napi_env env, napi_value callback, napi_value argument) {
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_call_function(env, undefined, callback, 1, &argument, NULL);
}

/* --- a number ------------------------------------------------------------ */

static void
call_number(napi_env env, napi_value callback, void *context, void *data) {
  napi_value number;
  (void)context;
  if (env == NULL) return;
  napi_create_double(env, (double)(uintptr_t)data, &number);
  call(env, callback, number);
}

static bool
create_number(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_number);
}

static bool
send_number(struct bench_function *self, uint64_t i) {
  return send_data(self, (void *)(uintptr_t)i);
}

/* --- a number that the producer allocates -------------------------------- */

static void
call_boxed(napi_env env, napi_value callback, void *context, void *data) {
  napi_value number;
  (void)context;
  if (env != NULL) {
    napi_create_double(env, *(double *)data, &number);
    call(env, callback, number);
  }
  free(data);
}

static bool
create_boxed(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_boxed);
}

static bool
send_boxed(struct bench_function *self, uint64_t i) {
  double *data = malloc(sizeof *data);
  if (data == NULL) return false;
  *data = (double)i;
  return send_data(self, data);
}

/* --- a record of four numbers -------------------------------------------- */

static void
set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static void
call_record(napi_env env, napi_value callback, void *context, void *data) {
  struct point *point = data;
  napi_value object;
  (void)context;
  if (env != NULL) {
    napi_create_object(env, &object);
    set_number(env, object, "x", point->x);
    set_number(env, object, "y", point->y);
    set_number(env, object, "z", point->z);
    set_number(env, object, "w", point->w);
    call(env, callback, object);
  }
  free(point);
}

static bool
create_record(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_record);
}

static bool
send_record(struct bench_function *self, uint64_t i) {
  struct point *point = malloc(sizeof *point);
  double x = (double)i;
  if (point == NULL) return false;
  *point = (struct point){.x = x, .y = x + 1, .z = x + 2, .w = x + 3};
  return send_data(self, point);
}

/* --- a record of two strings --------------------------------------------- */

static void
set_string(napi_env env, napi_value object, const char *name,
           const char *text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, object, name, value);
}

static void
call_strings(napi_env env, napi_value callback, void *context, void *data) {
  struct line *line = data;
  napi_value object;
  (void)context;
  if (env != NULL) {
    napi_create_object(env, &object);
    set_string(env, object, "path", line->path);
    set_string(env, object, "text", line->text);
    call(env, callback, object);
  }
  free(line->path);
  free(line->text);
  free(line);
}

static bool
create_strings(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_strings);
}

static bool
send_strings(struct bench_function *self, uint64_t i) {
  struct line *line = malloc(sizeof *line);
  (void)i;
  if (line == NULL) return false;
  line->path = strdup(bench_text(self->size));
  line->text = strdup(bench_text(self->size));
  return send_data(self, line);
}

/* --- bytes --------------------------------------------------------------- */

static void
call_bytes(napi_env env, napi_value callback, void *context, void *data) {
  struct payload *payload = data;
  napi_value buffer;
  (void)context;
  if (env != NULL) {
    napi_create_buffer_copy(env, payload->size, payload->data, NULL, &buffer);
    call(env, callback, buffer);
  }
  free(payload->data);
  free(payload);
}

static bool
create_bytes(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_bytes);
}

static bool
send_bytes(struct bench_function *self, uint64_t i) {
  struct payload *payload = malloc(sizeof *payload);
  (void)i;
  if (payload == NULL) return false;
  payload->size = self->size;
  payload->data = malloc(self->size);
  if (payload->data == NULL) {
    free(payload);
    return false;
  }
  memcpy(payload->data, bench_payload(self->size), self->size);
  return send_data(self, payload);
}

/* --- packets ------------------------------------------------------------- */

struct packet {
  double seconds;
  uint32_t length;
  size_t size;
  unsigned char data[];
};

static void
call_packet(napi_env env, napi_value callback, void *context, void *data) {
  struct packet *packet = data;
  napi_value object, buffer;
  (void)context;
  if (env != NULL) {
    napi_create_object(env, &object);
    set_number(env, object, "seconds", packet->seconds);
    set_number(env, object, "length", packet->length);
    napi_create_buffer_copy(env, packet->size, packet->data, NULL, &buffer);
    napi_set_named_property(env, object, "bytes", buffer);
    call(env, callback, object);
  }
  free(packet);
}

static bool
create_packet(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_packet);
}

static bool
send_packet(struct bench_function *self, uint64_t i) {
  struct bench_packet read = bench_next_packet(self);
  struct packet *packet = malloc(sizeof *packet + read.size);
  (void)i;
  if (packet == NULL) return false;
  packet->seconds = read.seconds;
  packet->length = read.length;
  packet->size = read.size;
  memcpy(packet->data, read.data, read.size);
  return send_data(self, packet);
}

/* --- a question ---------------------------------------------------------- */

struct question {
  uint32_t id;
  int64_t reply;
  bool is_answered;
  pthread_mutex_t mutex;
  pthread_cond_t answered;
};

/* Signals under the lock: what waits frees the question. */
static void
answer(struct question *self, int64_t reply) {
  pthread_mutex_lock(&self->mutex);
  self->reply = reply;
  self->is_answered = true;
  pthread_cond_signal(&self->answered);
  pthread_mutex_unlock(&self->mutex);
}

static void
call_question(napi_env env, napi_value callback, void *context, void *data) {
  struct question *question = data;
  napi_value undefined, id, value;
  int64_t reply = -1;
  (void)context;
  if (env != NULL) {
    napi_get_undefined(env, &undefined);
    napi_create_uint32(env, question->id, &id);
    if (napi_call_function(env, undefined, callback, 1, &id, &value) == napi_ok)
      napi_get_value_int64(env, value, &reply);
  }
  answer(question, reply);
}

static bool
create_ask(struct bench_function *self, napi_env env, napi_value callback) {
  return create(self, env, callback, call_question);
}

static bool
start_question(struct bench_function *self, struct question *question,
               uint64_t i) {
  question->id = (uint32_t)i;
  question->is_answered = false;
  pthread_mutex_init(&question->mutex, NULL);
  pthread_cond_init(&question->answered, NULL);
  return send_data(self, question);
}

/* Whether the reply is right. */
static bool
end_question(struct question *self) {
  pthread_mutex_lock(&self->mutex);
  while (!self->is_answered)
    pthread_cond_wait(&self->answered, &self->mutex);
  pthread_mutex_unlock(&self->mutex);
  pthread_cond_destroy(&self->answered);
  pthread_mutex_destroy(&self->mutex);
  return self->reply == (int64_t)self->id + 1;
}

static bool
send_ask(struct bench_function *self, uint64_t i) {
  struct question question;
  return start_question(self, &question, i) && end_question(&question);
}

/* The bench ends where one cannot be started. */
static bool
send_asks(struct bench_function *self, uint64_t i, size_t count) {
  struct question **questions = malloc(count * sizeof *questions);
  bool is_right = questions != NULL;
  for (size_t k = 0; is_right && k < count; k++) {
    questions[k] = malloc(sizeof *questions[k]);
    is_right =
        questions[k] != NULL && start_question(self, questions[k], i + k);
  }
  for (size_t k = 0; is_right && k < count; k++) {
    is_right = end_question(questions[k]);
    free(questions[k]);
  }
  free(questions);
  return is_right;
}

const struct bench_kind bench_kinds[] = {
    {"number", create_number, send_number, NULL, release},
    {"boxed", create_boxed, send_boxed, NULL, release},
    {"record", create_record, send_record, NULL, release},
    {"strings", create_strings, send_strings, NULL, release},
    {"bytes", create_bytes, send_bytes, NULL, release},
    {"ask", create_ask, send_ask, send_asks, release},
    {"packet", create_packet, send_packet, NULL, release},
    {NULL, NULL, NULL, NULL, NULL},
};
