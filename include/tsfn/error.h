/* SPDX-License-Identifier: MIT */
#ifndef TSFN_ERROR_H
#define TSFN_ERROR_H

/* What JavaScript has thrown: its properties `name`, `code` and `message` where
   they are strings, or else the empty string; of a value that is no object the
   message is the value as text. Where there is no message (an object without
   one, a Symbol) it says so. UTF-8 with a NUL, cut at a character. */
typedef struct tsfn_error {
  char name[64];
  char code[64];
  char message[384];
} tsfn_error;

#endif
