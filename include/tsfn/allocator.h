/* SPDX-License-Identifier: MIT */
#ifndef TSFN_ALLOCATOR_H
#define TSFN_ALLOCATOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the memory of a function, its queue and its copies comes from. Called
   on any thread, several at a time. `allocate` answers memory aligned for any
   type, or NULL: then the call that needed it answers TSFN_NO_MEMORY and has
   done nothing. `release` gets the size that was asked for; its memory is never
   NULL. Both may wait for locks of the author's; they must not call the
   library, and must return. */
typedef struct tsfn_allocator {
  void *(*allocate)(void *hint, size_t size);
  void (*release)(void *hint, void *memory, size_t size);
  void *hint;
} tsfn_allocator;

#ifdef __cplusplus
}
#endif
#endif
