/* SPDX-License-Identifier: MIT */
#include "answer/await.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/memory.h"
#include "function/function.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"

/* `wait(thenable, then, number)`: the built-in functions are those of the time
   when the script ran. A promise gets its `then` called; anything else is
   wrapped, so that a `then` that throws, or calls both, or twice, settles it
   once. */
static const char source[] =
    "(function (settle) {\n"
    "'use strict';\n"
    "const { apply } = Reflect, Wrapper = Promise;\n"
    "const { then: chain } = Wrapper.prototype;\n"
    "return (thenable, then, number) => {\n"
    "const promise = then === chain ? thenable : new Wrapper(\n"
    "(resolve, reject) => { apply(then, thenable, [resolve, reject]); });\n"
    "apply(chain, promise, [(value) => { settle(number, false, value); },\n"
    "(reason) => { settle(number, true, reason); }]);\n"
    "};\n"
    "})";

/* A row of the table. */
struct row {
  struct tsfn__awaiter *awaiter; /* NULL: it is free */
  uint32_t uses;                 /* how often it was taken */
  uint32_t next_free;            /* index + 1; 0: none */
};

/* An awaiter's number in JavaScript: uses * INDICES + index, which a double
   holds exactly. */
#define INDICES 16777216.0
#define USES_MAX 0x1fffffffu

struct table;

/* The data of `settle`, which JavaScript may keep longer than the realm. */
struct settle_data {
  struct table *table; /* NULL: the realm has closed */
};

/* The realm's part. */
struct table {
  struct tsfn__part part; /* first: it is cast back to this */
  struct settle_data *settle_data;
  napi_ref wait;
  struct row *rows;
  uint32_t count;
  uint32_t first_free; /* index + 1; 0: none */
};

/* A function's awaiters, which end with it. */
struct tsfn__awaited {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  tsfn_function *function;
  struct tsfn__awaiter *first;
};

/* --- the table ----------------------------------------------------------- */

static bool
grow_table(struct table *self) {
  uint32_t count = self->count != 0 ? self->count * 2 : 16;
  if (count > INDICES) return false;
  struct row *rows = realloc(self->rows, count * sizeof *rows);
  if (rows == NULL) return false;
  self->rows = rows;
  for (uint32_t i = count; i > self->count; i--) {
    rows[i - 1] = (struct row){NULL, 0, self->first_free};
    self->first_free = i;
  }
  self->count = count;
  return true;
}

/* Puts the awaiter into a row, and answers its number. False: out of memory.
   A row that was used so often that its numbers would come again is not used
   any more. */
static bool
take_row(struct table *self, struct tsfn__awaiter *awaiter, double *number) {
  if (self->first_free == 0 && !grow_table(self)) return false;
  uint32_t index = self->first_free - 1;
  struct row *row = &self->rows[index];
  self->first_free = row->next_free;
  row->awaiter = awaiter;
  row->uses++;
  awaiter->index = index;
  *number = row->uses * INDICES + index;
  return true;
}

static void
free_row(struct table *self, size_t index) {
  struct row *row = &self->rows[index];
  row->awaiter = NULL;
  if (row->uses == USES_MAX) return;
  row->next_free = self->first_free;
  self->first_free = (uint32_t)index + 1;
}

/* NULL: nobody waits for it any more. */
static struct tsfn__awaiter *
find_awaiter(const struct table *self, double number) {
  if (!(number >= 0 && number < (USES_MAX + 1.0) * INDICES)) return NULL;
  uint32_t uses = (uint32_t)(number / INDICES);
  double index = number - uses * INDICES;
  if (index >= self->count) return NULL;
  const struct row *row = &self->rows[(uint32_t)index];
  return row->uses == uses ? row->awaiter : NULL;
}

/* --- the realm's part ---------------------------------------------------- */

static void remove_awaiter(struct table *table, struct tsfn__awaiter *self);

/* settle(number, is_rejected, value) */
static napi_value
call_settle(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  void *data;
  double number;
  bool is_rejected;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, &data) != napi_ok ||
      napi_get_value_double(env, arguments[0], &number) != napi_ok ||
      napi_get_value_bool(env, arguments[1], &is_rejected) != napi_ok)
    return NULL;
  struct table *table = ((struct settle_data *)data)->table;
  struct tsfn__awaiter *awaiter =
      table != NULL ? find_awaiter(table, number) : NULL;
  if (awaiter == NULL) return NULL;
  remove_awaiter(table, awaiter);
  awaiter->settled(awaiter, env, is_rejected, arguments[2]);
  return NULL;
}

static void
free_settle_data(napi_env env, void *settle_data, void *hint) {
  (void)env, (void)hint;
  free(settle_data);
}

/* Makes the function `settle`, which frees its data when it is collected. */
static bool
make_settle(struct table *self, napi_env env, napi_value *out) {
  struct settle_data *settle_data = malloc(sizeof *settle_data);
  if (settle_data == NULL) return false;
  settle_data->table = self;
  if (napi_create_function(env, "settle", NAPI_AUTO_LENGTH, call_settle,
                           settle_data, out) == napi_ok &&
      napi_add_finalizer(env, *out, settle_data, free_settle_data, NULL,
                         NULL) == napi_ok) {
    self->settle_data = settle_data;
    return true;
  }
  free(settle_data);
  return false;
}

