/* SPDX-License-Identifier: MIT */
#ifndef TSFN__RECORD_H
#define TSFN__RECORD_H

/* Records: the parts of a codec. src/crossing/codec.h says for each function
   which thread runs it and what holds on failure.

   A slot of the queue:

     +-----------------------------+-----------+-----------------+
     | the record, pointers into   | copies *  | small copies,   |
     | copies instead of borrowed  |           | up to 128 bytes |
     +-----------------------------+-----------+-----------------+
                                    only where the record borrows

     copies -> | size | what the 1st field borrowed | the 2nd | ... |

   What all fields of a record borrow, those of nested records too, stands in
   one place, in the order of declaration: in the slot where it has 128 bytes or
   fewer, and then `copies` is NULL; else in one allocation. Strings have their
   NUL, slices and bytes have none.

     record.c   the declaration: is it sound, or the same; a slot's size
     copy.c     the memory: from the caller to the slot, and to the allocator
     to_js.c    JavaScript: from the slot to values; the only part that needs it
     codec.c    the table of it all, which every descriptor points to

   record.c and copy.c run on any thread and call nothing but the allocator and,
   for owned memory, the author's `free`;
   to_js.c runs on the loop thread. None of them knows a function, a queue or a
   mode. Those who call are the codec's table and the columns of a mode
   (column.h). */

#include <stdbool.h>
#include <stddef.h>

#include "tsfn.h"

/* A switch over a field's kind lists all kinds and has no default, so that the
   compiler says where a new kind is left out. These are the kinds that are a
   number by themselves, and can be an array's element. */
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

/* These are made of another kind (nesting.h). */
#define TSFN__CASE_NESTING                                                     \
  case TSFN_KIND_optional:                                                     \
  case TSFN_KIND_list

/* Only arguments and results of exported functions have these, and no record
   (record.c). */
#define TSFN__CASE_EXPORTED                                                    \
  case TSFN_KIND_callback:                                                     \
  case TSFN_KIND_signal:                                                       \
  case TSFN_KIND_value:                                                        \
  case TSFN_KIND_object:                                                       \
  case TSFN_KIND_void

/* All kinds, for a table that has a row for each. */
#define TSFN__EACH_KIND(KIND)                                                  \
  KIND(bool)                                                                   \
  KIND(i8)                                                                     \
  KIND(i16)                                                                    \
  KIND(i32)                                                                    \
  KIND(i64)                                                                    \
  KIND(u8)                                                                     \
  KIND(u16)                                                                    \
  KIND(u32)                                                                    \
  KIND(u64)                                                                    \
  KIND(f32)                                                                    \
  KIND(f64)                                                                    \
  KIND(number)                                                                 \
  KIND(enum)                                                                   \
  KIND(text)                                                                   \
  KIND(string)                                                                 \
  KIND(slice)                                                                  \
  KIND(bytes)                                                                  \
  KIND(buffer)                                                                 \
  KIND(owned)                                                                  \
  KIND(array)                                                                  \
  KIND(record)                                                                 \
  KIND(optional)                                                               \
  KIND(list)                                                                   \
  KIND(callback)                                                               \
  KIND(signal)                                                                 \
  KIND(value)                                                                  \
  KIND(object)                                                                 \
  KIND(void)

/* These are the others: no element of an array. */
#define TSFN__CASE_NO_NUMBER                                                   \
  case TSFN_KIND_bool:                                                         \
  case TSFN_KIND_number:                                                       \
  case TSFN_KIND_enum:                                                         \
  case TSFN_KIND_text:                                                         \
  case TSFN_KIND_string:                                                       \
  case TSFN_KIND_slice:                                                        \
  case TSFN_KIND_bytes:                                                        \
  case TSFN_KIND_buffer:                                                       \
  case TSFN_KIND_owned:                                                        \
  case TSFN_KIND_array:                                                        \
  case TSFN_KIND_record:                                                       \
  TSFN__CASE_NESTING:                                                          \
    TSFN__CASE_EXPORTED

/* These are the others that point to no memory; a nested record is not among
   them, since its fields may. */
#define TSFN__CASE_WITHOUT_MEMORY                                              \
  case TSFN_KIND_bool:                                                         \
  case TSFN_KIND_number:                                                       \
  case TSFN_KIND_enum:                                                         \
  case TSFN_KIND_text:                                                         \
  case TSFN_KIND_array:                                                        \
    TSFN__CASE_EXPORTED

/* The alignment of the strictest kind of field, in bytes. */
#define TSFN__ALIGNMENT 8u

/* --- record.c ------------------------------------------------------------ */

/* The codec's operations of these names. */
const char *tsfn__record_check(const tsfn_record *type, char *buffer,
                               size_t size);

bool tsfn__record_same(const tsfn_record *a, const tsfn_record *b);

bool tsfn__record_is_plain(const tsfn_record *type);

/* Bytes that a field of this kind has in C; 0: there is no such kind, or it has
   no such element or count. All that it is made of is sound; of an enum the
   field's own size is asked, since it is the compiler's choice. */
size_t tsfn__record_field_size(const tsfn_field *field);

/* The traits that this field asks of its record (record_macros.h). */
unsigned tsfn__record_field_traits(const tsfn_field *field);

/* Whether a kind is a number by itself, TSFN__CASE_NUMBER. */
bool tsfn__record_is_number(tsfn_kind kind);

size_t tsfn__record_slot_size(const tsfn_record *type);

