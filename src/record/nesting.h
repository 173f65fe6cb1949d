/* SPDX-License-Identifier: MIT */
#ifndef TSFN__NESTING_H
#define TSFN__NESTING_H

/* What the kinds optional and list bring with them (kind_ops.h): a program
   without such a field does not link it. What is in the field is a record of
   one field, tsfn_field.inner: an optional has none of it or one, in the struct
   itself; a list has any number, in memory of the caller's.

     optional(u32)  | has | value |             inner: { value }
     list(u32)      | items | count |           inner: { element }
                        |
                        +-> | element | element | ...

   copy.c calls these when it comes to such a field; they call back the
   functions of record.h that walk over a record. */

#include <stdbool.h>
#include <string.h>

#include "tsfn.h"

struct tsfn__nesting {
  /* NULL, or what is wrong with the record of one field, which is sound by
     itself. */
  const char *(*check)(const tsfn_record *inner);

  /* The four of copy.c, of which tsfn__copy_measure and its neighbours in
     record.h tell what they do: of a record there, of a field here. */
  tsfn_status (*measure)(const tsfn_field *field, const char *value,
                         size_t *size);
  char *(*copy)(const tsfn_field *field, const char *value, char *cursor,
                const char *end);
  char *(*point)(const tsfn_field *field, char *value, char *cursor,
                 const char *end);
  void (*free_owned)(const tsfn_field *field, char *value);
};

extern const struct tsfn__nesting tsfn__nesting_optional; /* optional.c */
extern const struct tsfn__nesting tsfn__nesting_list;     /* sequence.c */

/* A list, whatever it is of. */
struct tsfn__list {
  char *items;
  size_t count;
};

/* Copied by memcpy, since the struct's own type is another for each kind of
   element. */
static inline struct tsfn__list
tsfn__list_read(const void *value) {
  struct tsfn__list list;
  memcpy(&list, value, sizeof list);
  return list;
}

static inline void
tsfn__list_write(void *value, struct tsfn__list list) {
  memcpy(value, &list, sizeof list);
}

/* Whether an optional has its value. Read as a byte, since C may not read a
   bool that holds 2. */
static inline bool
tsfn__optional_has(const void *value) {
  return *(const unsigned char *)value != 0;
}

/* The record that lies in the field itself: a nested one, or what is in an
   optional. NULL: there is none. */
static inline const tsfn_record *
tsfn__nesting_record(const tsfn_field *field, const void *value) {
  if (field->kind == TSFN_KIND_record) return field->record();
  return field->kind == TSFN_KIND_optional && tsfn__optional_has(value)
             ? field->inner
             : NULL;
}

/* The kind of what is in the field. */
static inline const tsfn_field *
tsfn__nesting_inner(const tsfn_field *field) {
  return &field->inner->fields[0];
}

#endif
