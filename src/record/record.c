/* SPDX-License-Identifier: MIT */

/* The declaration of a record. TSFN_RECORD makes sound ones, as the compiler
   has seen to; tsfn__record_check is for tables that were written by hand or by
   another version's headers, since a wrong one would write outside a slot. */

#include "record/record.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "os/os.h"
#include "record/kind_ops.h"
#include "record/nesting.h"

/* Records inside of records. No declaration can nest in itself, but a table
   that was written by hand can; 64 levels are more than anybody declares, and
   little stack. */
#define NESTING_MAX 64

/* --- check --------------------------------------------------------------- */

/* Bytes of one number of this kind; 0: the kind is no number, and no element of
   an array. */
static size_t
number_size(tsfn_kind kind) {
  switch (kind) {
  case TSFN_KIND_i8:
  case TSFN_KIND_u8:
    return 1;
  case TSFN_KIND_i16:
  case TSFN_KIND_u16:
    return 2;
  case TSFN_KIND_i32:
  case TSFN_KIND_u32:
  case TSFN_KIND_f32:
    return 4;
  case TSFN_KIND_i64:
  case TSFN_KIND_u64:
  case TSFN_KIND_f64:
    return 8;
  TSFN__CASE_NO_NUMBER:
    break;
  }
  return 0;
}

bool
tsfn__record_is_number(tsfn_kind kind) {
  return number_size(kind) != 0;
}

size_t
tsfn__record_field_size(const tsfn_field *field) {
  size_t element = number_size(field->element);
  switch (field->kind) {
  case TSFN_KIND_bool:
    return sizeof(bool);
  case TSFN_KIND_number:
    return field->element == TSFN_KIND_i64 || field->element == TSFN_KIND_u64
               ? element
               : 0;
  case TSFN_KIND_enum: /* any integer, see tsfn__record_enum_value */
    return field->size == 1 || field->size == 2 || field->size == 4 ||
                   field->size == 8
               ? field->size
               : 0;
  case TSFN_KIND_text:
    return field->count;
  case TSFN_KIND_string:
    return sizeof(const char *);
  case TSFN_KIND_slice:
    return sizeof(tsfn_slice);
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    return sizeof(tsfn_bytes);
  case TSFN_KIND_owned:
    return sizeof(tsfn_owned);
  case TSFN_KIND_array:
    return element != 0 && field->count <= SIZE_MAX / element
               ? element * field->count
               : 0;
  case TSFN_KIND_record:
    return field->record != NULL ? field->record()->size : 0;
  TSFN__CASE_EXPORTED:
    return 0;
  case TSFN_KIND_optional:
    return field->inner != NULL ? field->inner->size : 0;
  case TSFN_KIND_list:
    return field->inner != NULL ? sizeof(struct tsfn__list) : 0;
  TSFN__CASE_NUMBER:
    return number_size(field->kind);
  }
  return 0; /* a table by hand may have any kind */
}

unsigned
tsfn__record_field_traits(const tsfn_field *field) {
  switch (field->kind) {
  case TSFN_KIND_string:
  case TSFN_KIND_slice:
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    return TSFN__BORROWS;
  case TSFN_KIND_owned:
    return TSFN__OWNS;
  case TSFN_KIND_enum:
    return TSFN__LIMITED;
  case TSFN_KIND_record:
    return field->record()->traits;
  case TSFN_KIND_optional:
    return field->inner->traits;
  case TSFN_KIND_list:
    return field->inner->traits | TSFN__BORROWS | TSFN__LISTS;
  TSFN__CASE_NUMBER:
  TSFN__CASE_EXPORTED:
  case TSFN_KIND_bool:
  case TSFN_KIND_number:
  case TSFN_KIND_text:
  case TSFN_KIND_array:
    break;
  }
  return 0;
}

/* NULL, or what is wrong with a table of enumerators. */
static const char *
check_enum(const tsfn_enum *values) {
  if (values == NULL || values->values == NULL || values->count == 0)
    return "its enum has no values";
  if (values->count > UINT8_MAX + 1u)
    return "its enum has more than 256 values";
  for (size_t i = 0; i < values->count; i++)
    if (values->values[i] == NULL) return "a value of its enum has no name";
  return NULL;
}

