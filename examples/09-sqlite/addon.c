/* SPDX-License-Identifier: MIT */
/* open(path, options): a database of SQLite, which a thread of its own uses and
   no other does. The calls of its methods wait in a mailbox, and the thread
   answers them in order. sql.h has what the thread does with SQLite.

     run(sql, params)            runs a statement: { changes, lastId }
     query(sql, params, each)    each({ columns, rows }) for each page of rows
     define(name, call)          a function of SQL, which is call(text)
     changes(each)               each([{ op, table, rowid }, ...]), as they are
     close()                     what waits or runs is rejected */

#include <stdlib.h>
#include <string.h>

#include "sql.h"

#define MOST_CHANGES 4096 /* that the thread may be ahead of JavaScript */

typedef struct database {
  tsfn_function *fn; /* never called: the mailbox and the thread end with it */
  tsfn_mailbox *mailbox;
  tsfn_deferred *closed;   /* NULL: close() was not called */
  struct sql sql;          /* the thread's, once it has started */
  tsfn_function *listener; /* the thread's: of the changes; NULL: none */
} database;

/* --- the object ---------------------------------------------------------- */

#define RUN(ARGUMENT)                                                          \
  ARGUMENT(nonnull(string), sql) ARGUMENT(optional(list(string)), params)
TSFN_METHOD(database, run,
            "Runs a statement. What its triggers change is counted, too.", RUN,
            promise(record(summary)))
TSFN_SERVE_METHOD(database, run, mailbox)

/* The ask waits until `each` has returned, or its promise is settled. */
TSFN_ASK(page, void)
#define QUERY(ARGUMENT)                                                        \
  ARGUMENT(nonnull(string), sql)                                               \
  ARGUMENT(optional(list(string)), params)                                     \
  ARGUMENT(callback(page, asked(page), values_only), each)
TSFN_METHOD(database, query,
            "Calls back for each page of rows; what that throws ends it.",
            QUERY, promise(void))
TSFN_SERVE_METHOD(database, query, mailbox)

TSFN_ASK(word, string)
#define DEFINE(ARGUMENT)                                                       \
  ARGUMENT(nonnull(string), name)                                              \
  ARGUMENT(callback(word, asked(word), values_only, as_arguments), call)
TSFN_METHOD(database, define,
            "Defines a function of SQL. It must not wait for the database.",
            DEFINE, promise(void))
TSFN_SERVE_METHOD(database, define, mailbox)

#define CHANGES(ARGUMENT)                                                      \
  ARGUMENT(optional(callback(change, batch, values_only)), each)
TSFN_METHOD(database, changes,
            "Calls back with what changes, in place of an earlier callback.",
            CHANGES, promise(void))
TSFN_SERVE_METHOD(database, changes, mailbox)

TSFN_METHOD(database, close,
            "Rejects the statements that wait or run, and closes the file.",
            TSFN_NONE, promise(void))
#define DATABASE(METHOD)                                                       \
  METHOD(database, run)                                                        \
  METHOD(database, query)                                                      \
  METHOD(database, define)                                                     \
  METHOD(database, changes)                                                    \
  METHOD(database, close)
static void database_drop(database *self);
TSFN_OBJECT(database, "A database. It does not keep the process alive.",
            DATABASE, database_drop)

/* --- the thread ---------------------------------------------------------- */

static tsfn_status
database_run_serve(database *self, database_run_arguments *args,
                   tsfn_deferred **promise) {
  summary result;
  return sql_run(&self->sql, args->sql, args->params.value.items,
                 args->params.value.count, &result)
             ? database_run_resolve(*promise, &result)
             : sql_reject(&self->sql, *promise);
}

/* What SQLite calls for a function that was defined. */
static void
call_javascript(sqlite3_context *context, int count, sqlite3_value **values) {
  tsfn_function *fn = sqlite3_user_data(context);
  struct sql *sql = &((database *)tsfn_context(fn))->sql;
  word item = {(const char *)sqlite3_value_text(values[0])};
  word_reply reply;
  (void)count;
  sql->stopped = word_ask(fn, &item, &reply, &sql->error, TSFN_BLOCKING);
  if (sql->stopped == TSFN_OK)
    sqlite3_result_text(context, reply, -1, SQLITE_TRANSIENT);
  else
    sqlite3_result_error(context, tsfn_status_message(sql->stopped), -1);
  word_reply_clear(&reply);
}

/* SQLite's update hook. Where JavaScript is slow it waits for room. */
static void
tell_change(void *data, int code, const char *schema, const char *table,
            sqlite3_int64 rowid) {
  database *self = data;
  change item = {sql_operation(code), table, rowid};
  (void)schema;
  change_call(self->listener, &item, TSFN_BLOCKING);
}

static void
release(void *fn) {
  tsfn_release(fn);
}

