/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_NOFOLLOW, DT_REG and others, beside ISO C */
#define _FILE_OFFSET_BITS 64
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* --- opening ------------------------------------------------------------- */

/* How many bytes of a long path go in one step: whole folders, below PATH_MAX.
   0: the first name alone is too long. */
static size_t
step_of(const char *path) {
  size_t size = PATH_MAX - 1;
  while (size > 0 && path[size] != '/')
    size--;
  return size;
}

/* The system takes paths below PATH_MAX only: on a longer one, as many folders
   as fit are gone down first, and the rest is opened from there. -1: errno. */
static int
open_path(const char *path, int flags) {
  int folder = AT_FDCWD, file;
  bool is_long;
  do {
    char step[PATH_MAX];
    size_t size = 0;
    is_long = strlen(path) >= PATH_MAX;
    if (is_long && (size = step_of(path)) == 0) {
      errno = ENAMETOOLONG;
      file = -1;
    } else if (is_long) {
      memcpy(step, path, size);
      step[size] = '\0';
      file = openat(folder, step, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } else {
      file = openat(folder, path, flags);
    }
    int error = errno;
    if (folder != AT_FDCWD) close(folder);
    errno = error;
    folder = file;
    path += size + 1;
  } while (is_long && file >= 0);
  return file;
}

static enum walk_kind
kind_of(mode_t mode) {
  if (S_ISREG(mode)) return WALK_FILE;
  return S_ISDIR(mode) ? WALK_FOLDER : WALK_OTHER;
}

/* What was met on the way and is not searched: a link (FreeBSD answers EMLINK)
   or a socket. Named by the user, it is an error. */
static bool
is_left_out(const struct task *task, int error) {
  if (task->kind == TASK_NAMED) return false;
  return error == ELOOP || error == EMLINK || error == ENXIO;
}

int
walk_open(const struct task *task, int *file, enum walk_kind *kind,
          struct stat *status) {
  /* Without O_NONBLOCK, a FIFO that is put in a file's place would hold the
     thread for good. */
  int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (task->kind != TASK_NAMED) flags |= O_NOFOLLOW;
  *kind = WALK_OTHER;
  *file = open_path(task->path, flags);
  if (*file < 0) return is_left_out(task, errno) ? 0 : errno;
  int error = fstat(*file, status) == 0 ? 0 : errno;
  if (error == 0) *kind = kind_of(status->st_mode);
  if (*kind == WALK_OTHER) {
    close(*file);
    *file = -1;
  }
  return error;
}

/* --- listing ------------------------------------------------------------- */

/* WALK_OTHER: a link, too. What cannot be looked at is taken for a file:
   opening it will tell. */
static enum walk_kind
kind_of_entry(DIR *folder, const struct dirent *entry) {
  struct stat status;
#ifdef DT_UNKNOWN
  if (entry->d_type == DT_REG) return WALK_FILE;
  if (entry->d_type == DT_DIR) return WALK_FOLDER;
  if (entry->d_type != DT_UNKNOWN) return WALK_OTHER;
#endif
  if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return WALK_FILE;
  return kind_of(status.st_mode);
}

static bool
is_entry(const char *name) {
  return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int
walk_folder(const struct task *folder, int file, walk_found found,
            void *context) {
  DIR *stream = fdopendir(file);
  const struct dirent *entry;
  int error = 0;
  if (stream == NULL) {
    error = errno;
    close(file);
    return error;
  }
  for (bool goes_on = true; goes_on;) {
    errno = 0; /* readdir answers NULL at the end and on an error. */
    if ((entry = readdir(stream)) == NULL) {
      error = errno;
      break;
    }
    enum walk_kind kind = kind_of_entry(stream, entry);
    if (kind == WALK_OTHER || !is_entry(entry->d_name)) continue;
    struct task *task = task_make(kind == WALK_FILE ? TASK_FILE : TASK_FOLDER,
                                  folder, entry->d_name);
    if (task == NULL) {
      error = ENOMEM;
      break;
    }
    goes_on = found(context, task);
  }
  closedir(stream);
  return error;
}