/* NULL, or what is wrong with what is in an optional or a list. */
static const char *
check_inner(const tsfn_field *field) {
  if (field->kind != TSFN_KIND_optional && field->kind != TSFN_KIND_list)
    return "there is nothing in its kind";
  if (field->ops == NULL || field->ops->nesting == NULL)
    return "it is not the library's";
  if (field->inner->field_count != 1) return "it is not of one kind";
  return field->ops->nesting->check(field->inner);
}

/* NULL, or what is wrong with the field: its name, its kind, its place. That
   its bytes lie inside of the record is what keeps a copy inside of a slot. The
   traits must have the field's, since a record without them is taken for its
   bytes. */
static const char *
check_field(const tsfn_record *type, size_t index) {
  const tsfn_field *field = &type->fields[index];
  for (size_t i = 0; i < index; i++)
    if (strcmp(type->fields[i].name, field->name) == 0)
      return "there are two of that name";
  if (field->kind == TSFN_KIND_enum) {
    const char *wrong = check_enum(field->values);
    if (wrong != NULL) return wrong;
  }
  if (field->inner != NULL) {
    const char *wrong = check_inner(field);
    if (wrong != NULL) return wrong;
  }
  if (field->kind == TSFN_KIND_owned &&
      (field->ops == NULL || field->ops->to_js == NULL))
    return "it is not the library's";
  if (field->count == 0) return "it has no elements";
  size_t size = tsfn__record_field_size(field);
  if (size == 0) return "there is no such kind";
  if (size != field->size) return "its size is not its kind's";
  if (field->offset > type->size || field->size > type->size - field->offset)
    return "it is outside the record";
  if (tsfn__kind_views(field) != NULL && field->kind != TSFN_KIND_bytes &&
      field->kind != TSFN_KIND_buffer)
    return "only bytes and buffers are handed over as views";
  if ((tsfn__record_field_traits(field) & ~type->traits) != 0)
    return "the record's traits leave it out";
  return NULL;
}

/* Writes the message that tsfn_create throws, and answers it. `field` NULL: the
   mistake is the record's own. */
static const char *
say_wrong(char *buffer, size_t size, const tsfn_record *type, const char *field,
          const char *what) {
  snprintf(buffer, size, "record %.40s%s%.40s: %s", type->name,
           field != NULL ? ", field " : "", field != NULL ? field : "", what);
  return buffer;
}

/* Checks a record and, field by field, those that are nested in it. A nested
   record is checked before the field that has it, whose size and traits are
   read from it. */
TSFN__OS_COLD static const char *
check_nested(const tsfn_record *type, const struct tsfn__codec *codec,
             char *buffer, size_t size, int nesting) {
  if (type == NULL || type->name == NULL) {
    snprintf(buffer, size, "a record has no descriptor or no name");
    return buffer;
  }
  if (type->fields == NULL || type->field_count == 0)
    return say_wrong(buffer, size, type, NULL, "it has no fields");
  if (type->codec != codec && (nesting == 0 || type->codec != NULL))
    return say_wrong(buffer, size, type, NULL, "it is of another libtsfn");
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    if (field->name == NULL)
      return say_wrong(buffer, size, type, "(unnamed)", "it has no name");
    const tsfn_record *inner =
        field->kind == TSFN_KIND_record && field->record != NULL
            ? field->record()
            : field->inner;
    if (inner != NULL) {
      if (nesting == NESTING_MAX)
        return say_wrong(buffer, size, type, field->name,
                         "it nests without end");
      const char *wrong = check_nested(inner, codec, buffer, size, nesting + 1);
      if (wrong != NULL) return wrong;
    }
    const char *wrong = check_field(type, i);
    if (wrong != NULL) return say_wrong(buffer, size, type, field->name, wrong);
  }
  return NULL;
}

const char *
tsfn__record_check(const tsfn_record *type, char *buffer, size_t size) {
  /* A nested record must have the codec of the outermost one: that codec's
     functions will read it. */
  return check_nested(type, type != NULL ? type->codec : NULL, buffer, size, 0);
}

/* --- same ---------------------------------------------------------------- */

