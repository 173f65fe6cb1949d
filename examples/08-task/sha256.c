/* SPDX-License-Identifier: MIT */

#include "sha256.h"

#include <string.h>

/* Of the cube roots of the first 64 primes, 32 bits behind the point. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Of the square roots of the first eight. */
static const uint32_t beginning[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                      0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19};

static uint32_t
rotate(uint32_t word, int bits) {
  return word >> bits | word << (32 - bits);
}

/* The names a to h, t1, t2 and w are those of FIPS 180-4, 6.2.2. */
static void
add_block(uint32_t state[8], const unsigned char *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++, block += 4)
    w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
           (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
           (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                  ((e & f) ^ (~e & g)) + constants[i] + w[i];
    uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                  ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void
sha256_begin(struct sha256 *self) {
  memcpy(self->state, beginning, sizeof beginning);
  self->size = 0;
}

void
sha256_add(struct sha256 *self, const void *data, size_t size) {
  const unsigned char *bytes = data;
  while (size > 0) {
    size_t used = self->size % SHA256_BLOCK, part = SHA256_BLOCK - used;
    if (part > size) part = size;
    memcpy(self->block + used, bytes, part);
    self->size += part;
    bytes += part;
    size -= part;
    if (used + part == SHA256_BLOCK) add_block(self->state, self->block);
  }
}

void
sha256_end(struct sha256 *self, char hex[SHA256_HEX]) {
  static const char digits[] = "0123456789abcdef";
  const uint64_t bits = self->size * 8;
  unsigned char length[8];
  for (int i = 0; i < 8; i++)
    length[i] = (unsigned char)(bits >> (56 - 8 * i));

  /* Behind the data: a bit 1, zeros, and how many bits the data had. */
  sha256_add(self, "\x80", 1);
  while (self->size % SHA256_BLOCK != SHA256_BLOCK - sizeof length)
    sha256_add(self, "", 1); /* the NUL */
  sha256_add(self, length, sizeof length);
  for (int i = 0; i < SHA256_HEX; i++)
    hex[i] = digits[self->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
}
