/* SPDX-License-Identifier: MIT */
#ifndef TEST_MSVC_STDLIB_H
#define TEST_MSVC_STDLIB_H

/* What the library asks of <stdlib.h>, for a compile in MSVC's mode. */

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);
void abort(void);
char *getenv(const char *name);

#endif
