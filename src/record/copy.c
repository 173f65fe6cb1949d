/* SPDX-License-Identifier: MIT */

/* The memory of a record, from the caller to the slot and back.

     gather   measure, one allocation, copy      the only part that can fail
     place    the record's bytes and small copies, then each borrowed pointer is
              moved to its copy by walking the copies in the order that they
              were written in
     discard  the copies; what the item owns stayed the caller's
     destroy  the copies, and what the slot still owns

   Place runs between a reserved slot and a published one, while the consumer
   may be waiting for it, so it is short: it copies 128 bytes at the most of
   what the struct points to. */

#include "record/record.h"

#include <stdint.h>
#include <string.h>

#include "core/memory.h"
#include "record/kind_ops.h"
#include "record/nesting.h"

/* The one allocation for what a record borrows. */
struct copies {
  size_t size; /* of the allocation, which the allocator wants back */
  char bytes[];
};

/* --- a field's memory ---------------------------------------------------- */

/* What a field points to. `data` NULL: nothing to copy. */
struct span {
  const void *data;
  size_t size;
};

/* What the field borrows from the caller. A string's size counts its NUL, and
   its copy has one. */
static struct span
borrowed(const tsfn_field *field, const char *item) {
  const void *value = item + field->offset;
  struct span span = {NULL, 0};
  switch (field->kind) {
  case TSFN_KIND_string:
    span.data = *(const char *const *)value;
    if (span.data != NULL) span.size = strlen(span.data) + 1;
    break;
  case TSFN_KIND_slice:
    span.data = ((const tsfn_slice *)value)->data;
    span.size = ((const tsfn_slice *)value)->size;
    break;
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    span.data = ((const tsfn_bytes *)value)->data;
    span.size = ((const tsfn_bytes *)value)->size;
    break;
  TSFN__CASE_NUMBER:
  TSFN__CASE_WITHOUT_MEMORY:
  TSFN__CASE_NESTING:
  case TSFN_KIND_owned:
  case TSFN_KIND_record:
    break;
  }
  return span;
}

/* Whether the field is a record whose own fields have one of these traits. */
static bool
is_nested(const tsfn_field *field, unsigned traits) {
  return field->kind == TSFN_KIND_record &&
         (field->record()->traits & traits) != 0;
}

/* The operations on the memory of an optional or a list. */
static const struct tsfn__nesting *
nesting_of(const tsfn_field *field) {
  return field->ops->nesting;
}

/* --- gather -------------------------------------------------------------- */

/* Whether the field's value is allowed: an enum's is one of its enumerators; a
   NULL pointer has a size of 0, and the field's presence allows it. */
static bool
is_valid(const tsfn_field *field, const char *item, struct span span) {
  if (field->kind == TSFN_KIND_enum)
    return tsfn__record_enum_value(field, item + field->offset) <
           field->values->count;
  if (field->kind == TSFN_KIND_owned) {
    const tsfn_owned *owned = (const void *)(item + field->offset);
    span.data = owned->data;
    span.size = owned->size;
  }
  return span.data != NULL ||
         (span.size == 0 && field->presence != TSFN_PRESENCE_required);
}

static tsfn_status
measure_nested(const tsfn_field *field, const char *value, size_t *size) {
  return field->inner != NULL
             ? nesting_of(field)->measure(field, value, size)
             : tsfn__copy_measure(field->record(), value, size);
}

tsfn_status
tsfn__copy_measure(const tsfn_record *type, const char *item, size_t *size) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    if (field->inner != NULL || is_nested(field, ~0u)) {
      tsfn_status status = measure_nested(field, item + field->offset, size);
      if (status != TSFN_OK) return status;
      continue;
    }
    struct span span = borrowed(field, item);
    if (!is_valid(field, item, span)) return TSFN_INVALID;
    if (span.size > SIZE_MAX - *size) return TSFN_NO_MEMORY;
    *size += span.size;
  }
  return TSFN_OK;
}

