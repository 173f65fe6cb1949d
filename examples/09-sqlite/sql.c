/* SPDX-License-Identifier: MIT */
#include "sql.h"

#include <stdlib.h>
#include <string.h>

/* Steps of a statement between two looks for the end. */
#define STEPS_TO_LOOK 10000

#define CODE(name)                                                             \
  { name, #name }

const char *
sql_code(int code) {
  static const struct {
    int code;
    const char *name;
  } codes[] = {
      CODE(SQLITE_ERROR),   CODE(SQLITE_BUSY),     CODE(SQLITE_LOCKED),
      CODE(SQLITE_NOMEM),   CODE(SQLITE_READONLY), CODE(SQLITE_IOERR),
      CODE(SQLITE_CORRUPT), CODE(SQLITE_FULL),     CODE(SQLITE_CANTOPEN),
      CODE(SQLITE_TOOBIG),  CODE(SQLITE_MISMATCH), CODE(SQLITE_CONSTRAINT),
      CODE(SQLITE_MISUSE),  CODE(SQLITE_RANGE),    CODE(SQLITE_NOTADB)};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (codes[i].code == code) return codes[i].name;
  return "SQLITE";
}

operation
sql_operation(int code) {
  return code == SQLITE_INSERT   ? operation_insert
         : code == SQLITE_UPDATE ? operation_update
                                 : operation_delete;
}

/* --- a connection -------------------------------------------------------- */

/* SQLite calls these two now and then. Non-zero ends the statement; zero ends
   the wait for a lock. */
static int
has_ended(void *data) {
  struct sql *self = data;
  if (!tsfn_is_closing(self->fn)) return 0;
  self->stopped = TSFN_CLOSING;
  return 1;
}

static int
waits_on(void *data, int count) {
  struct sql *self = data;
  if ((uint32_t)count >= self->timeout || has_ended(self)) return 0;
  sqlite3_sleep(1);
  return 1;
}

bool
sql_open(struct sql *self, const char *path, const open_options *options) {
  int flags = options->readonly.value
                  ? SQLITE_OPEN_READONLY
                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  /* It is one thread's after the other, so it needs no lock of its own. */
  flags |= SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path, &self->db, flags, NULL) != SQLITE_OK) return false;
  self->timeout = options->timeout.value;
  sqlite3_busy_handler(self->db, waits_on, self);
  sqlite3_progress_handler(self->db, STEPS_TO_LOOK, has_ended, self);
  return true;
}

void
sql_close(struct sql *self) {
  sqlite3_close(self->db);
  self->db = NULL;
}

tsfn_status
sql_reject(const struct sql *self, tsfn_deferred *promise) {
  if (self->stopped != TSFN_OK)
    return tsfn_reject_error(promise, self->stopped, &self->error);
  return tsfn_reject(promise, sql_code(sqlite3_errcode(self->db)),
                     sqlite3_errmsg(self->db));
}

/* --- a statement --------------------------------------------------------- */

/* The params are not copied. *out is to be finalized in any case. It is NULL
   where the text is empty, which SQLite's functions take. */
static int
prepare(struct sql *self, const char *text, const char *const *params,
        size_t count, sqlite3_stmt **out) {
  self->stopped = TSFN_OK;
  int code = sqlite3_prepare_v2(self->db, text, -1, out, NULL);
  for (size_t i = 0; i < count && code == SQLITE_OK && *out != NULL; i++)
    code = sqlite3_bind_text(*out, (int)i + 1, params[i], -1, SQLITE_STATIC);
  return code;
}

bool
sql_run(struct sql *self, const char *text, const char *const *params,
        size_t count, summary *out) {
  sqlite3_stmt *statement;
  int before = sqlite3_total_changes(self->db);
  bool is_ready = prepare(self, text, params, count, &statement) == SQLITE_OK;
  while (is_ready && sqlite3_step(statement) == SQLITE_ROW)
    continue;
  out->changes = sqlite3_total_changes(self->db) - before;
  out->lastId = sqlite3_last_insert_rowid(self->db);
  /* This answers how the last step has ended. */
  return sqlite3_finalize(statement) == SQLITE_OK && is_ready;
}

/* --- rows ---------------------------------------------------------------- */

/* The copies are from malloc, so that row_clear frees them. */
static bool
copy_row(sqlite3_stmt *statement, row *out) {
  size_t count = (size_t)sqlite3_column_count(statement);
  tsfn_slice *cells = calloc(count, sizeof *cells);
  *out = (row){.cells = {cells, cells != NULL ? count : 0}};
  for (size_t i = 0; i < out->cells.count; i++) {
    if (sqlite3_column_type(statement, (int)i) == SQLITE_NULL) continue;
    const unsigned char *text = sqlite3_column_text(statement, (int)i);
    size_t size = (size_t)sqlite3_column_bytes(statement, (int)i);
    char *copy = text != NULL ? malloc(size + 1) : NULL;
    if (copy == NULL) return false;
    cells[i] = (tsfn_slice){memcpy(copy, text, size), size};
  }
  return cells != NULL;
}

static void
clear_rows(struct sql_reader *self) {
  for (size_t i = 0; i < self->page.rows.count; i++)
    row_clear(&self->rows[i]);
  self->page.rows.count = 0;
}

/* It steps to the first row, so that each read knows whether there is one. */
void
sql_reader_begin(struct sql_reader *self, struct sql *sql, const char *text,
                 const char *const *params, size_t count) {
  self->sql = sql;
  self->code = prepare(sql, text, params, count, &self->statement);
  size_t width = (size_t)sqlite3_column_count(self->statement);
  const char **columns = calloc(width + 1, sizeof *columns);
  if (columns == NULL) sql->stopped = TSFN_NO_MEMORY;
  for (size_t i = 0; i < width && columns != NULL; i++)
    columns[i] = sqlite3_column_name(self->statement, (int)i);
  self->page = (page){{columns, width}, {self->rows, 0}};
  self->is_first = true;
  if (self->code == SQLITE_OK)
    self->code =
        self->statement != NULL ? sqlite3_step(self->statement) : SQLITE_DONE;
}

bool
sql_reader_read(struct sql_reader *self) {
  size_t *count = &self->page.rows.count;
  bool is_first = self->is_first;
  clear_rows(self);
  self->is_first = false;
  while (self->code == SQLITE_ROW && *count < SQL_PAGE_ROWS &&
         self->sql->stopped == TSFN_OK) {
    if (!copy_row(self->statement, &self->rows[(*count)++]))
      self->sql->stopped = TSFN_NO_MEMORY;
    self->code = sqlite3_step(self->statement);
  }
  bool is_well = self->code == SQLITE_ROW || self->code == SQLITE_DONE;
  return is_well && self->sql->stopped == TSFN_OK && (is_first || *count > 0);
}

bool
sql_reader_end(struct sql_reader *self) {
  clear_rows(self);
  free((void *)self->page.columns.items);
  sqlite3_finalize(self->statement);
  return self->code == SQLITE_DONE && self->sql->stopped == TSFN_OK;
}
