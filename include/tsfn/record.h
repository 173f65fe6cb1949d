/* SPDX-License-Identifier: MIT */
#ifndef TSFN_RECORD_H
#define TSFN_RECORD_H

/* A record is a C struct that is declared once, as a list of fields:

     #define MATCH(FIELD) FIELD(string, path) FIELD(u32, line)
     TSFN_RECORD(match, MATCH)

   which gives

     typedef struct match { const char *path; uint32_t line; } match;
     const tsfn_record *match_record(void);
     tsfn_status match_call(tsfn_function *, const match *, tsfn_wait);
     tsfn_status match_call_many(tsfn_function *, const match *, size_t count,
                                 tsfn_wait, size_t *accepted);
     tsfn_status match_resolve(tsfn_deferred *, const match *);
     match_from, match_to, match_clear: see tsfn_record_from

   and JavaScript sees { path: 'notes.txt', line: 1 }.

   kind                 in C                     in JavaScript
   bool, _Bool          bool                     boolean
   i8 .. i32, u8 .. u32 int8_t .. uint32_t       number
   i64, u64             int64_t, uint64_t        bigint
   number(i64|u64)      int64_t, uint64_t        number (exact to 2^53)
   f32, f64             float, double            number
   enum(name)           name (TSFN_ENUM)         string, the enumerator's name
   text(N)              char[N]                  string, to the first NUL or N
   string               const char *             string; NULL is null
   slice                tsfn_slice               string of `size` bytes of UTF-8
   bytes                tsfn_bytes               Uint8Array, a copy
   buffer               tsfn_bytes               Buffer, a copy; a Uint8Array
                                                 where the host has no Buffer
   owned                tsfn_owned               Uint8Array, not a copy from 16
                                                 KiB on where the host allows
   array(number kind,N) its type[N]              typed array
   record(name)         name (TSFN_RECORD)       object
   optional(kind)       struct { bool has;       the value, or null
                        type value; }, or the
                        pointer, NULL if none
   list(kind)           struct { const type      typed array of numbers, Array
                        *items; size_t count; }  of anything else
   nonnull(kind)        the pointer, never NULL  never null

   An optional is of any kind but another optional and nonnull. One of string,
   slice, bytes, buffer or owned is the pointer itself, whose NULL says that
   there is none; any other is a struct, whose `value` is not looked at where
   `has` is false, and all zero there where x_from has written it. A list is of
   any kind but an optional, a list, or what owns memory; a record in it may
   have them, but for memory that it owns. nonnull is for string, slice, bytes,
   buffer and owned: a call with NULL answers TSFN_INVALID.

   Bytes and buffers of up to 8 KiB share an ArrayBuffer with other items of the
   function, where several are delivered together: use byteOffset, as with a
   Buffer. It has 64 KiB at the most, and lives as long as one of its arrays.
   What shares it are items of the same function, also such as are queued
   behind; each begins at a multiple of 8. It is marked as not to be transferred
   by postMessage and structuredClone, where the host can (not Node before
   20.16). They copy all of it where they copy: send new Uint8Array(array)
   instead. (array.slice() copies too, but not that of a Buffer.) Its transfer()
   is nobody's to call, since it may empty the other arrays. With
   options.own_buffers none is shared and each may be transferred, which costs
   0.5 to 1 microsecond an item.

   Memory that is owned and has less than 16 KiB is copied and freed when it is
   delivered, which takes less time than to hand it over.

   string, slice, bytes, buffer and list, with all that its elements point to,
   are copied during the call: the caller keeps its own. owned moves to the
   library when the call answers TSFN_OK, and only then. Invalid UTF-8 arrives
   as U+FFFD, but for TSFN_PACKED_COLUMNS, which hands over the bytes. In
   string, slice, bytes, buffer and owned a NULL pointer is null in JavaScript
   (with size 0, else the call answers TSFN_INVALID); a list without elements is
   an empty array, and its `items` may be NULL.

   In columns (TSFN_COLUMNS) optionals and lists are Arrays of values. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tsfn_function tsfn_function;
typedef struct tsfn_record tsfn_record;
typedef struct tsfn_deferred tsfn_deferred;

/* `size` bytes of UTF-8 text; no NUL is needed. */
typedef struct tsfn_slice {
  const char *data;
  size_t size;
} tsfn_slice;