static bool
open_table(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct table *self = (struct table *)part;
  napi_value function, wait;
  return make_settle(self, realm->env, &function) &&
         tsfn__host_call_source(realm->env, source, 1, &function, &wait) &&
         tsfn__reference_make(realm->env, wait, &self->wait);
}

/* Nobody waits any more: a realm closes after its functions. */
static void
close_table(struct tsfn__part *part, napi_env env) {
  struct table *self = (struct table *)part;
  if (self->settle_data != NULL) self->settle_data->table = NULL;
  tsfn__reference_drop(env, &self->wait);
  free(self->rows);
}

static const struct tsfn__part_ops table_ops = {sizeof(struct table),
                                                open_table, close_table};

static struct table *
get_table(struct tsfn__realm *realm) {
  return (struct table *)tsfn__realm_part(realm, &table_ops);
}

/* --- a function's awaiters ----------------------------------------------- */

static void
add_awaiter(struct tsfn__awaited *list, struct tsfn__awaiter *self) {
  self->list = list;
  self->previous = NULL;
  self->next = list->first;
  if (list->first != NULL) list->first->previous = self;
  list->first = self;
}

static void
remove_awaiter(struct table *table, struct tsfn__awaiter *self) {
  free_row(table, self->index);
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    self->list->first = self->next;
  if (self->next != NULL) self->next->previous = self->previous;
}

/* The attachment's `stop`: the function has closed, and what still waits will
   hear of no other end. */
static void
stop_awaited(struct tsfn__attachment *attachment) {
  struct tsfn__awaited *self = (struct tsfn__awaited *)attachment;
  if (self->first == NULL) return;
  struct table *table = get_table(self->function->outlet.realm);
  while (self->first != NULL) {
    struct tsfn__awaiter *awaiter = self->first;
    remove_awaiter(table, awaiter);
    awaiter->settled(awaiter, NULL, false, NULL);
  }
}

static void
free_awaited(struct tsfn__attachment *attachment) {
  struct tsfn__awaited *self = (struct tsfn__awaited *)attachment;
  tsfn__memory_release(&self->function->outlet.shape.allocator, self,
                       sizeof *self);
}

static const struct tsfn__attachment_ops awaited_ops = {.stop = stop_awaited,
                                                        .free = free_awaited};

/* The first call makes it. NULL: out of memory. */
static struct tsfn__awaited *
get_awaited(struct tsfn__outlet *outlet) {
  tsfn_function *function = tsfn__function_of(&outlet->channel);
  struct tsfn__attachment *found =
      tsfn__attachments_find(&function->attachments, &awaited_ops);
  if (found != NULL) return (struct tsfn__awaited *)found;
  struct tsfn__awaited *self =
      tsfn__function_attach(function, &awaited_ops, sizeof *self);
  if (self != NULL) self->function = function;
  return self;
}

/* --- the face ------------------------------------------------------------ */

/* Reads `then` of an object. *is_thenable false: it has none that can be
   called. */
static napi_status
read_then(napi_env env, napi_value value, napi_value *then, bool *is_thenable) {
  napi_valuetype type;
  *is_thenable = false;
  napi_status status = napi_get_named_property(env, value, "then", then);
  if (status == napi_ok) status = napi_typeof(env, *then, &type);
  *is_thenable = status == napi_ok && type == napi_function;
  return status;
}

enum tsfn__await_end
tsfn__await(struct tsfn__outlet *outlet, napi_value value,
            struct tsfn__awaiter *awaiter) {
  napi_env env = outlet->realm->env;
  napi_value arguments[3] = {value}, undefined;
  bool is_thenable;
  double number;
  if (read_then(env, value, &arguments[1], &is_thenable) != napi_ok)
    return TSFN__AWAIT_FAILED;
  if (!is_thenable) return TSFN__AWAIT_PLAIN;
  struct table *table = get_table(outlet->realm);
  struct tsfn__awaited *list = get_awaited(outlet);
  if (table == NULL || list == NULL || !take_row(table, awaiter, &number)) {
    (void)tsfn__exception_throw(env, NULL, TSFN_NO_MEMORY, "out of memory");
    return TSFN__AWAIT_FAILED;
  }
  add_awaiter(list, awaiter);
  napi_value wait = tsfn__reference_get(env, table->wait);
  if (wait != NULL &&
      napi_create_double(env, number, &arguments[2]) == napi_ok &&
      napi_get_undefined(env, &undefined) == napi_ok &&
      napi_call_function(env, undefined, wait, 3, arguments, NULL) == napi_ok)
    return TSFN__AWAIT_WAITS;
  /* The script throws where JavaScript is out of stack. Nobody else has taken
     the awaiter out, unless `then` has settled it or ended the function. */
  if (find_awaiter(table, number) != awaiter) {
    napi_value ignored;
    (void)tsfn__exception_take(env, &ignored);
    return TSFN__AWAIT_WAITS;
  }
  remove_awaiter(table, awaiter);
  return TSFN__AWAIT_FAILED;
}
