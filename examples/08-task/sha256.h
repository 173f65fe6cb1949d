/* SPDX-License-Identifier: MIT */
#ifndef SHA256_H
#define SHA256_H

/* SHA-256, as FIPS 180-4 describes it. */

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_HEX = 64 };

struct sha256 {
  uint32_t state[8];
  uint64_t size;                     /* of all bytes so far */
  unsigned char block[SHA256_BLOCK]; /* the first size % 64 are in use */
};

void sha256_begin(struct sha256 *self);
void sha256_add(struct sha256 *self, const void *data, size_t size);

/* Writes 64 hexadecimal digits, without a NUL. */
void sha256_end(struct sha256 *self, char hex[SHA256_HEX]);

#endif