/* `size` bytes. */
typedef struct tsfn_bytes {
  const void *data;
  size_t size;
} tsfn_bytes;

/* `size` bytes that change hands. `free` is called once, on the loop thread
   (from JavaScript's garbage collection where the bytes went over without a
   copy), with `data` and `hint`; NULL: nothing is to be freed. It must not
   call JavaScript.

   JavaScript may send the bytes to another thread, by structuredClone or
   postMessage: copied, or with the buffer in the transfer list; then none stay.
   Where bytes that were not copied are with another thread when the environment
   ends that the function was made in, `free` is never called, since no host
   tells of their end. Node 18 and 20 copy those although they are in the
   list. */
typedef struct tsfn_owned {
  void *data;
  size_t size;
  void (*free)(void *data, void *hint);
  void *hint;
} tsfn_owned;

/* The three below are what x_from, x_to and x_clear of a TSFN_RECORD(x, ...)
   call.

   Loop thread. Converts an object of JavaScript's into the struct at `out`,
   field by field, strictly:

     bool                  a boolean
     i8 .. i32, u8 .. u32  a number that is an integer in the type's range
     i64, u64, number      a bigint in the range of 64 bits, or a safe integer
     f32                   a number that a float holds as it is (Math.fround)
     f64                   any number
     enum                  a string, the name of an enumerator
     text(N)               a string of at most N bytes of UTF-8, without NUL
     string                a string without NUL; null is NULL
     slice                 a string; null is NULL
     bytes, buffer, owned  an ArrayBuffer, or a view of one; null is NULL
     array(kind, N)        an Array or a typed array of N numbers
     record                an object
     optional(kind)        what the kind takes; undefined and null are none
     list(kind)            an Array; of numbers also a typed array of any type
     nonnull(kind)         what the kind takes, but null

   Text with a lone surrogate is refused, since UTF-8 cannot tell it; -0 is the
   integer 0. Properties that are no fields are not looked at; the others are
   read in the order of the fields, 16 or more at a time, before these are
   converted. A
   value that a field cannot hold is a TypeError with the code
   ERR_INVALID_ARG_TYPE, or a RangeError with ERR_OUT_OF_RANGE, whose message
   names the record, the field and what came. A getter may run any JavaScript,
   and what it throws stays as it is.

   TSFN_OK: the struct has copies of its own, from malloc, until x_clear. Any
   other status: it is all zero and holds nothing. TSFN_PENDING_EXCEPTION: one
   of those errors, or out of memory (code TSFN_NO_MEMORY). TSFN_INVALID: a NULL
   argument. TSFN_CANNOT_RUN_JS, TSFN_FAILURE: the host refused. */
tsfn_status tsfn_record_from(napi_env env, const tsfn_record *type,
                             napi_value value, void *out);

/* Loop thread. Makes an object of the struct, as a callback gets it. All is
   copied, memory of kind owned too. TSFN_INVALID: a NULL argument, or what a
   call would refuse: an enum that is none of its values, a NULL that there may
   not be. TSFN_NO_MEMORY. On any other status than TSFN_OK
   *out is NULL. */
tsfn_status tsfn_record_to(napi_env env, const tsfn_record *type,
                           const void *record, napi_value *out);

/* Any thread. Frees what x_from has copied to the struct, and makes it all
   zero. For a struct that is all zero it does nothing. A pointer that was
   replaced must come from malloc. */
void tsfn_record_clear(const tsfn_record *type, void *record);

#ifdef __cplusplus
}
#endif

#include "record_macros.h"

#endif
