/* SPDX-License-Identifier: MIT */

/* The memory of an optional (nesting.h). Its value lies in the struct itself,
   so a walk over a record goes on into the value, if the optional has one. */

#include "record/nesting.h"
#include "record/record.h"

static const char *
check_optional(const tsfn_record *inner) {
  return inner->fields[0].offset != 0 ? NULL
                                      : "its value leaves no room for `has`";
}

static tsfn_status
measure_optional(const tsfn_field *field, const char *value, size_t *size) {
  return tsfn__optional_has(value)
             ? tsfn__copy_measure(field->inner, value, size)
             : TSFN_OK;
}

static char *
copy_optional(const tsfn_field *field, const char *value, char *cursor,
              const char *end) {
  return tsfn__optional_has(value)
             ? tsfn__copy_write(field->inner, value, cursor, end)
             : cursor;
}

static char *
point_optional(const tsfn_field *field, char *value, char *cursor,
               const char *end) {
  return tsfn__optional_has(value)
             ? tsfn__copy_point(field->inner, value, cursor, end)
             : cursor;
}

static void
free_optional(const tsfn_field *field, char *value) {
  if (tsfn__optional_has(value)) tsfn__copy_free_owned(field->inner, value);
}

const struct tsfn__nesting tsfn__nesting_optional = {
    .check = check_optional,
    .measure = measure_optional,
    .copy = copy_optional,
    .point = point_optional,
    .free_owned = free_optional,
};
