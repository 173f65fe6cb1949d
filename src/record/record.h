/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RECORD_H
#define TSFN__RECORD_H

/* Records: what a codec asks for. src/crossing/codec.h says for each function
   which thread runs it and what holds on failure.

   A slot of the queue:

     +-----------------------------+-----------+
     | the record, pointers into   | copies *  |   the second part only where
     | copies instead of borrowed  |           |   the record borrows
     +-----------------------------+-----------+

     copies -> | size | what the 1st field borrowed | the 2nd | ... |

   One allocation holds what all fields of a record borrow, those of nested
   records too, in the order of declaration. Strings have their NUL, slices and
   bytes have none. A record that borrows nothing now (every string is NULL) has
   no copies.

     record.c   the declaration: is it sound, or the same; a slot's size
     copy.c     the memory: from the caller to the slot, and to the allocator
     to_js.c    JavaScript: from the slot to values; the only part that needs it
     codec.c    the table of it all, which every descriptor points to */

#include <stdbool.h>
#include <stddef.h>

#include "tsfn.h"

/* A switch over a field's kind lists all kinds and has no default, so that the
   compiler says where a new kind is left out. These are numbers by
   themselves. */
#define TSFN__CASE_NUMBER                                                      \
  case TSFN_KIND_i8:                                                           \
  case TSFN_KIND_i16:                                                          \
  case TSFN_KIND_i32:                                                          \
  case TSFN_KIND_i64:                                                          \
  case TSFN_KIND_u8:                                                           \
  case TSFN_KIND_u16:                                                          \
  case TSFN_KIND_u32:                                                          \
  case TSFN_KIND_u64:                                                          \
  case TSFN_KIND_f32:                                                          \
  case TSFN_KIND_f64

/* And these are what is no number by itself: no element of an array. */
#define TSFN__CASE_NO_NUMBER                                                   \
  case TSFN_KIND_bool:                                                         \
  case TSFN_KIND_number:                                                       \
  case TSFN_KIND_enum:                                                         \
  case TSFN_KIND_text:                                                         \
  case TSFN_KIND_string:                                                       \
  case TSFN_KIND_slice:                                                        \
  case TSFN_KIND_bytes:                                                        \
  case TSFN_KIND_owned:                                                        \
  case TSFN_KIND_array:                                                        \
  case TSFN_KIND_record

/* Neither numbers in one field, nor memory that a field points to. */
#define TSFN__CASE_WITHOUT_MEMORY                                              \
  case TSFN_KIND_bool:                                                         \
  case TSFN_KIND_number:                                                       \
  case TSFN_KIND_enum:                                                         \
  case TSFN_KIND_text:                                                         \
  case TSFN_KIND_array

/* --- record.c ------------------------------------------------------------ */

const char *tsfn__record_check(const tsfn_record *type, char *buffer,
                               size_t size);

bool tsfn__record_same(const tsfn_record *a, const tsfn_record *b);

bool tsfn__record_is_plain(const tsfn_record *type);

size_t tsfn__record_slot_size(const tsfn_record *type);

/* Where the slot keeps its copies; only of a type that borrows. */
static inline void **
tsfn__record_copies(const tsfn_record *type, void *slot) {
  size_t offset = (type->size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
  return (void **)(void *)((char *)slot + offset);
}

static inline bool
tsfn__record_borrows(const tsfn_record *type) {
  return (type->traits & TSFN__BORROWS) != 0;
}

/* The value of an enum field. A C compiler may give an enum any integer type,
   so that its size is the field's; a negative value arrives as a large one. */
size_t tsfn__record_enum_value(const tsfn_field *field, const void *value);

/* --- copy.c -------------------------------------------------------------- */

tsfn_status tsfn__record_gather(const tsfn_record *type,
                                const tsfn_allocator *allocator,
                                const void *item, void **copies);

void tsfn__record_place(const tsfn_record *type, void *slot, const void *item,
                        void *copies);

void tsfn__record_discard(const tsfn_record *type,
                          const tsfn_allocator *allocator, void *copies);

void tsfn__record_destroy(const tsfn_record *type,
                          const tsfn_allocator *allocator, void *slot);

/* --- to_js.c ------------------------------------------------------------- */

/* The typed array whose elements are of this kind of number. */
napi_typedarray_type tsfn__record_array_type(tsfn_kind element);

/* One field of the record at `record`. Memory that it owns moves. */
napi_status tsfn__record_field_to_js(napi_env env, const tsfn_field *field,
                                     char *record, napi_value *result);

napi_status tsfn__record_push(napi_env env, const tsfn_record *type, void *slot,
                              tsfn_passing passing, tsfn_arguments *out);

#endif