/* Whether two enums have the same name and enumerators. */
static bool
same_values(const tsfn_enum *a, const tsfn_enum *b) {
  if (a == b) return true;
  if (a == NULL || b == NULL || a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (strcmp(a->values[i], b->values[i]) != 0) return false;
  return strcmp(a->name, b->name) == 0;
}

static bool same_field(const tsfn_field *a, const tsfn_field *b);

/* Whether what is in two optionals or lists is the same. The records of those
   have no name that anybody sees, and a schema's has another than a
   TSFN_RECORD's. */
static bool
same_inner(const tsfn_record *a, const tsfn_record *b) {
  return a->size == b->size && same_field(&a->fields[0], &b->fields[0]);
}

/* Whether two fields are the same: their bytes in C, and what JavaScript
   sees. */
static bool
same_field(const tsfn_field *a, const tsfn_field *b) {
  if (a->kind != b->kind || a->element != b->element ||
      a->offset != b->offset || a->size != b->size || a->count != b->count ||
      a->presence != b->presence)
    return false;
  if (strcmp(a->name, b->name) != 0) return false;
  if (a->kind == TSFN_KIND_enum) return same_values(a->values, b->values);
  if (a->kind == TSFN_KIND_record)
    return tsfn__record_same(a->record(), b->record());
  if (a->inner != NULL) return same_inner(a->inner, b->inner);
  return true;
}

/* Whether two descriptors are of the same declaration: each source file that
   sees it has a descriptor of its own. Names are compared as well as bytes,
   because the consumer reads with its function's descriptor. */
TSFN__OS_COLD bool
tsfn__record_same(const tsfn_record *a, const tsfn_record *b) {
  if (a == b) return true;
  if (a->size != b->size || a->field_count != b->field_count ||
      ((a->traits ^ b->traits) & ~(unsigned)TSFN__AT_RUN_TIME) != 0 ||
      strcmp(a->name, b->name) != 0)
    return false;
  for (size_t i = 0; i < a->field_count; i++)
    if (!same_field(&a->fields[i], &b->fields[i])) return false;
  return true;
}

/* --- layout -------------------------------------------------------------- */

bool
tsfn__record_is_plain(const tsfn_record *type) {
  return (type->traits & ~(unsigned)TSFN__AT_RUN_TIME) == 0;
}

/* Slots follow each other without a gap, and no field wants more than
   TSFN__ALIGNMENT. So a slot with copies has a multiple of that, and
   the next slot is aligned, too. A slot without copies has the struct's own
   size, which the compiler has made a multiple of what the struct wants. */
size_t
tsfn__record_slot_size(const tsfn_record *type) {
  if (!tsfn__record_borrows(type)) return type->size;
  size_t pointer = (type->size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
  return (pointer + sizeof(void *) + TSFN__SMALL_COPIES + TSFN__ALIGNMENT - 1) &
         ~(size_t)(TSFN__ALIGNMENT - 1);
}

/* Copied by memcpy, since the integer type of an enum is the compiler's choice
   and an access by another type would break the rules of aliasing. */
size_t
tsfn__record_enum_value(const tsfn_field *field, const void *value) {
  uint8_t one;
  uint16_t two;
  uint32_t four;
  uint64_t eight;
  switch (field->size) {
  case 1:
    memcpy(&one, value, sizeof one);
    return one;
  case 2:
    memcpy(&two, value, sizeof two);
    return two;
  case 4:
    memcpy(&four, value, sizeof four);
    return four;
  default:
    memcpy(&eight, value, sizeof eight);
    return eight < SIZE_MAX ? (size_t)eight : SIZE_MAX;
  }
}

/* --- where copies come from ---------------------------------------------- */

/* The first field's that borrows, nested ones included; NULL: none does, or the
   table was written by hand. */
TSFN__OS_COLD static const struct tsfn__kind_ops *
find_ops(const tsfn_record *type) {
  for (size_t i = 0; i < type->field_count; i++) {
    const tsfn_field *field = &type->fields[i];
    const struct tsfn__kind_ops *ops =
        field->kind == TSFN_KIND_record     ? find_ops(field->record())
        : field->kind == TSFN_KIND_optional ? find_ops(field->inner)
                                            : field->ops;
    if (ops != NULL && ops->open != NULL) return ops;
  }
  return NULL;
}

TSFN__OS_COLD const tsfn_allocator *
tsfn__record_open_copies(const tsfn_record *type, const tsfn_allocator *base) {
  const struct tsfn__kind_ops *ops = find_ops(type);
  const tsfn_allocator *copies = ops != NULL ? ops->open(base) : NULL;
  return copies != NULL ? copies : base;
}

TSFN__OS_COLD void
tsfn__record_close_copies(const tsfn_record *type, const tsfn_allocator *base,
                          const tsfn_allocator *copies) {
  if (copies != base) find_ops(type)->close(copies);
}
