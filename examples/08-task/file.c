/* SPDX-License-Identifier: MIT */

#define _POSIX_C_SOURCE 200809L /* fileno in strict C11 */
#define _FILE_OFFSET_BITS 64    /* files of 2 GiB and more on 32 bits */

#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifdef _WIN32

#include <windows.h>

/* fopen of Windows takes names in the code page of the system. */
static FILE *
open_path(const char *path) {
  int length = MultiByteToWideChar(CP_UTF8, 0, path, -1, NULL, 0);
  wchar_t *wide = malloc((size_t)length * sizeof *wide);
  if (wide == NULL) return NULL;
  MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, length);
  FILE *file = _wfopen(wide, L"rb");
  int error = errno;
  free(wide);
  errno = error;
  return file;
}

static void
tell_size(FILE *file, uint64_t *size) {
  struct _stat64 found;
  *size = _fstat64(_fileno(file), &found) == 0 ? (uint64_t)found.st_size : 0;
}

#else

static FILE *
open_path(const char *path) {
  return fopen(path, "rb");
}

static void
tell_size(FILE *file, uint64_t *size) {
  struct stat found;
  *size = fstat(fileno(file), &found) == 0 ? (uint64_t)found.st_size : 0;
}

#endif

FILE *
file_open(const char *path, uint64_t *size) {
  FILE *file = open_path(path);
  if (file != NULL) tell_size(file, size);
  return file;
}

const char *
file_error_name(int error) {
  switch (error) {
  case EACCES:
    return "EACCES";
  case EINVAL:
    return "EINVAL";
  case EISDIR:
    return "EISDIR";
  case ELOOP:
    return "ELOOP";
  case EMFILE:
    return "EMFILE";
  case ENAMETOOLONG:
    return "ENAMETOOLONG";
  case ENFILE:
    return "ENFILE";
  case ENOENT:
    return "ENOENT";
  case ENOMEM:
    return "ENOMEM";
  case ENOTDIR:
    return "ENOTDIR";
  case EPERM:
    return "EPERM";
  default:
    return "EIO";
  }
}
