/* SPDX-License-Identifier: MIT */
#ifndef TSFN_SCHEMA_H
#define TSFN_SCHEMA_H

/* Records that are made at run time, for data whose fields are known only then:
   the columns of a query, the fields of a file.

     tsfn_schema_field fields[] = {
         {.name = "id", .kind = TSFN_KIND_i64},
         {.name = "price", .kind = TSFN_KIND_f64, .nullable = true},
         {.name = "title", .kind = TSFN_KIND_string, .nullable = true}};
     char why[TSFN_SCHEMA_WHY];
     tsfn_record *type;
     if (tsfn_record_make("row", fields, 3, &type, why) != TSFN_OK) ...

     options.record = type;                            as x_record()
     void *row = calloc(1, type->size);
     *(int64_t *)tsfn_record_value(type, row, 0) = 5;
     *(const char **)tsfn_record_value(type, row, 2) = "title";
     tsfn_call_record(fn, type, row, 1, TSFN_BLOCKING, NULL);

   JavaScript sees { id: 5n, price: null, title: 'title' }. Such a record works
   in every mode, and with tsfn_record_from, _to and _clear. */

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One field. What its kind does not need is not looked at. */
typedef struct tsfn_schema_field {
  const char *name;  /* any UTF-8 text, not empty; no two are the same */
  tsfn_kind kind;    /* bool to record of tsfn_kind, or list */
  bool nullable;     /* null in JavaScript: see tsfn_record_value */
  tsfn_kind element; /* of number (i64 or u64), array (a number kind) and list
                        (any but number, text, array, list and owned) */
  size_t count;      /* of a text's bytes or an array's elements */
  const tsfn_record *(*record)(void); /* of a record, or a list of them:
                                         x_record */
  const tsfn_enum *values; /* of an enum, or a list of them; it must outlive the
                              record. In C it is an int */
} tsfn_schema_field;

/* Bytes that hold each message of tsfn_record_make. */
#define TSFN_SCHEMA_WHY 160

/* Any thread. Makes a record; its name and its fields' names are copied. `why`
   is NULL or has TSFN_SCHEMA_WHY bytes, for a message that names the record,
   the field and what is wrong, empty on TSFN_OK. TSFN_INVALID: a NULL argument,
   no fields, or a field that there cannot be. TSFN_NO_MEMORY. On both *out is
   NULL. */
tsfn_status tsfn_record_make(const char *name, const tsfn_schema_field *fields,
                             size_t count, tsfn_record **out, char *why);

/* Any thread. Frees it; NULL is fine. Functions that have it must have ended:
   options.free_context is the place. */
void tsfn_record_free(tsfn_record *type);

/* Any thread; never blocks. Where the value of field `index`, which is less
   than the number of fields, is in a record of type->size bytes, to be written
   or read there as the type that its kind has in C. A field that is nullable
   has a value from now on, so ask tsfn_record_has before it is only read; in a
   record that is all zero it has none, and is null. For a string, a slice,
   bytes, a buffer and owned the NULL of the pointer says that, too; a NULL is
   TSFN_INVALID there where the field is not nullable. */
void *tsfn_record_value(const tsfn_record *type, void *record, size_t index);

/* Any thread; never blocks. Whether the field has a value: false for a nullable
   one without it, and for a pointer that is NULL. */
bool tsfn_record_has(const tsfn_record *type, const void *record, size_t index);

#ifdef __cplusplus
}
#endif

#endif
