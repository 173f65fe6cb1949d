/* SPDX-License-Identifier: MIT */

/* The memory of a list (nesting.h): elements in memory of the caller's, which
   are copied one behind the other, and behind them what each of them borrows:

     copies -> ... | element | element | borrowed by the 1st | by the 2nd | ...

   Elements are aligned for any kind, so up to TSFN__ALIGNMENT - 1 bytes before
   them are left out. No element owns memory: such a list is refused. */

#include <stdint.h>

#include "record/nesting.h"
#include "record/record.h"

static char *
align(char *cursor, const char *end) {
  size_t gap = (size_t)(-(uintptr_t)cursor & (TSFN__ALIGNMENT - 1));
  size_t room = (size_t)(end - cursor);
  return cursor + (gap < room ? gap : room);
}

/* Cuts the list to the elements that there is room for: a caller who changes it
   during the call must not make us write or read beyond the copies. */
static void
cut_list(struct tsfn__list *list, size_t stride, const char *cursor,
         const char *end) {
  size_t room = (size_t)(end - cursor) / stride;
  if (list->count > room) list->count = room;
}

static const char *
check_list(const tsfn_record *inner) {
  if (inner->fields[0].offset != 0 || inner->fields[0].size != inner->size)
    return "its elements have gaps";
  return (inner->traits & TSFN__OWNS) == 0 ? NULL
                                           : "it is a list of owned memory";
}

static tsfn_status
measure_list(const tsfn_field *field, const char *value, size_t *size) {
  struct tsfn__list list = tsfn__list_read(value);
  size_t stride = field->inner->size;
  if (list.items == NULL) return list.count == 0 ? TSFN_OK : TSFN_INVALID;
  if (*size > SIZE_MAX - TSFN__ALIGNMENT ||
      list.count > (SIZE_MAX - TSFN__ALIGNMENT - *size) / stride)
    return TSFN_NO_MEMORY;
  *size += list.count * stride + TSFN__ALIGNMENT - 1;
  if (field->inner->traits == 0) return TSFN_OK;
  for (size_t i = 0; i < list.count; i++) {
    tsfn_status status =
        tsfn__copy_measure(field->inner, list.items + i * stride, size);
    if (status != TSFN_OK) return status;
  }
  return TSFN_OK;
}

static bool
elements_borrow(const tsfn_field *field) {
  return (field->inner->traits & TSFN__BORROWS) != 0;
}

static char *
copy_list(const tsfn_field *field, const char *value, char *cursor,
          const char *end) {
  struct tsfn__list list = tsfn__list_read(value);
  size_t stride = field->inner->size;
  if (list.items == NULL) return cursor;
  cursor = align(cursor, end);
  cut_list(&list, stride, cursor, end);
  if (list.count != 0) memcpy(cursor, list.items, list.count * stride);
  cursor += list.count * stride;
  for (size_t i = 0; elements_borrow(field) && i < list.count; i++)
    cursor =
        tsfn__copy_write(field->inner, list.items + i * stride, cursor, end);
  return cursor;
}

static char *
point_list(const tsfn_field *field, char *value, char *cursor,
           const char *end) {
  struct tsfn__list list = tsfn__list_read(value);
  size_t stride = field->inner->size;
  if (list.items == NULL) {
    list.count = 0;
  } else {
    list.items = cursor = align(cursor, end);
    cut_list(&list, stride, cursor, end);
    cursor += list.count * stride;
  }
  tsfn__list_write(value, list);
  for (size_t i = 0; elements_borrow(field) && i < list.count; i++)
    cursor =
        tsfn__copy_point(field->inner, list.items + i * stride, cursor, end);
  return cursor;
}

/* No element owns memory. */
static void
free_list(const tsfn_field *field, char *value) {
  (void)field;
  (void)value;
}

const struct tsfn__nesting tsfn__nesting_list = {
    .check = check_list,
    .measure = measure_list,
    .copy = copy_list,
    .point = point_list,
    .free_owned = free_list,
};
