/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_STACK_H
#define TSFN_TEST_STACK_H

#include <stddef.h>

/* Writes to at least that many bytes of the caller's stack. Answers 0: what
   was written is there still. */
static size_t
use_stack(size_t bytes) {
  volatile char frame[4096];
  for (size_t i = 0; i < sizeof frame; i += 512)
    frame[i] = (char)bytes;
  if (bytes <= sizeof frame) return (size_t)(frame[0] != (char)bytes);
  return use_stack(bytes - sizeof frame) + (size_t)(frame[512] != (char)bytes);
}

#endif