static tsfn_status
database_query_serve(database *self, database_query_arguments *args,
                     tsfn_deferred **promise) {
  tsfn_function *each = tsfn_served_function(args->each);
  struct sql *sql = &self->sql;
  struct sql_reader reader;
  sql_reader_begin(&reader, sql, args->sql, args->params.value.items,
                   args->params.value.count);
  while (sql_reader_read(&reader))
    sql->stopped =
        page_ask(each, &reader.page, NULL, &sql->error, TSFN_BLOCKING);
  return sql_reader_end(&reader) ? database_query_resolve(*promise, NULL)
                                 : sql_reject(sql, *promise);
}

/* SQLite has the function from here on, also where it refuses it. */
static tsfn_status
database_define_serve(database *self, database_define_arguments *args,
                      tsfn_deferred **promise) {
  int code = sqlite3_create_function_v2(
      self->sql.db, args->name, 1, SQLITE_UTF8, tsfn_served_take(&args->call),
      call_javascript, NULL, NULL, release);
  return code == SQLITE_OK
             ? database_define_resolve(*promise, NULL)
             : tsfn_reject(*promise, sql_code(code), sqlite3_errstr(code));
}

static tsfn_status
database_changes_serve(database *self, database_changes_arguments *args,
                       tsfn_deferred **promise) {
  if (self->listener != NULL) tsfn_release(self->listener);
  self->listener = tsfn_served_take(&args->each);
  sqlite3_update_hook(self->sql.db, self->listener != NULL ? tell_change : NULL,
                      self);
  return database_changes_resolve(*promise, NULL);
}

/* --- the loop thread ----------------------------------------------------- */

/* The mailbox hands back what nobody has received, and refuses what comes. The
   abort ends the statement that runs, and what it asks JavaScript. */
static napi_value
database_close(napi_env env, database *self, database_close_arguments *args) {
  (void)args;
  if (self->closed != NULL)
    return tsfn_throw(env, "database.close", TSFN_CLOSING, "it is closed");
  napi_value promise = database_close_promise(env, &self->closed);
  if (promise == NULL) return NULL;
  tsfn_mailbox_close(self->mailbox);
  tsfn_abort(self->fn);
  return promise;
}

/* The object was collected, or its environment ends. What was posted before is
   answered; then the thread ends, which gives the last use back. */
static void
database_drop(database *self) {
  tsfn_mailbox_end(self->mailbox);
  tsfn_release(self->fn);
}

/* --- open() -------------------------------------------------------------- */

static tsfn_status
serve_all(tsfn_function *fn, size_t index, void *data) {
  database *self = data;
  (void)fn, (void)index;
  while (tsfn_mailbox_serve(self->mailbox, self, TSFN_BLOCKING) == TSFN_OK)
    continue;
  sql_close(&self->sql); /* SQLite releases the functions that it has */
  if (self->listener != NULL) tsfn_release(self->listener);
  if (self->closed != NULL) database_close_resolve(self->closed, NULL);
  return TSFN_OK;
}

/* After the last use, on any thread. */
static void
free_database(void *context) {
  database *self = context;
  tsfn_deferred_drop(self->closed);
  tsfn_mailbox_drop(self->mailbox);
  sql_close(&self->sql);
  free(self);
}

#define OPEN(ARGUMENT)                                                         \
  ARGUMENT(nonnull(string), path)                                              \
  ARGUMENT(optional(record(open_options)), options)
TSFN_EXPORT(open,
            "Opens a file, or makes it. `timeout`: ms to wait for its lock.",
            OPEN, object(database))

static tsfn_status
open(napi_env env, open_arguments *args, database **result) {
  database *self = calloc(1, sizeof *self);
  if (self == NULL) return TSFN_NO_MEMORY;
  tsfn_options options = {.name = "database",
                          .call_js = tsfn_call_nothing,
                          .weak = true,
                          .context = self,
                          .free_context = free_database};
  tsfn_status status = tsfn_create(env, NULL, &options, &self->fn);
  if (status != TSFN_OK) {
    free_database(self); /* Nothing was made, so it will not run. */
    return status;
  }
  self->sql.fn = self->fn;
  if (!sql_open(&self->sql, args->path, &args->options.value)) {
    napi_throw_error(env, sql_code(sqlite3_errcode(self->sql.db)),
                     sqlite3_errmsg(self->sql.db));
    status = TSFN_PENDING_EXCEPTION;
  }
  tsfn_options callbacks = {
      .weak = true, .context = self, .max_queue_size = MOST_CHANGES};
  tsfn_mailbox_options of_mailbox = {.name = "database",
                                     .callbacks = &callbacks};
  if (status == TSFN_OK)
    status = tsfn_mailbox_create(env, self->fn, &of_mailbox, &self->mailbox);
  if (status == TSFN_OK) status = tsfn_spawn(self->fn, serve_all, self);
  if (status == TSFN_OK)
    *result = self; /* the object's from here on */
  else
    database_drop(self);
  return status;
}

#define EXPORTS(EXPORT) EXPORT(open)
TSFN_MODULE(EXPORTS)
