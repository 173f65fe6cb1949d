/* SPDX-License-Identifier: MIT */

/* Some of the words that <windows.h> and its like define as macros. */
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define FAR
#define near
#define far
#define small char
#define interface struct
#define CALLBACK __stdcall
#define TEXT(quote) L##quote
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))

#include "exports.c"
