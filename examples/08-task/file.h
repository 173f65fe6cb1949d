/* SPDX-License-Identifier: MIT */
#ifndef FILE_H
#define FILE_H

/* What C leaves to the system: names in UTF-8, sizes of 64 bits, the names of
   errors. */

#include <stdint.h>
#include <stdio.h>

/* Opens a file to read it, and tells how many bytes it has (0 for what is no
   file, a pipe say). `path` is UTF-8. NULL: errno says why. */
FILE *file_open(const char *path, uint64_t *size);

/* The name of a value of errno: "ENOENT". */
const char *file_error_name(int error);

#endif