/* Writes `size` bytes of a field to `cursor`, no further than to `end`; answers
   where it ended. A string that is cut has its NUL all the same. */
static char *
write_span(const tsfn_field *field, struct span span, char *cursor,
           const char *end) {
  size_t room = (size_t)(end - cursor);
  if (span.size > room) span.size = room;
  if (span.size == 0) return cursor;
  memcpy(cursor, span.data, span.size);
  cursor += span.size;
  if (field->kind == TSFN_KIND_string) cursor[-1] = '\0';
  return cursor;
}

/* The caller must not change borrowed memory during the call, so the lengths
   are still those that were measured, and it ends at `end`. A caller who does
   must not make us write beyond it. */
char *
tsfn__copy_write(const tsfn_record *type, const char *item, char *cursor,
                 const char *end) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    const char *value = item + field->offset;
    if (field->inner != NULL)
      cursor = nesting_of(field)->copy(field, value, cursor, end);
    else if (is_nested(field, TSFN__BORROWS))
      cursor = tsfn__copy_write(field->record(), value, cursor, end);
    else
      cursor = write_span(field, borrowed(field, item), cursor, end);
  }
  return cursor;
}

/* Walks over the fields twice, so that there is one allocation of the right
   size. What is small is left to place, which copies it into the slot. */
tsfn_status
tsfn__record_gather(const tsfn_record *type, const tsfn_allocator *allocator,
                    const void *item, void **copies) {
  size_t size = sizeof(struct copies);
  *copies = NULL;
  tsfn_status status = tsfn__copy_measure(type, item, &size);
  if (status != TSFN_OK || size <= sizeof(struct copies) + TSFN__SMALL_COPIES)
    return status;
  struct copies *made = tsfn__memory_allocate(allocator, size);
  if (made == NULL) return TSFN_NO_MEMORY;
  made->size = size;
  tsfn__copy_write(type, item, made->bytes, (const char *)made + size);
  *copies = made;
  return TSFN_OK;
}

/* --- place --------------------------------------------------------------- */

/* Where an empty slice points to. In JavaScript it is '', not null, so its
   address must not be NULL. Nothing is ever written there. */
static char empty[1];

/* The size of a copied string, which ends within `room` bytes; a NUL is put
   there if the caller has changed the record meanwhile and none is left. */
static size_t
end_string(char *text, size_t room) {
  char *nul = memchr(text, '\0', room);
  if (nul == NULL) nul = text + room - 1;
  *nul = '\0';
  return (size_t)(nul - text) + 1;
}

/* Points one field to its copy at `cursor`, of `room` bytes at the most;
   answers the copy's size, which for a string is found in the copy: the
   caller's memory is not read any more. */
static size_t
point_to_copy(const tsfn_field *field, void *value, char *cursor, size_t room) {
  const char **string = value;
  tsfn_slice *slice = value;
  tsfn_bytes *bytes = value;
  switch (field->kind) {
  case TSFN_KIND_string:
    if (*string == NULL) return 0;
    *string = room != 0 ? cursor : empty;
    return room != 0 ? end_string(cursor, room) : 0;
  case TSFN_KIND_slice:
    if (slice->size > room) slice->size = room;
    if (slice->data != NULL) slice->data = slice->size != 0 ? cursor : empty;
    return slice->size;
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    if (bytes->size > room) bytes->size = room;
    if (bytes->data != NULL) bytes->data = bytes->size != 0 ? cursor : empty;
    return bytes->size;
  TSFN__CASE_NUMBER:
  TSFN__CASE_WITHOUT_MEMORY:
  TSFN__CASE_NESTING:
  case TSFN_KIND_owned:
  case TSFN_KIND_record:
    break;
  }
  return 0;
}

