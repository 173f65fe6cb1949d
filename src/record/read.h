/* SPDX-License-Identifier: MIT */
#ifndef TSFN__READ_H
#define TSFN__READ_H

/* Reads the text or the bytes of a value of JavaScript's. Loop thread, inside
   of a handle scope. No JavaScript runs and nothing is thrown. */

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

/* How reading text ended: with a copy; it is no string; it has a surrogate that
   is no half of a pair, which UTF-8 cannot tell; there is no memory. */
enum tsfn__read_end {
  TSFN__READ,
  TSFN__READ_NO_STRING,
  TSFN__READ_LONE,
  TSFN__READ_NO_MEMORY
};

/* Copies a string to memory from malloc, with a NUL behind its `*size` bytes.
   Anything but TSFN__READ: nothing is held. */
enum tsfn__read_end tsfn__read_text(napi_env env, napi_value value, char **text,
                                    size_t *size);

/* The elements of a typed array. They stay where they are until JavaScript
   runs. */
struct tsfn__typed {
  napi_typedarray_type type; /* -1: the host does not say */
  size_t element_size;       /* bytes; 0: the type is not known here */
  size_t length;             /* in elements */
  const void *memory;        /* may be NULL where there are none */
};

/* False: it is no typed array, or its buffer was detached. */
bool tsfn__read_typed(napi_env env, napi_value value, struct tsfn__typed *out);

/* Finds the bytes of an ArrayBuffer or of a view. They stay where they are
   until JavaScript runs. False: it is neither, or its buffer was detached, and
   then has no bytes. */
bool tsfn__read_bytes(napi_env env, napi_value value, const void **data,
                      size_t *size);

#endif
