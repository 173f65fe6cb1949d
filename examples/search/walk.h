/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_WALK_H
#define SEARCH_WALK_H

/* Opens what is to be searched and lists folders, as `grep -r` does: links are
   followed where the user named them and nowhere else; devices, FIFOs and
   sockets are left out. Every function answers 0 or an errno. */

#include <stdbool.h>
#include <sys/stat.h>

#include "work.h"

/* What a path leads to. */
enum walk_kind { WALK_FILE, WALK_FOLDER, WALK_OTHER };

/* Opens a file or a folder for reading. *file is -1 where there is nothing to
   search: WALK_OTHER, or a link that is not followed. Else the caller closes
   it. Paths of any length. */
int walk_open(const struct task *task, int *file, enum walk_kind *kind,
              struct stat *status);

/* A task for an entry of the folder, the callee's from here. False: stop. */
typedef bool (*walk_found)(void *context, struct task *task);

/* Lists the folder that is open in `file` and closes it. Blocks for the disk.
   What comes before an error was told. */
int walk_folder(const struct task *folder, int file, walk_found found,
                void *context);

#endif
