/* SPDX-License-Identifier: MIT */
#include "record/script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "os/os.h"
#include "record/column.h"
#include "record/kind_ops.h"
#include "record/record.h"

/* --- text that grows ----------------------------------------------------- */

/* A text that grows. A failure is remembered, so that writing needs no checks;
   the text is good if it has not failed at its end. */
struct text {
  const tsfn_allocator *allocator;
  char *data;
  size_t size;
  size_t capacity;
  bool has_failed; /* out of memory: what follows is not added */
};

/* Makes room for `size` bytes more. False: the text has failed, now or
   before. */
static bool
make_room(struct text *self, size_t size) {
  if (self->has_failed) return false;
  if (self->capacity - self->size > size) return true;
  size_t capacity = (self->size + size + 1) * 2;
  char *data = tsfn__memory_allocate(self->allocator, capacity);
  self->has_failed = data == NULL;
  if (data == NULL) return false;
  if (self->size != 0) memcpy(data, self->data, self->size);
  tsfn__memory_release(self->allocator, self->data, self->capacity);
  self->data = data;
  self->capacity = capacity;
  return true;
}

/* Appends a formatted piece, of less than 256 bytes. */
TSFN__OS_COLD static void
add_text(struct text *self, const char *format, ...) {
  char piece[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= sizeof piece) self->has_failed = true;
  if (!make_room(self, (size_t)length)) return;
  memcpy(self->data + self->size, piece, (size_t)length);
  self->size += (size_t)length;
}

/* --- the pieces ---------------------------------------------------------- */

/* How many columns, enums and columns of views a walk over the fields has
   passed: the numbers that follow a0, v0, names[0] and w0 in the text. */
struct walk {
  unsigned typed;
  unsigned untyped;
  unsigned enums;
  unsigned views;
};

/* Records nest, so a field's value may be a record's. */
static void add_record(struct text *text, const tsfn_record *record,
                       struct walk *at);

/* Appends the expression for one field of record i, and moves the walk past its
   columns. The cases mirror describe_column in column.c and fill_value_column
   in runner.c, which say what the columns hold. */
static void
add_value(struct text *text, const tsfn_field *field, struct walk *at) {
  switch (field->kind) {
  case TSFN_KIND_record:
    add_record(text, field->record(), at);
    break;
  case TSFN_KIND_bool:
    add_text(text, "a%u[i] !== 0", at->typed++);
    break;
  case TSFN_KIND_enum:
    add_text(text, "names[%u][a%u[i]]", at->enums++, at->typed++);
    break;
  case TSFN_KIND_array:
    add_text(text, "slice(a%u, i * %zu, i * %zu + %zu)", at->typed++,
             field->count, field->count, field->count);
    break;
  case TSFN_KIND_text:
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
    add_text(text, "cut(v%u, v%u, a%u, i)", at->untyped, at->untyped + 1,
             at->typed++);
    at->untyped += 2;
    break;
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    if (tsfn__kind_views(field) != NULL) {
      add_text(text, "w%u(v%u, a%u, i)", at->views++, at->untyped++,
               at->typed++);
      break;
    } /* a table that was written by hand may have none */
    add_text(text, "v%u[i]", at->untyped++);
    break;
  case TSFN_KIND_owned:
  TSFN__CASE_NESTING:
  TSFN__CASE_EXPORTED: /* which no record has */
    add_text(text, "v%u[i]", at->untyped++);
    break;
  TSFN__CASE_NUMBER:
  case TSFN_KIND_number:
    add_text(text, "a%u[i]", at->typed++);
    break;
  }
}

/* Appends a field's name as a string. It is an identifier of C, or any text of
   a record that was made at run time. */
static void
add_name(struct text *text, const char *name) {
  add_text(text, "\"");
  for (const char *c = name; *c != '\0'; c++) {
    bool is_plain = (unsigned char)*c >= ' ' && *c != '"' && *c != '\\';
    add_text(text, is_plain ? "%c" : "\\x%02x",
             is_plain ? *c : (unsigned char)*c);
  }
  add_text(text, "\"");
}

/* Appends an object literal. `__proto__` would set the prototype, and in
   brackets it is a name like any other. */
static void
add_record(struct text *text, const tsfn_record *record, struct walk *at) {
  add_text(text, "{ ");
  for (size_t i = 0; i < record->field_count; i++) {
    const char *name = record->fields[i].name;
    bool is_proto = strcmp(name, "__proto__") == 0;
    add_text(text, is_proto ? "[" : "");
    add_name(text, name);
    add_text(text, is_proto ? "]: " : ": ");
    add_value(text, &record->fields[i], at);
    add_text(text, ", ");
  }
  add_text(text, "}");
}

/* Appends the record as the callback gets it: one object, or each field by
   itself. */
static void
add_values(struct text *text, const struct tsfn__script *script) {
  struct walk at = {0, 0, 0, 0};
  if (script->passing == TSFN_AS_OBJECT) {
    add_record(text, script->record, &at);
    return;
  }
  for (size_t i = 0; i < script->record->field_count; i++) {
    if (i != 0) add_text(text, ", ");
    add_value(text, &script->record->fields[i], &at);
  }
}

