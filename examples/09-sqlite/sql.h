/* SPDX-License-Identifier: MIT */
#ifndef SQL_H
#define SQL_H

/* SQLite, as the thread of a database uses it: one statement after the other.
   It calls no JavaScript. */

#include <sqlite3.h>
#include <stdbool.h>
#include <tsfn.h>

#define SQL_PAGE_ROWS 256

#define OPTIONS(FIELD)                                                         \
  FIELD(optional(bool), readonly) FIELD(optional(u32), timeout)
TSFN_RECORD(open_options, OPTIONS)

#define SUMMARY(FIELD) FIELD(number(i64), changes) FIELD(number(i64), lastId)
TSFN_RECORD(summary, SUMMARY)

/* A cell is a text or null: the types of columns are known at run time only. */
#define ROW(FIELD) FIELD(list(slice), cells)
TSFN_RECORD(row, ROW)
#define PAGE(FIELD)                                                            \
  FIELD(list(nonnull(string)), columns) FIELD(list(record(row)), rows)
TSFN_RECORD(page, PAGE)

/* The argument of a function of SQL. */
#define WORD(FIELD) FIELD(string, text)
TSFN_RECORD(word, WORD)

#define OPERATIONS(VALUE) VALUE(insert) VALUE(update) VALUE(delete)
TSFN_ENUM(operation, OPERATIONS)
#define CHANGE(FIELD)                                                          \
  FIELD(enum(operation), op)                                                   \
  FIELD(nonnull(string), table) FIELD(number(i64), rowid)
TSFN_RECORD(change, CHANGE)

struct sql {
  sqlite3 *db;
  tsfn_function *fn; /* when it closes, statements end */
  uint32_t timeout;
  tsfn_status stopped; /* why the last statement failed, where it is not SQLite
                          that knows */
  tsfn_error error;    /* what JavaScript threw: `stopped` is TSFN_THREW */
};

/* The name of a code of SQLite's: "SQLITE_BUSY". */
const char *sql_code(int code);

/* The operation of an update hook. */
operation sql_operation(int code);

/* False: sqlite3_errmsg says why. In both cases sql_close is needed. */
bool sql_open(struct sql *self, const char *path, const open_options *options);
void sql_close(struct sql *self);

/* Rejects with what was wrong with the last statement. */
tsfn_status sql_reject(const struct sql *self, tsfn_deferred *promise);

/* Runs a statement to its end. False: see sql_reject. */
bool sql_run(struct sql *self, const char *text, const char *const *params,
             size_t count, summary *out);

/* The rows of a statement, page by page. */
struct sql_reader {
  struct sql *sql;
  sqlite3_stmt *statement;
  int code; /* what SQLite has answered last */
  bool is_first;
  page page;
  row rows[SQL_PAGE_ROWS];
};

/* The text and the params must stay until the end. */
void sql_reader_begin(struct sql_reader *self, struct sql *sql,
                      const char *text, const char *const *params,
                      size_t count);

/* The first page is there even without rows; the others are not empty. False:
   there is none, or something is wrong, or sql->stopped is not TSFN_OK. */
bool sql_reader_read(struct sql_reader *self);

/* Always needed. False: see sql_reject. */
bool sql_reader_end(struct sql_reader *self);

#endif