char *
tsfn__copy_point(const tsfn_record *type, char *slot, char *cursor,
                 const char *end) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    char *value = slot + field->offset;
    if (field->inner != NULL)
      cursor = nesting_of(field)->point(field, value, cursor, end);
    else if (is_nested(field, TSFN__BORROWS))
      cursor = tsfn__copy_point(field->record(), value, cursor, end);
    else
      cursor += point_to_copy(field, value, cursor, (size_t)(end - cursor));
  }
  return cursor;
}

/* Points one field to a copy of `size` bytes. */
static void
set_span(const tsfn_field *field, void *value, const char *copy, size_t size) {
  tsfn_slice slice = {copy, size};
  tsfn_bytes bytes = {copy, size};
  if (field->kind == TSFN_KIND_string)
    *(const char **)value = copy;
  else if (field->kind == TSFN_KIND_slice)
    *(tsfn_slice *)value = slice;
  else
    *(tsfn_bytes *)value = bytes;
}

/* Copies what the slot's fields still borrow from the caller to `cursor`, and
   points them there; answers where it ended. gather has measured that it ends
   before `end`. All is cut there all the same, because a caller who changes a
   string during the call must not make us write beyond the slot. It
   serves records without lists only, since what a list points to may point to
   more memory. */
static char *
place_in_slot(const tsfn_record *type, char *slot, char *cursor,
              const char *end) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    const tsfn_record *nested =
        tsfn__nesting_record(field, slot + field->offset);
    if (nested != NULL) {
      cursor = place_in_slot(nested, slot + field->offset, cursor, end);
      continue;
    }
    struct span span = borrowed(field, slot);
    if (span.data == NULL) continue;
    char *copied = write_span(field, span, cursor, end);
    set_span(field, slot + field->offset, copied != cursor ? cursor : empty,
             (size_t)(copied - cursor));
    cursor = copied;
  }
  return cursor;
}

void
tsfn__record_place(const tsfn_record *type, void *slot, const void *item,
                   void *copies) {
  memcpy(slot, item, type->size);
  if (!tsfn__record_borrows(type)) return;
  *tsfn__record_copies(type, slot) = copies;
  char *small = tsfn__record_small_copies(type, slot);
  const char *small_end = small + TSFN__SMALL_COPIES;
  if (copies != NULL) {
    struct copies *made = copies;
    tsfn__copy_point(type, slot, made->bytes, (const char *)made + made->size);
  } else if ((type->traits & TSFN__LISTS) != 0) {
    tsfn__copy_write(type, item, small, small_end);
    tsfn__copy_point(type, slot, small, small_end);
  } else {
    place_in_slot(type, slot, small, small_end);
  }
}

/* --- discard, destroy ---------------------------------------------------- */

/* The type is not needed: the allocation knows its own size. */
void
tsfn__record_discard(const tsfn_record *type, const tsfn_allocator *allocator,
                     void *copies) {
  (void)type;
  if (copies != NULL)
    tsfn__memory_release(allocator, copies, ((struct copies *)copies)->size);
}

/* A field is cleared before its memory is freed, so that nothing of ours points
   to what the author's `free` has freed. */
void
tsfn__copy_free_owned(const tsfn_record *type, char *slot) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    if (field->inner != NULL) {
      nesting_of(field)->free_owned(field, slot + field->offset);
    } else if (is_nested(field, TSFN__OWNS)) {
      tsfn__copy_free_owned(field->record(), slot + field->offset);
    } else if (field->kind == TSFN_KIND_owned) {
      tsfn_owned *owned = (void *)(slot + field->offset);
      tsfn_owned taken = *owned;
      memset(owned, 0, sizeof *owned);
      if (taken.free != NULL) taken.free(taken.data, taken.hint);
    }
  }
}

void
tsfn__record_destroy(const tsfn_record *type, const tsfn_allocator *allocator,
                     void *slot) {
  if ((type->traits & TSFN__OWNS) != 0) tsfn__copy_free_owned(type, slot);
  if (!tsfn__record_borrows(type)) return;
  void **copies = tsfn__record_copies(type, slot);
  tsfn__record_discard(type, allocator, *copies);
  *copies = NULL;
}