/* Appends what is done for one record: into the list, or a call. A call may end
   the run: by a throw, by state[1], which C sets in it, or by a frame that the
   ticks behind it find changed. */
static void
add_step(struct text *text, const struct tsfn__script *script) {
  const char *first = script->errors == TSFN_ERROR_FIRST ? "null, " : "";
  if (script->is_list) {
    bool is_object = script->passing == TSFN_AS_OBJECT;
    add_text(text,
             is_object ? "list[list.length] = " : "list[list.length] = [");
    add_values(text, script);
    add_text(text, is_object ? "; i++;\n" : "]; i++;\n");
    return;
  }
  add_text(text, "state[0] = i; %scallback(%s",
           script->has_keep ? "let value, threw = true;\ntry { value = " : "",
           first);
  add_values(text, script);
  add_text(text, script->has_keep
                     ? "); threw = false; } catch (error) { value = error; }\n"
                       "keep(i, threw, value); i++;\n"
                     : "); i++;\n");
  if (script->has_tick && script->has_frame)
    add_text(text, "state[0] = i; state[2] = 1; const stays = tick(frame); "
                   "state[2] = 0;\n"
                   "if (!stays) { state[3] = 1; return i; }\n");
  else if (script->has_tick)
    add_text(text, "state[0] = i; state[2] = 1; tick.call(process); "
                   "state[2] = 0;\n");
  add_text(text, "if (state[1] !== 0) return i;\n");
}

/* Appends the columns as variables of the script, and the method that sets
   them: `let c0, c1; return { resize(arrays) { c0 = arrays[0]; ... },` */
static void
add_resize(struct text *text, struct walk counts) {
  for (unsigned i = 0; i < counts.views; i++)
    add_text(text, "const w%u = views[%u];", i, i);
  for (unsigned i = 0; i < counts.typed; i++)
    add_text(text, "let c%u;", i);
  add_text(text, " let list = [];\nreturn {\nresize(arrays) {");
  for (unsigned i = 0; i < counts.typed; i++)
    add_text(text, " c%u = arrays[%u];", i, i);
  add_text(text, " },\n");
}

/* Appends the columns as constants of the loop, which the engine keeps in
   registers: `const none = 0, a0 = c0, v0 = values[0];`. `none` is there so
   that each of the others can follow a comma. */
static void
add_constants(struct text *text, struct walk counts) {
  add_text(text, "const none = 0");
  for (unsigned i = 0; i < counts.typed; i++)
    add_text(text, ", a%u = c%u", i, i);
  for (unsigned i = 0; i < counts.untyped; i++)
    add_text(text, ", v%u = values[%u]", i, i);
  add_text(text, ";\n");
}

/* Counts the columns and enums of the record, by the walk that writes its
   value. The text has failed before it begins, so nothing is written and only
   the walk moves. */
static struct walk
count_columns(const tsfn_record *record) {
  struct text nothing = {.has_failed = true};
  struct walk counts = {0, 0, 0, 0};
  add_record(&nothing, record, &counts);
  return counts;
}

/* Writes the whole text, of which script.h shows one. A list asks C for
   nothing: its loop calls nobody, so it is short, and its call cannot be
   cut. */
static void
write_script(struct text *text, const struct tsfn__script *script) {
  struct walk counts = count_columns(script->record);
  const char *first = script->errors == TSFN_ERROR_FIRST ? "null, " : "";
  add_text(text, "(function (callback, check, natives, views, state, names, "
                 "process, tick, frame, keep) {\n'use strict';\n"
                 "const { cut, slice } = natives;\n");
  add_resize(text, counts);
  add_text(text, "collect(array, ...values) {\n"
                 "for (let i = 0; i < values.length; i++)\n"
                 "array[array.length] = values[i];\n},\n"
                 "deliver(i, end, values) {\n");
  add_constants(text, counts);
  add_text(text, "while (i < end) {\n");
  if (script->is_list)
    add_text(text, "const to = end;\n");
  else
    add_text(text, "let to = check(i); if (to <= i) return i;\n"
                   "if (to > end) to = end;\n");
  add_text(text, "while (i < to) {\n");
  add_step(text, script);
  add_text(text, "}\n}\nreturn i;\n},\n");
  if (script->is_list)
    add_text(text,
             "flush() { const full = list; list = []; callback(%sfull); },\n",
             first);
  add_text(text, "};\n})");
}

TSFN__OS_COLD napi_status
tsfn__script_factory(napi_env env, const struct tsfn__script *script,
                     napi_value *out) {
  struct text text = {.allocator = script->allocator};
  napi_value source;
  napi_status status = napi_generic_failure;
  write_script(&text, script);
  if (!text.has_failed)
    status = napi_create_string_utf8(env, text.data, text.size, &source);
  if (status == napi_ok) status = napi_run_script(env, source, out);
  tsfn__memory_release(text.allocator, text.data, text.capacity);
  return status;
}