/* Bytes of the small copies in a slot. An allocation on one thread that another
   one frees takes more time than to copy these twice. Two strings of 60 bytes
   fit. */
#define TSFN__SMALL_COPIES 128u

/* Where the slot keeps the address of its copies: behind the record, aligned
   for a pointer. The type must be one that borrows; other slots have no such
   place. */
static inline void **
tsfn__record_copies(const tsfn_record *type, void *slot) {
  size_t offset = (type->size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
  return (void **)(void *)((char *)slot + offset);
}

/* Where the slot of such a type keeps small copies. */
static inline char *
tsfn__record_small_copies(const tsfn_record *type, void *slot) {
  return (char *)(tsfn__record_copies(type, slot) + 1);
}

static inline bool
tsfn__record_borrows(const tsfn_record *type) {
  return (type->traits & TSFN__BORROWS) != 0;
}

/* The value of an enum field. A C compiler may give an enum any integer type,
   so the field's size says how many bytes it has; a negative value arrives as a
   large one, and is refused as such. */
size_t tsfn__record_enum_value(const tsfn_field *field, const void *value);

/* The codec's operations of these names. */
const tsfn_allocator *tsfn__record_open_copies(const tsfn_record *type,
                                               const tsfn_allocator *base);

void tsfn__record_close_copies(const tsfn_record *type,
                               const tsfn_allocator *base,
                               const tsfn_allocator *copies);

/* Whether a thread can make such a record: what only exported functions have
   belongs to the loop thread. */
static inline bool
tsfn__record_can_be_sent(const tsfn_record *type) {
  return (type->traits & TSFN__NOT_SENT) == 0;
}

/* --- copy.c -------------------------------------------------------------- */

/* The codec's operations of these names: the life of a record's memory. */
tsfn_status tsfn__record_gather(const tsfn_record *type,
                                const tsfn_allocator *allocator,
                                const void *item, void **copies);

void tsfn__record_place(const tsfn_record *type, void *slot, const void *item,
                        void *copies);

void tsfn__record_discard(const tsfn_record *type,
                          const tsfn_allocator *allocator, void *copies);

void tsfn__record_destroy(const tsfn_record *type,
                          const tsfn_allocator *allocator, void *slot);

/* The walks over the fields of a record, which nesting.h takes on into what is
   in a field.

   Adds the bytes that the item's fields borrow to *size, and checks every field
   on the way, nested ones too. TSFN_INVALID: a value that is not allowed.
   TSFN_NO_MEMORY: the sum overflows. */
tsfn_status tsfn__copy_measure(const tsfn_record *type, const char *item,
                               size_t *size);

/* Writes what the item's fields borrow to `cursor`, no further than to `end`;
   answers where it ended. */
char *tsfn__copy_write(const tsfn_record *type, const char *item, char *cursor,
                       const char *end);

/* Points the slot's fields to their copies, in the order in which they were
   written; answers where those ended. */
char *tsfn__copy_point(const tsfn_record *type, char *slot, char *cursor,
                       const char *end);

/* Frees what the slot's fields still own. */
void tsfn__copy_free_owned(const tsfn_record *type, char *slot);

/* --- from_number.c ------------------------------------------------------- */

/* Writes a number to the value of a field, or of an element. False: its kind
   does not take this number, or no number at all; nothing was written. Any
   thread. */
bool tsfn__record_from_number(const tsfn_field *field, double number,
                              void *out);

/* --- from_js.c ----------------------------------------------------------- */

/* tsfn_record_from of arguments: value i becomes field i. Those that were not
   given are undefined. `values` has as many as the type has fields. */
tsfn_status tsfn__record_from_values(napi_env env, const tsfn_record *type,
                                     const napi_value *values, void *out);

/* --- clear.c ------------------------------------------------------------- */

/* The `free` of owned memory that x_from or x_to has copied: it is malloc's. */
void tsfn__record_free_copy(void *data, void *hint);

/* --- to_js.c ------------------------------------------------------------- */

/* The type of a typed array whose elements are numbers of this kind. A kind
   that cannot be an element is answered as bytes. */
napi_typedarray_type tsfn__record_array_type(tsfn_kind element);

/* Makes a Uint8Array of a copy; a NULL is null. */
napi_status tsfn__record_bytes_to_js(napi_env env, const void *data,
                                     size_t size, napi_value *result);

/* Makes a typed array over a copy of `count` numbers of `size` bytes each. */
napi_status tsfn__record_numbers_to_js(napi_env env, tsfn_kind kind,
                                       size_t count, const void *numbers,
                                       size_t size, napi_value *result);

/* Converts one field of the record at `record`. Memory that the field owns
   moves to JavaScript. On a failure the field still owns it, unless it has
   moved already, and an exception may be pending. */
napi_status tsfn__record_field_to_js(napi_env env, const tsfn_field *field,
                                     char *record, napi_value *result);

/* Makes an object of the record at `slot`. Memory that it owns moves to
   JavaScript, as above. */
napi_status tsfn__record_to_js(napi_env env, const tsfn_record *type,
                               char *slot, napi_value *result);

/* Makes what a promise is settled with: the object; or, of a record without a
   codec, which is a result of a declared function, the value of its one
   field. */
napi_status tsfn__record_settle_value(napi_env env, const tsfn_record *type,
                                      void *slot, napi_value *result);

/* The codec's operation of this name. */
napi_status tsfn__record_push(napi_env env, const tsfn_record *type, void *slot,
                              tsfn_passing passing, tsfn_arguments *out);

#endif
